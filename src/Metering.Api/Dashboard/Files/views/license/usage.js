import { html, useMemo, useState } from "../../core/html.js";
import { amountText, countText, moneyText, percentText } from "../../core/amounts.js";
import { useData } from "../../core/data.js";
import { COLORS, levelAt, thresholds } from "../../core/levels.js";
import { LEVELS, METRICS, POLICIES, words } from "../../core/words.js";
import { LevelBadge, StandingBadge } from "../../parts/badge.js";
import { UsageBar } from "../../parts/bar.js";
import { Chart } from "../../parts/chart.js";
import { Empty, Loaded } from "../../parts/states.js";
import { Time } from "../../parts/time.js";
import { link } from "../../core/route.js";
import { FeatureActions } from "./feature-actions.js";
import { usageHistory } from "./history.js";

const SPANS = [[31, "31 days"], [91, "3 months"], [365, "1 year"]];

/** The usage of every feature, and one of them over time. */
export function Usage({ license, usage, features, query, turn, changed, choose }) {
  if (usage.features.length === 0) {
    return html`<${Empty} title="This license has no features">Put it on a plan, or assign a feature to it:
      <code>POST /api/v1/licenses/${license.id}/features</code>.</${Empty}>`;
  }

  const metered = usage.features.filter(({ kind }) => kind === "metered");
  const chosen = metered.find(answer => answer.feature_code === query.feature) ?? busiest(metered);
  const termsOf = code => features.find(feature => feature.feature_code === code) ?? { tiers: [] };
  return html`
    <section aria-labelledby="features-title">
      <h2 id="features-title">Features</h2>
      <ul class="tiles">${usage.features.map(answer => html`<${Tile} key=${answer.feature_code} answer=${answer}
        terms=${termsOf(answer.feature_code)} chosen=${answer === chosen} choose=${choose} />`)}</ul>
    </section>
    ${chosen && html`<${Feature} key=${chosen.feature_code} license=${license} answer=${chosen} terms=${termsOf(chosen.feature_code)}
      turn=${turn} changed=${changed} />`}`;
}

// The one that somebody who opens the license most likely came for.
function busiest(answers) {
  const share = ({ used, allowance }) => allowance === null ? Math.min(Number(used), 0.5) : Number(allowance) > 0 ? Number(used) / Number(allowance) : 0;
  return answers.toSorted((one, other) => share(other) - share(one))[0];
}

function Tile({ answer, terms, chosen, choose }) {
  const name = terms.name ?? answer.feature_code;
  if (answer.kind === "boolean") {
    return html`<li class="tile"><p class="tile-name">${name} ${answer.reason && html`<${StandingBadge} answer=${answer} />`}</p>
      <p class="tile-value">Included</p></li>`;
  }

  return html`<li class=${chosen ? "tile tile-chosen" : "tile"}>
    <button type="button" class="tile-button" aria-pressed=${chosen} onClick=${() => choose({ feature: answer.feature_code })}>
      <span class="tile-name">${name}</span> <${StandingBadge} answer=${answer} full=${isFull(answer)} />
    </button>
    <p class="tile-value">${amountText(answer.used)}<span class="muted"> of ${answer.unlimited ? "unlimited"
      : amountText(answer.allowance)}</span></p>
    ${!answer.unlimited && html`<${UsageBar} name=${`Use of ${name}`} used=${answer.used} held=${answer.held} allowance=${answer.allowance}
      level=${answer.level} />`}
  </li>`;
}

function Feature({ license, answer, terms, turn, changed }) {
  const [days, setDays] = useState(91);
  const state = useData(signal => usageHistory(license.id, answer, terms, days, signal), [license.id, answer.feature_code, days, turn]);
  const unit = terms.unit ?? "unit";
  const name = terms.name ?? answer.feature_code;
  return html`<section class="card" aria-labelledby="feature-title">
    <div class="card-head">
      <div><h2 id="feature-title">${name}</h2>
        <p class="muted">${answer.feature_code} · ${words(METRICS, terms.metric)} in ${unit}s · ${terms.source === "plan"
          ? `from the plan ${terms.plan_id}` : "assigned to the license"}</p></div>
      <div class="actions"><${FeatureActions} license=${license} answer=${answer} name=${name} unit=${unit} changed=${changed} /></div>
    </div>
    <${Numbers} license=${license} answer=${answer} />
    <div class="card-head"><h3>Use against allowance</h3>
      <label class="inline">Span <select value=${days} onChange=${event => setDays(Number(event.target.value))}>
        ${SPANS.map(([value, text]) => html`<option key=${value} value=${value}>${text}</option>`)}</select></label></div>
    <${Loaded} state=${state} lines=${7}>${history => html`<${UsageChart} history=${history} answer=${answer} terms=${terms} unit=${unit}
      name=${name} />`}</${Loaded}>
    <${Tiers} terms=${terms} answer=${answer} />
  </section>`;
}

const isFull = ({ unlimited, used, allowance }) => !unlimited && Number(used) > 0 && Number(used) >= Number(allowance);

function Numbers({ license, answer }) {
  const why = link(["licenses", license.id, "why"], { feature: answer.feature_code });
  const share = Number(answer.allowance) > 0 ? Number(answer.used) / Number(answer.allowance) : null;
  return html`<dl class="numbers">
    <div><dt>Used</dt><dd>${amountText(answer.used)} <a class="why" href=${why}>Why is it ${amountText(answer.used)}?</a></dd></div>
    <div><dt>Allowance</dt><dd>${answer.unlimited ? "unlimited" : amountText(answer.allowance)}${share !== null && html` <span
      class="muted">${percentText(share)} used</span>`}</dd></div>
    <div><dt>Left</dt><dd>${answer.unlimited ? "unlimited" : amountText(answer.remaining)}</dd></div>
    ${Number(answer.held) > 0 && html`<div><dt>On hold</dt><dd>${amountText(answer.held)}</dd></div>`}
    <div><dt>Overage</dt><dd>${amountText(answer.overage)}</dd></div>
    <div><dt>Level</dt><dd><${LevelBadge} level=${answer.level} full=${isFull(answer)} /></dd></div>
    ${answer.balance && html`<div><dt>Balance</dt><dd>${moneyText(answer.balance.available, answer.balance.unit)}</dd></div>`}
    <div><dt>Resets</dt><dd>${answer.resets_at ? html`<${Time} at=${answer.resets_at} how="ago" />` : "never"}</dd></div>
  </dl>`;
}

function UsageChart({ history, answer, terms, unit, name }) {
  const drawn = useMemo(() => seriesOf(history, answer, terms), [history]);
  const { days, periods, perDay } = history;
  if (days.every(({ added, used }) => Number(added) === 0 && Number(used) === 0)) {
    return html`<${Empty} title="No use in this span">Usage appears here day by day, as soon as something is counted.</${Empty}>`;
  }

  const last = days.at(-1);
  const label = `${name}, by day: ${amountText(last.used)} used ${perDay ? "today" : "of the period"}`
    + (last.allowance === null ? "." : `, of an allowance of ${amountText(last.allowance)}.`)
    + (perDay ? "" : ` ${countText(periods.length, "period")} in this span.`);
  return html`<${Chart} label=${label} unit=${unit} times=${drawn.times} series=${drawn.series} marks=${drawn.marks} />`;
}

// One line in the colors of levels: a series for each level, which has the days at that level and the one before, so that they join.
function seriesOf({ days: lived, periods, perDay }, answer, terms) {
  const days = apart(lived);
  const times = days.map(({ at }) => at / 1000);
  const marks = perDay ? [] : periods.slice(0, 60).filter(({ end }) => end !== null)
    .map(({ end }) => ({ at: Date.parse(end) / 1000, name: "Period ends" }));
  const spent = terms.metric === "counter" || terms.metric === "total";
  const levels = days.map(({ used, allowance }) => used === null ? null : perDay ? "normal" : levelAt(Number(used), thresholds(terms, allowance ?? answer.allowance)));
  const used = perDay ? "Used on the day" : spent ? "Used in the period" : "Level at the day's end";
  const lines = Object.keys(LEVELS).filter(level => levels.includes(level)).map(level => ({
    name: LEVELS[level], column: used, color: COLORS[level], fill: level === "normal" ? "normal-soft" : level === "over_usage" ? "over-soft" : level + "-soft",
    bars: perDay,
    values: days.map((day, i) => levels[i] === level || levels[i + 1] === level ? day.used : null),
  }));
  return {
    times, marks,
    series: [
      ...lines,
      ...perDay ? [] : [{ name: "Used on the day", legend: false, color: "line", values: days.map(({ added }) => added), width: 0 }],
      ...answer.unlimited || perDay ? [] : [{ name: "Allowance", color: "muted", dash: true, step: true, values: days.map(({ allowance }) => allowance) }],
    ],
  };
}

// Between two periods the line ends: a moment without a value.
function apart(days) {
  return days.flatMap((day, i) => i > 0 && days[i - 1].period !== day.period
    ? [{ at: day.at - Math.min(1_000, (day.at - days[i - 1].at) / 2), used: null, added: null, allowance: null, period: day.period }, day] : [day]);
}

function Tiers({ terms, answer }) {
  const tiers = terms.tiers ?? [];
  if (tiers.length === 0) {
    return html`<p class="muted">${answer.unlimited ? "There is no limit."
      : `Beyond the allowance: ${words(POLICIES, terms.over_limit ?? "deny")}.`}</p>`;
  }

  return html`<details><summary>Levels and policies</summary><ul class="plain">${tiers.map((tier, i) => html`<li key=${i}>
    beyond <strong>${tier.from ?? 0}</strong>: ${words(LEVELS, tier.level ?? "normal")}, ${words(POLICIES, tier.policy ?? "notify_only")}${
    tier.unit_price !== undefined && tier.unit_price !== null && html`, ${moneyText(tier.unit_price, terms.price?.unit)} per unit`}${
    Number(tier.base_price ?? 0) > 0 && html`, and ${moneyText(tier.base_price, terms.price?.unit)} per period`}</li>`)}</ul></details>`;
}
