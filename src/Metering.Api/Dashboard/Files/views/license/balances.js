import { html, useMemo } from "../../core/html.js";
import { change, pathOf } from "../../core/api.js";
import { amountText, changeText, difference, moneyText, typed, typedText } from "../../core/amounts.js";
import { readAll, useData } from "../../core/data.js";
import { DAY, timeText } from "../../core/times.js";
import { KINDS, words } from "../../core/words.js";
import { Action } from "../../parts/action.js";
import { Badge } from "../../parts/badge.js";
import { Chart } from "../../parts/chart.js";
import { Empty, Loaded } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { NOTES, notesOf } from "./feature-actions.js";

const DAYS = 91;
const MOST = 1_000;
const SHOWN = 25;
const MOST_TRIES = 16;

/** Prepaid credit. */
export function Balances({ license, usage, turn, changed }) {
  return usage.balances.length === 0
    ? html`<section class="card"><${Empty}
      title="This license has no balance">Prepaid credit is drawn down by use that has a price. Open a balance with
        <code>POST /api/v1/licenses/${license.id}/balances</code>.</${Empty}></section>`
    : usage.balances.map(balance => html`<${Balance} key=${balance.unit} license=${license} balance=${balance} turn=${turn}
      changed=${changed} />`);
}

function Balance({ license, balance, turn, changed }) {
  const { unit } = balance;
  const state = useData(signal => latest(license.id, unit, signal), [license.id, unit, turn]);
  return html`<section class="card" aria-label=${`Balance in ${unit}`}>
    <div class="card-head">
      <h2>${unit} ${balance.suspended && html`<${Badge} of="suspended" />`}</h2>
      <div class="actions"><${BalanceActions} license=${license} balance=${balance} changed=${changed} /></div>
    </div>
    <dl class="numbers">
      <div><dt>Available</dt><dd>${amountText(balance.available)}</dd></div>
      <div><dt>On hold</dt><dd>${amountText(balance.held)}</dd></div>
      <div><dt>Bought</dt><dd>${amountText(balance.bought)}</dd></div>
      <div><dt>Spent</dt><dd>${amountText(balance.spent)}</dd></div>
      <div><dt>Withdrawn</dt><dd>${amountText(balance.withdrawn)}</dd></div>
      <div><dt>Low at</dt><dd>${amountText(balance.low_at)}</dd></div>
      <div><dt>Below zero</dt><dd>${balance.allow_overage ? "allowed" : "not allowed"}</dd></div>
    </dl>
    <${Loaded} state=${state}>${ledger => html`<${Course} ledger=${ledger} balance=${balance} />`}</${Loaded}>
  </section>`;
}

// The ledger is read from its oldest entry on. So where the last ones would be cut off, a shorter span is looked for: one that has enough
// entries to show, and not more than are read.
async function latest(licenseId, unit, signal) {
  const now = Date.now();
  const whole = DAYS * DAY;
  let [span, short, long, best] = [whole, 0, whole, null];
  for (let i = 0; i < MOST_TRIES; i++) {
    const since = new Date(now - span).toISOString();
    const ledger = { ...await readAll(pathOf("licenses", licenseId, "ledger"), { unit, from: since }, MOST, signal), since, isWhole: span === whole };
    if (!ledger.more && (ledger.isWhole || ledger.items.length >= SHOWN)) {
      return ledger;
    }

    best = (ledger.more ? best?.more !== false : ledger.items.length > 0) ? ledger : best;
    [short, long] = ledger.more ? [short, span] : [span, long];
    span = short === 0 ? long / 4 : Math.sqrt(short * long);
  }

  return best;
}

function Course({ ledger, balance }) {
  const entries = useMemo(() => ledger.items.filter(entry => entry.balance_after !== null), [ledger]);
  // Up to now, where the last entry is followed by none: a line that ends weeks ago says nothing of today, and a single entry is no line.
  const drawn = useMemo(() => {
    const times = entries.map(({ at }, i) => Date.parse(at) / 1000 + i / 1e6);
    const after = entries.map(entry => entry.balance_after);
    if (!ledger.more && entries.length > 0) {
      times.push(Math.max(Date.now() / 1000, times.at(-1) + 1));
      after.push(after.at(-1));
    }

    return {
      times,
      series: [
        { name: "Balance", color: "accent", fill: "accent-soft", step: true, values: after },
        { name: "Low", color: "warning-fill", dash: true, column: null, values: after.map(() => balance.low_at) },
      ],
    };
  }, [entries, ledger, balance]);
  if (entries.length === 0) {
    return html`<${Empty} title="No changes in the last three months">Top it up, or use something that has a price.</${Empty}>`;
  }

  return html`
    <${Chart} label=${`The balance ${ledger.isWhole ? "over the last three months" : "since " + timeText(ledger.since)}; it is ${moneyText(balance.amount, balance.unit)} now.`} unit=${balance.unit}
      times=${drawn.times} series=${drawn.series} utcDays=${false} />
    <h3 class="spaced">Last entries</h3>
    ${!ledger.isWhole && html`<p class="muted">There are more than ${amountText(MOST)} entries in three months. This shows ${ledger.more
      ? `the first ${amountText(MOST)}` : "those"} since <${Time} at=${ledger.since} how="exact" />.</p>`}
    <${Table} caption="Last entries of the balance" rows=${entries.slice(-SHOWN).reverse()} keyOf=${({ sequence }) => sequence} columns=${[
      { name: "Entry", cell: ({ sequence }) => "#" + sequence },
      { name: "When", cell: ({ at }) => html`<${Time} at=${at} how="exact" />` },
      { name: "What", cell: ({ kind, detail }) => [words(KINDS, kind), kind === "balance_changed" && detail].filter(Boolean).join(": ") },
      { name: "Feature", cell: entry => entry.feature_code ?? "–" },
      { name: "Change", number: true, cell: entry => changeText(movement(entry, entries[entries.indexOf(entry) - 1])) },
      { name: "After", number: true, cell: entry => amountText(entry.balance_after) },
      { name: "Reason", cell: ({ reason, reference }) => [reason, reference].filter(Boolean).join(" · ") || "–" },
    ]} />`;
}

// The entry before tells it exactly: a correction gives back no more than was drawn, which may be less than its cost. Without one, use
// draws its cost, and everything else moves its amount.
const movement = (entry, before) => before ? difference(entry.balance_after, before.balance_after)
  : Number(entry.cost) !== 0 ? (typeof entry.cost === "string" ? "-" + entry.cost : -entry.cost)
  : entry.kind === "balance_withdrawn" && Number(entry.amount) > 0 ? -entry.amount : entry.amount;

function BalanceActions({ license, balance, changed }) {
  const { unit } = balance;
  const path = (...what) => pathOf("licenses", license.id, "balances", unit, ...what);
  return html`
    <${Action} name="Top up" label=${`Top up ${unit}`} confirm="Top up" after=${changed} done=${`${unit} was topped up.`}
      fields=${[{ name: "amount", label: `Amount (${unit})`, type: "amount", required: true }, ...NOTES]}
      run=${(values, key) => change("POST", path("top-up"), { amount: typed(values.amount), ...notesOf(values) }, key)}>
      ${({ amount }) => html`<p><strong>${license.id}</strong> gets ${amount ? html`<strong>${typedText(amount)} ${unit}</strong>`
        : "credit"} on top of
        ${" "}${moneyText(balance.available, unit)}, at once.</p>`}
    </${Action}>
    <${Action} name="Change" label=${`Change ${unit}`} confirm="Change" after=${changed} done=${`${unit} was changed.`}
      fields=${[
        { name: "low_at", label: `Low at (${unit})`, type: "amount", help: "Empty: as it is." },
        { name: "allow_overage", label: "Below zero", options: [["", "as it is"], ["true", "allowed"], ["false", "not allowed"]] },
        ...NOTES,
      ]}
      run=${(values, key) => change("PATCH", path(), {
        low_at: values.low_at.trim() ? typed(values.low_at) : undefined,
        allow_overage: values.allow_overage ? values.allow_overage === "true" : undefined, ...notesOf(values),
      }, key)}>
      <p><code>balance_low</code> is signalled when less than ${moneyText(balance.low_at, unit)} is available. Use that has a price${" "}
        ${balance.allow_overage ? "may" : "can't"} take this balance below zero.</p>
    </${Action}>
    ${balance.suspended
      ? html`<${Action} name="Resume" label=${`Resume ${unit}`} confirm="Resume" after=${changed} done=${`${unit} may be spent again.`}
          run=${(_, key) => change("POST", path("resume"), {}, key)}><p>Priced use draws on this balance again.</p></${Action}>`
      : html`<${Action} name="Suspend" label=${`Suspend ${unit}`} confirm="Suspend" danger after=${changed} done=${`${unit} is suspended.`}
          run=${(_, key) => change("POST", path("suspend"), {}, key)}><p>Use that is paid from the ${unit} of <strong>${license.id}</strong> is
            refused until the balance is resumed. The credit stays.</p></${Action}>`}`;
}
