import { html } from "../../dashboard/core/html.js";
import { clockText } from "../../dashboard/core/times.js";

// What is the matter, and what to do; `again`: whether it may help to try again.
const WORDS = {
  none: ["There is no link to a license here", "Open this page by the link that you were given: the whole of it, to its last letter."],
  wrong: ["This link does not work", "It may have been cut when it was copied. Open it again where you got it, or ask for a new one."],
  expired: ["This link has expired", "Links to this page are good for a limited time. Ask for a new one where you got it."],
  revoked: ["This link is no longer valid", "The license has a new key, or has ended. Ask for a new link where you got this one."],
  away: ["The service can't be reached", "Is this device connected? The page tries again every minute.", true],
  slow: ["The service is slow", "It has not answered within 15 seconds. The page tries again every minute.", true],
  busy: ["The service can't answer now", "The page tries again every minute.", true],
  version: ["This page is out of date", "The service was updated since it was opened. Reload the page."],
};

/** What is wrong, in words. `since`: when what is still shown was true; null: nothing is shown. */
export function Trouble({ error, since, retry, busy }) {
  const [title, text, again] = WORDS[error.kind] ?? ["Something is wrong with this page", "Reload it; if it happens again, tell whoever gave you the link."];
  const unknown = WORDS[error.kind] === undefined;
  return html`<div class="note note-bad" role="alert">
    <p><strong>${title}.</strong> ${text}</p>
    ${since && html`<p>What is shown below is from ${clockText(new Date(since))}.</p>`}
    <p class="note-actions">
      ${again && html`<button type="button" class="button" disabled=${busy} onClick=${retry}>${busy ? "Trying…" : "Try again"}</button>`}
      ${(unknown || error.kind === "version") && html`<button type="button" class="button" onClick=${() => location.reload()}>Reload the page</button>`}
    </p>
  </div>`;
}
