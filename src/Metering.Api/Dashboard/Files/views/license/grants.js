import { html, useMemo } from "../../core/html.js";
import { change, pathOf } from "../../core/api.js";
import { amountText, billionths, fromBillionths, moneyText, sum } from "../../core/amounts.js";
import { readAll, useData } from "../../core/data.js";
import { DAY } from "../../core/times.js";
import { plain } from "../../core/words.js";
import { Action } from "../../parts/action.js";
import { Badge } from "../../parts/badge.js";
import { Chart } from "../../parts/chart.js";
import { Empty, Loaded } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { usageHistory } from "./history.js";

// A feature has at most 100 live grants; those that are over stay in the list.
const MOST = 1_000;
const COLORS = ["series-1", "series-2", "series-3", "series-4", "series-5"];

/** Extra allowance: what is left of each grant, and how it was used up. */
export function Grants({ license, usage, features, query, turn, changed, choose }) {
  const state = useData(signal => readAll(pathOf("licenses", license.id, "grants"), {}, MOST, signal), [license.id, turn]);
  return html`<${Loaded} state=${state}>${({ items, more }) => {
    if (items.length === 0) {
      return html`<section class="card"><${Empty}
        title="This license has no grants">A grant adds to the plan's limit, for a while or
        permanently. To add one, choose a feature on the Usage tab and press “Grant”.</${Empty}></section>`;
    }

    const codes = [...new Set(items.map(grant => grant.feature_code))];
    const code = codes.includes(query.feature) ? query.feature : codes[0];
    const answer = usage.features.find(each => each.feature_code === code);
    const terms = features.find(feature => feature.feature_code === code);
    const grants = inBurnOrder(items.filter(grant => grant.feature_code === code));
    return html`
      ${codes.length > 1 && html`<div class="filters"><label>Feature <select value=${code}
        onChange=${event => choose({ feature: event.target.value })}>
        ${codes.map(each => html`<option key=${each} value=${each}>${nameOf(features, each)}</option>`)}</select></label></div>`}
      ${answer && terms && html`<section class="card" aria-labelledby="burn-title"><h2
        id="burn-title">Burn-down of ${nameOf(features, code)} in the open period</h2>
        <${BurnDown} license=${license} answer=${answer} terms=${terms} grants=${grants} turn=${turn} /></section>`}
      <section class="card" aria-labelledby="grants-title"><h2 id="grants-title">Grants, in the order they are used</h2>
        <${Table} caption="Grants" rows=${grants} keyOf=${({ id }) => id} columns=${columns(license, terms, changed)} />
        ${more && html`<p class="muted">There are more than ${amountText(MOST)}; the rest are in <code>GET /api/v1/licenses/${license.id}/grants</code>.</p>`}
      </section>`;
  }}</${Loaded}>`;
}

const nameOf = (features, code) => features.find(feature => feature.feature_code === code)?.name ?? code;

// Rule 5: lower priority, earlier expiry, earlier creation. The list comes in the order of creation.
function inBurnOrder(grants) {
  const live = ({ status }) => status === "active" || status === "scheduled" ? 0 : 1;
  const end = grant => grant.expires_at === null ? Infinity : Date.parse(grant.expires_at);
  return grants.toSorted((one, other) => live(one) - live(other) || one.priority - other.priority || Math.sign(end(one) - end(other)) || 0);
}

const columns = (license, terms, changed) => [
  { name: "Grant", cell: ({ id }) => html`<span class="mono">${id}</span>` },
  { name: "Status", cell: ({ status }) => html`<${Badge} of=${status} />` },
  { name: "Granted", number: true, cell: ({ granted }) => amountText(granted) },
  { name: "Used", number: true, cell: ({ used }) => amountText(used) },
  { name: "Expired unused", number: true, cell: ({ lapsed }) => amountText(lapsed) },
  { name: "Left", number: true, cell: ({ remaining }) => html`<strong>${amountText(remaining)}</strong>` },
  { name: "Priority", number: true, cell: ({ priority }) => priority },
  { name: "From", cell: grant => html`<${Time} at=${grant.effective_at} />` },
  { name: "Until", cell: grant => grant.expires_at ? html`<${Time} at=${grant.expires_at} />` : "never expires" },
  { name: "Repeats", cell: ({ recurrence }) => recurrence === "none" ? "never" : plain("every_" + recurrence) },
  { name: "", cell: grant => (grant.status === "active" || grant.status === "scheduled") && html`<${Action} name="Take back"
    label=${`Take back ${grant.id}`}
      confirm="Take back" danger after=${changed} done=${`${grant.id} was taken back.`}
      run=${() => change("DELETE", pathOf("licenses", license.id, "grants", grant.id))}>
      <p>The ${moneyText(grant.remaining, terms?.unit)} that are left of <strong>${grant.id}</strong> can't be used any more. What was used of it
        stays covered. This can't be undone, but you can add another grant.</p>
    </${Action}>` },
];

function BurnDown({ license, answer, terms, grants, turn }) {
  const start = answer.period?.start ?? license.created_at;
  const days = Math.min(366, Math.max(2, Math.ceil((Date.now() - Date.parse(start)) / DAY) + 1));
  const state = useData(signal => usageHistory(license.id, answer, terms, days, signal), [license.id, answer.feature_code, turn]);
  return html`<${Loaded} state=${state} lines=${6}>${history => html`<${Burnt} history=${history} answer=${answer} grants=${grants}
    start=${start} terms=${terms} />`}</${Loaded}>`;
}

function Burnt({ history, answer, grants, start, terms }) {
  const drawn = useMemo(() => burn(history, answer, grants.filter(grant => Number(grant.granted) > 0).slice(0, COLORS.length), start), [history, grants]);
  const left = sum(grants.map(({ remaining }) => remaining));
  return html`<${Chart} label=${`What is left of each grant, by day. ${amountText(left)} are left in total.`} unit=${terms.unit}
    times=${drawn.times} series=${drawn.series} />`;
}

// What is left now is known exactly. Going back day by day, what was burnt since goes back to the grant that burnt last: the plan's limit
// burns first (rule 5), so grants burn only by what use has beyond it.
function burn({ days }, answer, grants, start) {
  const lived = days.filter(({ at, isEnd }) => at + DAY > Date.parse(start) && !isEnd);
  const own = billionths(answer.allowance ?? 0) - grants.reduce((total, { remaining, used }) => total + billionths(remaining) + ofPeriod(used, answer), 0n);
  const base = own < 0n ? 0n : own;
  const beyond = used => billionths(used) > base ? billionths(used) - base : 0n;
  const now = lived.length > 0 ? beyond(lived.at(-1).used) : 0n;
  return {
    times: lived.map(({ at }) => at / 1000),
    series: grants.map((grant, place) => ({
      name: grant.id, color: COLORS[place], step: true,
      values: lived.map(day => {
        if (Date.parse(grant.effective_at) >= day.at + DAY) {
          return null;
        }

        const back = now - beyond(day.used);
        const later = grants.slice(place + 1).reduce((total, other) => total + billionths(other.used), 0n);
        const given = back - later > 0n ? back - later : 0n;
        const used = billionths(grant.used);
        return fromBillionths(billionths(grant.remaining) + (given < used ? given : used));
      }),
    })),
  };
}

// Of the open period at most what was used in it.
const ofPeriod = (used, answer) => billionths(used) < billionths(answer.used) ? billionths(used) : billionths(answer.used);
