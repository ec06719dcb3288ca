import { html } from "../../dashboard/core/html.js";
import { clockText } from "../../dashboard/core/times.js";

// What is the matter, and what to do; `again`: whether it may help to try again.
const WORDS = {
  none: ["There is no link to a license here", "Open this page with the link that you were given. Make sure that you have all of it."],
  wrong: ["This link does not work", "Part of it may have been lost when it was copied. Open it again from where you got it, or ask for a new one."],
  expired: ["This link has expired", "Links to this page are valid for a limited time. Get a new one from where you got this one."],
  revoked: ["This link is no longer valid", "The license has a new key, or was deleted. Get a new link from where you got this one."],
  away: ["The service can't be reached", "Is this device online? The page tries again every minute.", true],
  slow: ["The service is slow", "It has not answered within 15 seconds. The page tries again every minute.", true],
  busy: ["The service can't answer now", "The page tries again every minute.", true],
  version: ["This page is out of date", "The service has been updated since you opened it. Reload the page."],
};

/** What is wrong, in words. `since`: when what is still shown was true; null: nothing is shown. */
export function Trouble({ error, since, retry, busy }) {
  const [title, text, again] = WORDS[error.kind] ?? ["Something is wrong with this page", "Reload it. If it happens again, tell whoever gave you the link."];
  const unknown = WORDS[error.kind] === undefined;
  return html`<div class="note note-bad" role="alert">
    <p><strong>${title}.</strong> ${text}</p>
    ${since && html`<p>The data below is from ${clockText(new Date(since))}.</p>`}
    <p class="note-actions">
      ${again && html`<button type="button" class="button" disabled=${busy} onClick=${retry}>${busy ? "Trying…" : "Try again"}</button>`}
      ${(unknown || error.kind === "version") && html`<button type="button" class="button" onClick=${() => location.reload()}>Reload the page</button>`}
    </p>
  </div>`;
}
