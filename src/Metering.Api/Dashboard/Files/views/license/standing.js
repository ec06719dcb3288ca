import { html } from "../../core/html.js";
import { change, pathOf } from "../../core/api.js";
import { Action } from "../../parts/action.js";

/** What can be done to the license as a whole. */
export function StandingActions({ license, changed }) {
  const { id, status } = license;
  if (status === "deleted") {
    return null;
  }

  return status === "suspended"
    ? html`<${Action} name="Resume license" confirm="Resume" done=${`${id} is active again.`} after=${changed}
        run=${(_, key) => change("POST", pathOf("licenses", id, "resume"), {}, key)}>
        <p>Software with the key of <strong>${id}</strong> may use its features again, at once.</p>
      </${Action}>`
    : html`<${Action} name="Suspend license" confirm="Suspend" danger done=${`${id} is suspended.`} after=${changed}
        run=${(_, key) => change("POST", pathOf("licenses", id, "suspend"), {}, key)}>
        <p>From now on every consume of <strong>${id}</strong> is refused until it is resumed. Usage that has already happened is
          still counted when it is reported. Nothing is deleted.</p>
      </${Action}>`;
}
