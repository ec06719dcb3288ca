import { html } from "../core/html.js";
import { amountText, percentText } from "../core/amounts.js";

/** How much of an allowance is used; beyond it the bar is full, and its color is the level's. */
export function UsageBar({ name, used, held = 0, allowance, level }) {
  const whole = Number(allowance);
  const share = whole > 0 ? Number(used) / whole : Number(used) > 0 ? 1 : 0;
  const set = whole > 0 ? Number(held) / whole : 0;
  const text = `${amountText(used)} of ${amountText(allowance)} used, ${percentText(share)}`;
  return html`<div class=${"bar bar-" + (level === "normal" && share >= 1 ? "critical" : level)} role="meter" aria-label=${name}
    aria-valuemin="0" aria-valuemax="100"
    aria-valuenow=${Math.min(100, Math.round(share * 100))} aria-valuetext=${text} title=${text}>
    <div class="bar-used" style=${{ width: Math.min(100, share * 100) + "%" }}></div>
    ${set > 0 && html`<div class="bar-held" style=${{ width: Math.min(100 - Math.min(100, share * 100), set * 100) + "%" }}></div>`}
  </div>`;
}
