import { html } from "../../dashboard/core/html.js";
import { amountText } from "../../dashboard/core/amounts.js";
import { timeText } from "../../dashboard/core/times.js";
import { Table } from "../../dashboard/parts/table.js";
import { nameOf } from "./names.js";

const LIVING = ["active", "scheduled"];

/** Extra allowance that is not over. */
export function Grants({ grants, features }) {
  const living = grants.filter(grant => LIVING.includes(grant.status));
  return living.length > 0 && html`<section class="card" aria-labelledby="grants">
    <h2 id="grants">Extra allowance</h2>
    <${Table} caption="Extra allowance" rows=${living} keyOf=${grant => grant.id} columns=${[
      { name: "Feature", cell: grant => nameOf(features, grant.feature_code) },
      { name: "Granted", number: true, cell: grant => amountText(grant.amount) },
      { name: "Used", number: true, cell: grant => amountText(grant.used) },
      { name: "Left", number: true, cell: grant => amountText(grant.remaining) },
      { name: "Until", cell: grant => grant.expires_at ? timeText(grant.expires_at) : "never expires" },
    ]} />
  </section>`;
}
