import { html } from "../../core/html.js";
import { change, pathOf } from "../../core/api.js";
import { amountText, typed, typedText } from "../../core/amounts.js";
import { Action } from "../../parts/action.js";

/** What is asked about every correction. */
export const NOTES = [
  { name: "reason", label: "Reason", help: "Kept in the ledger. Customers see it in their statement." },
  { name: "reference", label: "Reference", help: "Your own number for it: a ticket, an invoice." },
];

/** The same, as a request has it. */
export const notesOf = ({ reason, reference }) => ({ reason: reason.trim() || undefined, reference: reference.trim() || undefined });

/** What can be done to one feature of a license. */
export function FeatureActions({ license, answer, name, unit, changed }) {
  const path = (...parts) => pathOf("licenses", license.id, ...parts);
  const code = answer.feature_code;
  const suspended = answer.reason === "usage_suspended";
  return html`
    <${Action} name="Grant" label=${`Grant ${name}`} confirm="Grant" after=${changed} done=${`Granted more ${name} to ${license.id}.`}
      fields=${[
        { name: "amount", label: `Amount (${unit})`, type: "amount", required: true },
        { name: "expires_at", label: "Expires", type: "datetime-local", help: "In your time zone. Without it the grant never expires." },
        { name: "recurrence", label: "Repeats", options: [["", "never"], ["day", "every day"], ["week", "every week"], ["month", "every month"], ["year", "every year"]] },
        ...NOTES,
      ]}
      run=${(values, key) => change("POST", path("grants"), {
        feature_code: code, amount: typed(values.amount), expires_at: values.expires_at ? new Date(values.expires_at).toISOString() : undefined,
        recurrence: values.recurrence || undefined, ...notesOf(values),
      }, key)}>
      ${({ amount }) => html`<p><strong>${license.id}</strong> gets ${amount ? html`<strong>${typedText(amount)}</strong> ${unit}`
        : "units"} of ${name} on top of
        its allowance${answer.allowance === null ? "" : ` of ${amountText(answer.allowance)}`}, at once.</p>`}
    </${Action}>
    <${Action} name="Reset" label=${`Reset ${name}`} confirm="Reset" danger after=${changed}
      done=${`${name} was reset on ${license.id}.`} fields=${NOTES}
      run=${(values, key) => change("POST", path("usage", "reset"), { feature_code: code, ...notesOf(values) }, key)}>
      <p>The open period of ${name} on <strong>${license.id}</strong> ends now with ${amountText(answer.used)} used, and a new one begins
        at zero. The ledger keeps what was used. This can't be undone.</p>
    </${Action}>
    ${suspended && html`<${Action} name="Resume use" label=${`Resume the use of ${name}`} confirm="Resume" after=${changed}
      done=${`${name} may be used again on ${license.id}.`}
      run=${(_, key) => change("POST", path("usage", "resume"), { feature_code: code }, key)}>
      <p>A tier's policy suspended the use of ${name} on <strong>${license.id}</strong>. After this it may be used again, within the allowance.</p>
    </${Action}>`}`;
}
