import { html, render, useErrorBoundary } from "./core/html.js";
import { useSession } from "./core/data.js";
import { useRoute } from "./core/route.js";
import { apply } from "./core/theme.js";
import { Shell } from "./parts/shell.js";
import { SignIn } from "./parts/sign-in.js";
import { Fault } from "./parts/states.js";
import { viewOf } from "./views/index.js";

function Page() {
  const { token } = useSession();
  const { parts, query } = useRoute();
  if (!token) {
    return html`<${SignIn} />`;
  }

  const [View, props] = viewOf(parts);
  return html`<${Shell} section=${parts[0] ?? ""}><${Guarded} key=${parts.slice(0, 2).join("/")}>
    <${View} ...${props} query=${query} />
  </${Guarded}></${Shell}>`;
}

// A view that meets an answer which it does not understand says so, and the rest of the page works on.
function Guarded({ children }) {
  const [error] = useErrorBoundary(fault => console.warn("The view failed:", fault));
  return error ? html`<h1>Something is wrong</h1><${Fault} error=${error} />` : children;
}

apply();
render(html`<${Page} />`, document.getElementById("page"));
