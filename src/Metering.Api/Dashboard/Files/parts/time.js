import { html } from "../core/html.js";
import { agoText, exactTimeText, timeText, utcText } from "../core/times.js";

/** A time in the browser's zone; its title is in UTC. `how`: `ago` as well as the plain form, or `exact` to the second. */
export function Time({ at, how }) {
  if (!at) {
    return "–";
  }

  const text = how === "ago" ? agoText(at) : how === "exact" ? exactTimeText(at) : timeText(at);
  return html`<time datetime=${at} title=${how === "ago" ? `${timeText(at)} (${utcText(at)})` : utcText(at)}>${text}</time>`;
}
