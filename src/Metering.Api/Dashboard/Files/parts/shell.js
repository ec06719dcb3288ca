import { html, useEffect, useState } from "../core/html.js";
import { useSession } from "../core/data.js";
import { link } from "../core/route.js";
import { session } from "../core/session.js";
import { THEMES, choose, theme } from "../core/theme.js";
import { useIsOld } from "../core/version.js";
import { plain } from "../core/words.js";
import { Announcer } from "./announcer.js";
import { SignInAgain } from "./sign-in.js";

const SECTIONS = [
  ["", "Overview"], ["tenants", "Tenants"], ["licenses", "Licenses"], ["catalog", "Catalog"], ["exports", "Exports"],
  ["webhooks", "Webhooks"], ["dead-letters", "Dead letters"], ["live", "Live events"],
];

/** What is around every view: menu, theme, sign-out; and what concerns the whole page. */
export function Shell({ section, children }) {
  const { ended } = useSession();
  const old = useIsOld();
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [location.hash]);
  return html`
    <a class="skip" href="#main" onClick=${skip}>Skip to content</a>
    <div class="shell">
      <header class="bar-top">
        <a class="brand" href="#/"><img src="dashboard/icon.svg" alt="" width="24" height="24" />MeterFunctions</a>
        <button type="button" class="button menu-button" aria-expanded=${open} aria-controls="menu"
          onClick=${() => setOpen(!open)}>Menu</button>
        <nav id="menu" class=${open ? "menu open" : "menu"} aria-label="Main">
          <ul>${SECTIONS.map(([path, name]) => html`<li key=${path}>
            <a href=${link(path ? [path] : [])} aria-current=${path === section ? "page" : null} onClick=${() => setOpen(false)}>${name}</a>
          </li>`)}</ul>
          <div class="menu-foot">
            <${ThemeChoice} />
            <a href="docs">API reference</a>
            <button type="button" class="button button-plain" onClick=${session.signOut}>Sign out</button>
          </div>
        </nav>
      </header>
      <main id="main" tabindex="-1">
        ${old && html`<div class="note note-info"
          role="status"><p><strong>The server was updated.</strong> Reload the page to get the version that
          matches it.</p><p class="note-actions"><button type="button" class="button"
            onClick=${() => location.reload()}>Reload the page</button></p></div>`}
        ${children}
      </main>
    </div>
    <${Announcer} />
    ${ended && html`<${SignInAgain} />`}`;
}

function ThemeChoice() {
  const [name, setName] = useState(theme());
  const change = event => {
    choose(event.target.value);
    setName(event.target.value);
  };
  return html`<label class="theme">Theme
    <select value=${name} onChange=${change}>${THEMES.map(each => html`<option key=${each} value=${each}>${plain(each)}</option>`)}</select>
  </label>`;
}

// The address's # is the view's, so that it can't name the place in the page too.
function skip(event) {
  event.preventDefault();
  document.getElementById("main").focus();
}
