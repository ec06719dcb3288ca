import { html } from "../../dashboard/core/html.js";
import { amountText, difference } from "../../dashboard/core/amounts.js";
import { agoText, timeText, utcText } from "../../dashboard/core/times.js";
import { UsageBar } from "../../dashboard/parts/bar.js";
import { StandingBadge } from "../../dashboard/parts/badge.js";
import { nameOf } from "./names.js";

// Of these a new period does not begin at zero: what is in use stays in use.
const STANDING = ["gauge", "up_down"];

// What holds for all features is said above them.
const STOPS = {
  license_suspended: "This license is suspended. It cannot be used until it is active again.",
  license_expired: "This license has expired. It cannot be used unless it is extended.",
};

/** How each feature stands, and what a license has besides. */
export function Features({ usage, features }) {
  const metered = usage.features.filter(one => one.kind === "metered");
  const others = usage.features.filter(one => one.kind !== "metered");
  const stop = STOPS[usage.features.find(({ reason }) => STOPS[reason])?.reason];
  return html`<section aria-labelledby="features">
    <h2 id="features" class="hidden">Features</h2>
    ${stop && html`<div class="note note-warn" role="status"><p><strong>${stop}</strong></p></div>`}
    ${usage.features.length === 0 && html`<p class="card">This license has no features yet.</p>`}
    <ul class="feature-list">${metered.map(one => html`<${Feature} key=${one.feature_code} usage=${one} features=${features} />`)}</ul>
    ${others.length > 0 && html`<div class="card"><h2>Included</h2>
      <ul class="included">${others.map(one => html`<li key=${one.feature_code} class="badge">${nameOf(features, one.feature_code)}</li>`)}</ul></div>`}
  </section>`;
}

function Feature({ usage, features }) {
  const name = nameOf(features, usage.feature_code);
  const { metric, unit } = features.get(usage.feature_code) ?? {};
  const full = usage.remaining !== null && Number(usage.remaining) <= 0 && Number(usage.used) > 0;
  return html`<li class="card feature">
    <div class="card-head"><h3>${name}</h3>${(!usage.unlimited || usage.reason) && html`<${StandingBadge} answer=${usage}
      full=${full} />`}</div>
    <p class="used"><strong>${amountText(usage.used)}</strong>
      <span class="muted">${usage.unlimited ? " used" : ` of ${amountText(usage.allowance)}`}</span></p>
    ${!usage.unlimited && html`<${UsageBar} name=${name} used=${usage.used} held=${usage.held} allowance=${usage.allowance} level=${usage.level} />`}
    <dl class="facts">
      ${!usage.unlimited && html`<div><dt>Left</dt><dd>${amountText(usage.remaining)}</dd></div>`}
      ${Number(usage.held) > 0 && html`<div><dt>On hold</dt><dd>${amountText(usage.held)}</dd></div>`}
      ${Number(usage.overage) > 0 && html`<div><dt>Over the limit</dt><dd class="text-over">${amountText(usage.overage)}</dd></div>`}
      ${usage.limit !== null && usage.allowance !== usage.limit && html`<div><dt>Limit</dt><dd>${amountText(usage.limit)} + ${amountText(difference(usage.allowance, usage.limit))} extra</dd></div>`}
      ${unit && html`<div><dt>Unit</dt><dd>${unit}</dd></div>`}
      ${usage.resets_at && html`<div><dt>${STANDING.includes(metric) ? "Period ends" : "Resets"}</dt><dd><time datetime=${usage.resets_at} title=${utcText(usage.resets_at)}>${timeText(usage.resets_at)}</time> <span class="muted">(${agoText(usage.resets_at)})</span></dd></div>`}
    </dl>
  </li>`;
}
