import { html } from "../../dashboard/core/html.js";
import { amountText } from "../../dashboard/core/amounts.js";
import { timeText } from "../../dashboard/core/times.js";
import { Table } from "../../dashboard/parts/table.js";
import { nameOf } from "./names.js";

const LIVING = ["active", "scheduled"];

/** Extra allowance that is not over. */
export function Grants({ grants, features }) {
  const living = grants.filter(grant => LIVING.includes(grant.status));
  const hasLapsed = living.some(grant => Number(grant.lapsed) > 0);
  return living.length > 0 && html`<section class="card" aria-labelledby="grants">
    <h2 id="grants">Extra allowance</h2>
    <${Table} caption="Extra allowance" rows=${living} keyOf=${grant => grant.id} columns=${[
      { name: "Feature", cell: grant => nameOf(features, grant.feature_code) },
      { name: "Granted", number: true, cell: grant => amountText(grant.granted) },
      { name: "Used", number: true, cell: grant => amountText(grant.used) },
      ...(hasLapsed ? [{ name: "Expired", number: true, cell: grant => amountText(grant.lapsed) }] : []),
      { name: "Left", number: true, cell: grant => amountText(grant.remaining) },
      { name: "Until", cell: untilText },
    ]} />
  </section>`;
}

// What repeats is given anew each time; how much in all is in the other columns.
const untilText = ({ recurrence, expires_at: end }) => recurrence === "none" ? (end ? timeText(end) : "never expires")
  : `renews every ${recurrence}${end ? ", until " + timeText(end) : ""}`;
