import { html, useState } from "../core/html.js";
import { read } from "../core/api.js";
import { useData } from "../core/data.js";
import { go, link } from "../core/route.js";
import { Heading } from "../parts/heading.js";
import { Loaded } from "../parts/states.js";
import { Tenants as Standing } from "./overview.js";

/** The customers that are furthest in their quotas, and the way to any other. */
export function Tenants() {
  const state = useData(signal => read("overview", {}, signal), []);
  const [text, setText] = useState("");
  const submit = event => {
    event.preventDefault();
    text.trim() && go(link(["tenants", text.trim()]));
  };
  return html`
    <${Heading} title="Tenants" about="Customers. The fifty closest to their limits are listed; find any other by its id." />
    <form class="filters" role="search" onSubmit=${submit}>
      <label>Tenant <input type="search" value=${text} placeholder="A tenant's id"
        onInput=${event => setText(event.target.value)} /></label>
      <button type="submit" class="button">Find</button>
    </form>
    <section class="card"><${Loaded} state=${state} lines=${8}>${({ tenants }) => html`<${Standing}
      tenants=${tenants} />`}</${Loaded}></section>`;
}
