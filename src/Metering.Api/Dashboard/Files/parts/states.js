// What stands in a view's place while there is nothing to show, and what stands above it when something is wrong.
import { html } from "../core/html.js";
import { session } from "../core/session.js";
import { agoText, clockText } from "../core/times.js";
import { fault } from "../core/words.js";

/** Shows data: a skeleton before they are there, what is wrong, and old data with their age. Its child makes the view of them. */
export function Loaded({ state, lines = 6, children }) {
  const { data, error, at, loading, reload } = state;
  if (data === undefined) {
    return error ? html`<${Fault} error=${error} retry=${reload} busy=${loading} />` : html`<${Skeleton} lines=${lines} />`;
  }

  return html`
    ${error && html`<${Fault} error=${error} retry=${reload} busy=${loading} since=${at} />`}
    <div class=${error ? "old" : ""} aria-busy=${loading}>${children(data)}</div>`;
}

/** What is wrong, in words, and what to do. `since`: when the data that are still shown were true. */
export function Fault({ error, retry, busy, since }) {
  const { title, text, action } = fault(error);
  return html`<div class="note note-bad" role="alert">
    <p><strong>${title}.</strong> ${text}</p>
    ${since && html`<p>The data below is old: from ${clockText(since)} (${agoText(since)}).</p>`}
    <p class="note-actions">
      ${action === "retry" && retry && html`<button type="button" class="button" disabled=${busy} onClick=${retry}>
        ${busy ? "Trying…" : "Try again"}</button>`}
      ${action === "reload" && html`<button type="button" class="button" onClick=${() => location.reload()}>Reload the page</button>`}
      ${action === "sign-in" && html`<button type="button" class="button" onClick=${() => session.end(session.get().token)}>
        Sign in with another token</button>`}
    </p>
  </div>`;
}

/** Something to know. */
export function Note({ title, kind = "info", children }) {
  return html`<div class=${"note note-" + kind} role="status"><p>${title && html`<strong>${title}</strong>${" "}`}${children}</p></div>`;
}

/** There is nothing; the child says what to do next. */
export function Empty({ title, children }) {
  return html`<div class="empty"><p class="empty-title">${title}</p><p>${children}</p></div>`;
}

/** Where data will be. */
export function Skeleton({ lines }) {
  return html`<div class="skeleton" role="status"><span class="hidden">Loading…</span>
    ${Array.from({ length: lines }, (_, i) => html`<div key=${i} class="bone"></div>`)}</div>`;
}
