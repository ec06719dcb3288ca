import { html } from "../../dashboard/core/html.js";
import { amountText, moneyText } from "../../dashboard/core/amounts.js";

/** Prepaid credit. */
export function Balances({ balances }) {
  return balances.length > 0 && html`<section class="card" aria-labelledby="balances">
    <h2 id="balances">Balance</h2>
    <dl class="numbers">${balances.map(balance => html`<div key=${balance.unit}>
      <dt>Available</dt>
      <dd>${moneyText(balance.available, balance.unit)}
        ${Number(balance.held) > 0 && html` <span class="why muted">and ${amountText(balance.held)} on hold</span>`}
        ${balance.suspended && html` <span class="why text-over">suspended</span>`}</dd>
    </div>`)}</dl>
  </section>`;
}
