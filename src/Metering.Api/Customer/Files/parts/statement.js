import { html } from "../../dashboard/core/html.js";
import { amountText, moneyText } from "../../dashboard/core/amounts.js";
import { localDayText, timeText } from "../../dashboard/core/times.js";
import { Table } from "../../dashboard/parts/table.js";
import { KINDS, words } from "../../dashboard/core/words.js";
import { nameOf } from "./names.js";

/** What was given, used and lost in the last month, and why. */
export function Statement({ statement, features }) {
  if (!statement) {
    return html`<section class="card" aria-labelledby="statement"><h2 id="statement">Statement</h2>
      <p>There is no statement for the last 31 days: some of the records are no longer kept, or there are too many to add up.</p></section>`;
  }

  const { periods, balances, entries } = statement;
  const priced = periods.some(period => period.price_unit);
  return html`<section class="card" aria-labelledby="statement">
    <div class="card-head"><h2 id="statement">Statement</h2>
      <p class="muted">${localDayText(statement.from)} to ${localDayText(statement.to)}</p></div>
    ${periods.length === 0 && html`<p class="muted">Nothing was used in this period.</p>`}
    ${periods.length > 0 && html`<${Table} caption="Allowance and usage by period" rows=${[...periods].reverse()}
      keyOf=${keyOf} columns=${[
        { name: "Feature", cell: period => nameOf(features, period.feature_code) },
        { name: "Period", cell: period => `${localDayText(period.start)} – ${period.end ? localDayText(period.end) : "open"}` },
        amounts("Granted", period => period.granted === null ? "no limit" : amountText(period.granted)),
        amounts("Used", period => amountText(period.used)),
        amounts("Overage", period => amountText(period.overage)),
        amounts("Expired", period => amountText(period.expired)),
        amounts("Left", period => amountText(period.left)),
        ...(priced ? [{ name: "Cost", number: true, cell: period => period.price_unit ? moneyText(period.cost, period.price_unit) : "–" }] : []),
      ]} />`}
    ${balances.length > 0 && html`<h3 class="spaced">Credit</h3><${Table} caption="Credit" rows=${balances} keyOf=${one => one.unit} columns=${[
      { name: "Unit", cell: one => one.unit },
      { name: "Opening", number: true, cell: one => amountText(one.opening) },
      { name: "Added", number: true, cell: one => amountText(one.granted) },
      { name: "Used", number: true, cell: one => amountText(one.used) },
      { name: "Adjusted", number: true, cell: one => amountText(one.adjusted) },
      { name: "Withdrawn", number: true, cell: one => amountText(one.withdrawn) },
      { name: "Closing", number: true, cell: one => amountText(one.left) },
    ]} />`}
    ${entries.length > 0 && html`<details class="spaced"><summary>Other changes (${entries.length})</summary>
      <${Table} caption="Other changes" rows=${[...entries].reverse()} keyOf=${entry => entry.sequence} columns=${[
        { name: "When", cell: entry => timeText(entry.at) },
        { name: "What", cell: entry => words(KINDS, entry.kind) },
        { name: "Feature", cell: entry => entry.feature_code ? nameOf(features, entry.feature_code) : entry.unit ?? "–" },
        { name: "Amount", number: true, cell: entry => amountText(entry.amount) },
        { name: "Why", cell: entry => entry.words ?? "–" },
      ]} /></details>`}
  </section>`;
}

const keyOf = period => [period.feature_code, period.start, period.end, period.is_part, period.price_unit].join();

// What was charged before the unit of the prices changed has a row of its own, in which only the cost is told.
const amounts = (name, cell) => ({ name, number: true, cell: period => period.is_part ? "–" : cell(period) });
