import { html } from "../core/html.js";
import { LEVELS, STOPS, plain, words } from "../core/words.js";

// What is not listed is neither good nor bad.
const KINDS = {
  active: "normal", done: "normal", delivered: "normal", enabled: "normal", counted: "normal", accepted: "normal", ready: "normal",
  warning: "warning", waiting: "info", running: "info", pending: "info", scheduled: "info", duplicate: "info", paused: "warning",
  critical: "critical", over_usage: "over", suspended: "over", failed: "over", deleted: "over", expired: "critical", disabled: "over",
  refused: "over", rejected: "over", dead_letter: "critical", normal: "normal",
};

/** How something stands, as a word on a color. */
export function Badge({ of, text }) {
  return html`<span class=${"badge badge-" + (KINDS[of] ?? "plain")}>${text ?? plain(of)}</span>`;
}

/** The level of use. `full`: nothing is left, which terms without tiers call normal until something goes beyond. */
export const LevelBadge = ({ level, full }) => full && level === "normal"
  ? html`<${Badge} of="critical" text="At limit" />` : html`<${Badge} of=${level} text=${words(LEVELS, level)} />`;

/** How a feature stands: why the license may not use it now, or its level. `full`: as for the level. */
export const StandingBadge = ({ answer, full }) => answer.reason
  ? html`<${Badge} of="suspended" text=${words(STOPS, answer.reason)} />` : html`<${LevelBadge} level=${answer.level} full=${full} />`;
