import { html, useMemo } from "../core/html.js";
import { pathOf, read } from "../core/api.js";
import { amountText, countText, moneyText } from "../core/amounts.js";
import { useData, usePages } from "../core/data.js";
import { go, link } from "../core/route.js";
import { StandingBadge } from "../parts/badge.js";
import { UsageBar } from "../parts/bar.js";
import { Chart } from "../parts/chart.js";
import { Heading } from "../parts/heading.js";
import { Empty, Loaded } from "../parts/states.js";
import { Table } from "../parts/table.js";
import { Time } from "../parts/time.js";
import { LicenseList } from "./licenses.js";

// So many licenses are asked for their features, and so many features are offered: the rest is found by its license.
const LOOKED_AT = 5;
const MOST_METRICS = 12;
const SHOWN = 50;

/** One customer: how each of its metrics stands, all licenses together and each, and its licenses. */
export function Tenant({ id, query }) {
  const list = usePages("licenses", { tenant_id: id });
  const first = list.page === 1 ? list.data?.items.slice(0, LOOKED_AT).map(license => license.id) : undefined;
  return html`
    <${Heading} title=${id} path=${[["Tenants", link(["tenants"])]]} />
    ${list.page === 1 && first?.length > 0 && html`<${Metrics} tenant=${id} licenses=${first} query=${query} />`}
    <section class="card" aria-labelledby="licenses-title"><h2 id="licenses-title">Licenses</h2><${LicenseList} list=${list}
      tenant=${id} /></section>`;
}

function Metrics({ tenant, licenses, query }) {
  const state = useData(async signal => {
    const parts = await Promise.all(licenses.map(license => read(pathOf("licenses", license, "usage"), {}, signal)));
    const metered = parts.flatMap(({ features }) => features).filter(({ kind }) => kind === "metered");
    return [...new Set(metered.toSorted((one, other) => share(other) - share(one)).map(answer => answer.feature_code))].slice(0, MOST_METRICS);
  }, [tenant, licenses]);
  return html`<${Loaded} state=${state}>${codes => {
    const chosen = codes.includes(query.metric) ? query.metric : codes[0];
    return chosen === undefined
      ? html`<section class="card"><${Empty}
        title="This tenant has no metered usage">None of its licenses has a metered feature.</${Empty}></section>`
      : html`<section class="card" aria-labelledby="metric-title">
        <div class="card-head"><h2 id="metric-title">${chosen}</h2>
          ${codes.length > 1 && html`<label class="inline">Metric <select value=${chosen}
            onChange=${event => go(link(["tenants", tenant], { metric: event.target.value }), true)}>${codes.map(code => html`
              <option key=${code} value=${code}>${code}</option>`)}</select></label>`}</div>
        <${Metric} key=${chosen} tenant=${tenant} code=${chosen} /></section>`;
  }}</${Loaded}>`;
}

// The furthest in its quota comes first; what has no limit after those that are used.
const share = ({ used, allowance }) => allowance === null ? (Number(used) > 0 ? 0.01 : 0) : Number(allowance) > 0 ? Number(used) / Number(allowance) : 0;

function Metric({ tenant, code }) {
  const state = useData(async signal => {
    const [quota, usage] = await Promise.all([read(pathOf("quota", tenant, code), {}, signal), read(pathOf("usage", tenant, code), { granularity: "day" }, signal)]);
    return { quota, usage };
  }, [tenant, code]);
  return html`<${Loaded} state=${state}>${({ quota, usage }) => quota.licenses === null ? html`
    <p class="muted">This tenant has too many licenses with this metric to add up here. Choose one below.</p>
    <${Days} usage=${usage} name=${code} />` : html`
    <${Together} quota=${quota} usage=${usage} name=${code} />
    <${Days} usage=${usage} name=${code} />
    <h3 class="spaced">License by license</h3>
    <${Table} caption="Usage by license" rows=${quota.licenses.slice(0, SHOWN)} keyOf=${license => license.license_id}
      columns=${columns(code)} />
    ${quota.licenses.length > SHOWN && html`<p
      class="muted">The first ${SHOWN} of ${countText(quota.licenses.length, "license")}.</p>`}`}</${Loaded}>`;
}

function Together({ quota, usage, name }) {
  const { together } = quota;
  return html`<dl class="numbers">
    <div><dt>Used, all together</dt><dd>${amountText(together.used)}${together.allowance !== null && html` <span
      class="muted">of ${amountText(together.allowance)}</span>`}
      ${together.allowance !== null && html`<${UsageBar} name=${`Use of ${name}`} used=${together.used} allowance=${together.allowance}
        level="normal" />`}</dd></div>
    <div><dt>Left</dt><dd>${together.remaining === null ? "unlimited" : amountText(together.remaining)}</dd></div>
    <div><dt>Overage</dt><dd>${amountText(together.overage)}</dd></div>
    <div><dt>Licenses</dt><dd>${amountText(together.licenses)}</dd></div>
    ${usage.cost !== null && Number(usage.cost) > 0 && html`<div><dt>Cost</dt><dd>${moneyText(usage.cost, usage.cost_unit)}</dd></div>`}
  </dl>`;
}

function Days({ usage, name }) {
  const drawn = useMemo(() => ({
    times: usage.buckets.map(({ start }) => Date.parse(start) / 1000),
    series: [{ name: "Used on the day", color: "series-1", bars: true, values: usage.buckets.map(({ total }) => total) }],
  }), [usage]);
  return usage.buckets.length < 2 || usage.buckets.every(({ total }) => Number(total) === 0) ? null : html`<${Chart}
    label=${`${name} by day: ${amountText(usage.total)} in ${usage.buckets.length} days.`} unit=${usage.unit}
    times=${drawn.times} series=${drawn.series} height=${180} />`;
}

const columns = code => [
  { name: "License", cell: license => html`<a
    href=${link(["licenses", license.license_id], { feature: code })}>${license.license_id}</a>` },
  { name: "Used", cell: ({ usage }) => usage.unlimited ? `${amountText(usage.used)} of unlimited` : html`<div class="far">
    <span>${amountText(usage.used)} of ${amountText(usage.allowance)}</span>
    <${UsageBar} name=${`Use of ${code}`} used=${usage.used} held=${usage.held} allowance=${usage.allowance}
      level=${usage.level} /></div>` },
  { name: "Level", cell: ({ usage }) => html`<${StandingBadge} answer=${usage} full=${!usage.unlimited && Number(usage.used) > 0
    && Number(usage.used) >= Number(usage.allowance)} />` },
  { name: "Pace per day", number: true, cell: ({ projection }) => amountText(projection?.pace_per_day === undefined ? null
    : Number(Number(projection.pace_per_day).toFixed(1))) },
  { name: "At this pace", cell: ({ projection, usage }) => usage.unlimited || !projection ? "–" : projection.quota_ends_at
    ? html`used up <${Time} at=${projection.quota_ends_at} how="ago" />` : projection.lasts ? "lasts until the reset" : "–" },
  { name: "Resets", cell: ({ usage }) => usage.resets_at ? html`<${Time} at=${usage.resets_at} how="ago" />` : "never" },
];
