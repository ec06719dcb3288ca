import { html, useId, useMemo, useState } from "../core/html.js";
import { ApiError, newKey } from "../core/api.js";
import { readings } from "../core/amounts.js";
import { session } from "../core/session.js";
import { fault } from "../core/words.js";
import { Dialog } from "./dialog.js";
import { announce } from "./announcer.js";

/**
 * A button that changes something, after a dialog has said what will happen.
 *
 * @param name The button, and the dialog's title.
 * @param label What the button does it to, for those who hear it out of its place.
 * @param fields `{name, label, type, value, help, required, options}`: what is asked.
 * @param run Does it: `(values, key)`. The key was made when the dialog opened, so that trying again counts once.
 * @param done What is said after it; then `after` is called.
 * @param children Says what will happen; may be a function of the values.
 */
export function Action({ name, label, confirm = name, danger, disabled, fields = [], run, done, after, children }) {
  const [open, setOpen] = useState(false);
  return html`
    <button type="button" class=${danger ? "button button-danger" : "button"} aria-label=${label} disabled=${disabled}
      onClick=${() => setOpen(true)}>${name}</button>
    ${open && html`<${ActionDialog} title=${label ?? name} ...${{ confirm, danger, fields, run, says: children }}
      close=${() => setOpen(false)} succeed=${answer => {
        setOpen(false);
        announce(typeof done === "function" ? done(answer) : done);
        after?.(answer);
      }} />`}`;
}

function ActionDialog({ title, confirm, danger, fields, run, says, close, succeed }) {
  const [values, setValues] = useState(() => Object.fromEntries(fields.map(({ name, value }) => [name, value ?? ""])));
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);

  // One for the dialog, whatever is typed: a try that seemed to fail may have been done, and then another one must not count too.
  const key = useMemo(newKey, []);
  const submit = async event => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      refuseUnclear(fields, values);
      succeed(await run(values, key));
    } catch (thrown) {
      setBusy(false);
      setError(thrown);
    }
  };

  return html`<${Dialog} title=${title} close=${close}>
    <form class="form" onSubmit=${submit}>
      <div class="says">${typeof says === "function" ? says(values) : says}</div>
      ${fields.map(field => html`<${Field} key=${field.name} field=${field} value=${values[field.name]} error=${error}
        set=${value => setValues(before => ({ ...before, [field.name]: value }))} />`)}
      ${error && html`<${Refused} error=${error} />`}
      <div class="dialog-actions">
        <button type="button" class="button" onClick=${close}>Cancel</button>
        <button type="submit" class=${danger ? "button button-main button-danger" : "button button-main"} disabled=${busy}>
          ${busy ? "Working…" : error ? "Try again" : confirm}</button>
      </div>
    </form>
  </${Dialog}>`;
}

// What looks like a thousand must not be sent as one.
function refuseUnclear(fields, values) {
  for (const { name, type } of fields) {
    const forms = type === "amount" && readings(values[name]);
    if (forms) {
      throw new ApiError("problem", `Write ${forms[0]}, or ${forms[1]} for the fraction.`, {
        title: `${values[name].trim()} can be read in two ways`,
        fields: [{ pointer: "/" + name, detail: "can be read in two ways" }],
      });
    }
  }
}

function Refused({ error }) {
  const { title, text, action } = fault(error);
  return html`<div class="note note-bad" role="alert">
    <p><strong>${title}.</strong> ${text}</p>
    ${error.kind === "slow" && html`<p>It may have been done all the same. Try again: it counts once.</p>`}
    ${action === "sign-in" && error.kind === "forbidden" && html`<p class="note-actions">
      <button type="button" class="button" onClick=${() => session.end(session.get().token)}>Sign in with another token</button></p>`}
  </div>`;
}

function Field({ field, value, set, error }) {
  const id = useId();
  const wrong = error?.fields?.find(({ pointer }) => pointer === "/" + field.name)?.detail;
  const common = {
    id, value, required: field.required, "aria-invalid": wrong ? true : null, "aria-describedby": field.help || wrong ? id + "-about" : null,
    onInput: event => set(event.target.value),
  };
  return html`<div class="field">
    <label for=${id}>${field.label}${!field.required && html`<span class="muted"> (optional)</span>`}</label>
    ${field.options
      ? html`<select ...${common}>${field.options.map(([code, name]) => html`<option key=${code} value=${code}>${name}</option>`)}</select>`
      : field.type === "long" ? html`<textarea rows="7" spellcheck="false" ...${common}></textarea>`
      : html`<input type=${field.type === "amount" ? "text" : field.type ?? "text"} inputmode=${field.type === "amount" ? "decimal" : null}
          autocomplete="off" ...${common} />`}
    ${(wrong || field.help) && html`<p id=${id + "-about"} class=${wrong ? "wrong" : "help"}>${wrong ? plainly(wrong) : field.help}</p>`}
  </div>`;
}

const plainly = detail => `This ${detail}.`;
