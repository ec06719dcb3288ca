import { html } from "../../core/html.js";
import { pathOf } from "../../core/api.js";
import { amountText, changeText, moneyText } from "../../core/amounts.js";
import { usePages } from "../../core/data.js";
import { DAY, isoDay } from "../../core/times.js";
import { KINDS, words } from "../../core/words.js";
import { Badge } from "../../parts/badge.js";
import { Pages } from "../../parts/pages.js";
import { Empty, Loaded } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";

const DAYS = 7;

/** The evidence: one entry for each change. */
export function Ledger({ license, usage, features, query, choose }) {
  const from = query.from ?? isoDay(Date.now() - DAYS * DAY);
  const list = usePages(pathOf("licenses", license.id, "ledger"), {
    from: from && from + "T00:00:00Z", to: query.to && new Date(Date.parse(query.to) + DAY).toISOString(),
    feature_code: query.feature, unit: query.unit,
  });
  const set = part => choose({ from, to: query.to, feature: query.feature, unit: query.unit, ...part });
  return html`
    <form class="filters" onSubmit=${event => event.preventDefault()}>
      <label>From (UTC) <input type="date" value=${from} onChange=${event => set({ from: event.target.value })} /></label>
      <label>To (UTC) <input type="date" value=${query.to ?? ""} onChange=${event => set({ to: event.target.value })} /></label>
      <label>Feature <select value=${query.feature ?? ""} onChange=${event => set({ feature: event.target.value, unit: "" })}>
        <option value="">all</option>
        ${usage.features.map(answer => html`<option key=${answer.feature_code}
          value=${answer.feature_code}>${nameOf(features, answer.feature_code)}</option>`)}
      </select></label>
      ${usage.balances.length > 0 && html`<label>Balance <select value=${query.unit ?? ""}
        onChange=${event => set({ unit: event.target.value, feature: "" })}>
        <option value="">all</option>${usage.balances.map(({ unit }) => html`<option key=${unit} value=${unit}>${unit}</option>`)}
      </select></label>`}
    </form>
    <section class="card" aria-label="Ledger"><${Loaded} state=${list} lines=${10}>${({ items }) => items.length === 0
      ? html`<${Empty} title="No entries in this span">Choose an earlier day under “From”, or other filters.</${Empty}>`
      : html`<${Entries} entries=${items} caption="Ledger entries, in order" /><${Pages}
        list=${list} />`}</${Loaded}></section>`;
}

const nameOf = (features, code) => features.find(feature => feature.feature_code === code)?.name ?? code;

/** Entries as rows. */
export function Entries({ entries, caption }) {
  return html`<${Table} caption=${caption} rows=${entries} keyOf=${({ sequence }) => sequence} columns=${COLUMNS} />`;
}

const COLUMNS = [
  { name: "Entry", cell: ({ sequence }) => "#" + sequence },
  { name: "When", cell: entry => html`<${Time} at=${entry.at} how="exact" />${entry.occurred_at && entry.occurred_at !== entry.at
    && html`<div class="muted">used <${Time} at=${entry.occurred_at} how="exact" /></div>`}` },
  { name: "What", cell: entry => html`${words(KINDS, entry.kind)} ${entry.late && html`<${Badge} of="late" />`}
    ${(entry.detail || entry.reason || entry.reference) && html`<div
      class="muted">${[entry.detail, entry.reason, entry.reference].filter(Boolean).join(" · ")}</div>`}` },
  { name: "Feature", cell: entry => entry.feature_code ?? entry.unit ?? "–" },
  { name: "Change", number: true, cell: ({ amount }) => changeText(amount) },
  { name: "Use after", number: true, cell: entry => entry.feature_code ? amountText(entry.after) : "–" },
  { name: "Cost", number: true, cell: entry => Number(entry.cost) === 0 ? "–" : moneyText(entry.cost, entry.unit) },
  { name: "By", cell: entry => [entry.user_id, entry.key, entry.fingerprint].filter(Boolean).join(" · ") || "–" },
  { name: "Id or key", cell: entry => html`<span
    class="mono">${entry.event_id ?? entry.idempotency_key ?? entry.grant_id ?? entry.hold_id ?? "–"}</span>` },
];
