import { html } from "../core/html.js";

/** Steps through a list that comes in pages (`usePages`). */
export function Pages({ list }) {
  if (!list.next && !list.previous) {
    return null;
  }

  return html`<nav class="pages" aria-label="Pages of the list">
    <button type="button" class="button" disabled=${!list.previous || list.loading} onClick=${list.previous}>Previous</button>
    <span role="status">Page ${list.page}</span>
    <button type="button" class="button" disabled=${!list.next || list.loading} onClick=${list.next}>Next</button>
  </nav>`;
}
