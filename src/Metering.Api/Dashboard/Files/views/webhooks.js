import { html } from "../core/html.js";
import { change, pathOf, read } from "../core/api.js";
import { useData, usePages } from "../core/data.js";
import { link } from "../core/route.js";
import { plain } from "../core/words.js";
import { Action } from "../parts/action.js";
import { Badge } from "../parts/badge.js";
import { Heading } from "../parts/heading.js";
import { Pages } from "../parts/pages.js";
import { Empty, Loaded, Note } from "../parts/states.js";
import { Table } from "../parts/table.js";
import { Time } from "../parts/time.js";

const EVERY = 15_000;

/** Receivers of signals. */
export function Webhooks() {
  const state = useData(signal => read("webhooks", {}, signal), [], EVERY);
  return html`
    <${Heading} title="Webhooks" about="Receivers that are notified when a level is crossed, a period closes or a balance runs low." />
    <section class="card"><${Loaded} state=${state}>${({ items }) => items.length === 0
      ? html`<${Empty} title="No webhooks yet">Create one with <code>POST /api/v1/webhooks</code>; its secret is shown only in the response.</${Empty}>`
      : html`<${Table} caption="Webhooks" rows=${items} keyOf=${({ id }) => id} columns=${[
        { name: "Receiver", cell: ({ id, url }) => html`<a href=${link(["webhooks", id])}>${url}</a>` },
        { name: "Status", cell: ({ enabled }) => html`<${Badge} of=${enabled ? "enabled" : "disabled"} />` },
        { name: "Signals", cell: ({ events }) => events.length === 0 ? "all signals" : events.map(plain).join(", ") },
        { name: "Reason", cell: webhook => webhook.disabled_reason ?? "–" },
        { name: "Created", cell: webhook => html`<${Time} at=${webhook.created_at} />` },
      ]} />`}</${Loaded}></section>`;
}

/** One receiver, with what was sent to it. */
export function Webhook({ id }) {
  const state = useData(signal => read(pathOf("webhooks", id), {}, signal), [id], EVERY);
  const deliveries = usePages(pathOf("webhooks", id, "deliveries"), {}, { size: 50, every: EVERY });
  const webhook = state.data;
  return html`
    <${Heading} title="Webhook" path=${[["Webhooks", link(["webhooks"])]]}
      about=${webhook && html`<dl class="facts"><div><dt>Receiver</dt><dd>${webhook.url}</dd></div>
        <div><dt>Status</dt><dd><${Badge} of=${webhook.enabled ? "enabled" : "disabled"} /></dd></div>
        <div><dt>Signals</dt><dd>${webhook.events.length === 0 ? "all signals" : webhook.events.map(plain).join(", ")}</dd></div></dl>`} />
    ${webhook && !webhook.enabled && html`<${Note} kind="bad"
      title="Deliveries are stopped.">${webhook.disabled_reason ?? "It was disabled."} Fix the receiver, then
      enable it with <code>PATCH /api/v1/webhooks/${id}</code> and <code>{"enabled": true}</code>.</${Note}>`}
    <section class="card" aria-labelledby="deliveries-title"><h2 id="deliveries-title">Deliveries</h2>
      <${Loaded} state=${deliveries}>${({ items }) => items.length === 0
        ? html`<${Empty} title="No deliveries yet">Send a test message with <code>POST /api/v1/webhooks/${id}/test</code>.</${Empty}>`
        : html`<${Table} caption="Deliveries, newest first" rows=${items} keyOf=${delivery => delivery.id}
          columns=${columns(id, deliveries.reload)} />
            <${Pages} list=${deliveries} />`}</${Loaded}></section>`;
}

const columns = (id, changed) => [
  { name: "Signal", cell: ({ type, message_id: message }) => html`${plain(type)}<div class="mono muted">${message}</div>` },
  { name: "License", cell: delivery => delivery.license_id ? html`<a
    href=${link(["licenses", delivery.license_id])}>${delivery.license_id}</a>` : "–" },
  { name: "Status", cell: ({ status }) => html`<${Badge} of=${status} />` },
  { name: "Attempts", number: true, cell: ({ attempts }) => attempts },
  { name: "Last answer", cell: delivery => delivery.last_status ? `status ${delivery.last_status}` : "–" },
  { name: "Error", cell: delivery => delivery.last_error ?? "–" },
  { name: "Last sent", cell: delivery => html`<${Time} at=${delivery.last_attempt_at} how="ago" />` },
  { name: "Next try", cell: delivery => html`<${Time} at=${delivery.next_attempt_at} how="ago" />` },
  { name: "", cell: delivery => html`<${Action} name="Redeliver" label=${`Redeliver ${delivery.message_id}`} confirm="Send it again"
    after=${changed}
      done="It is sent again." run=${(_, key) => change("POST", pathOf("webhooks", id, "deliveries", delivery.id, "redeliver"), undefined, key)}>
      <p>The receiver gets the same message once more, with the same id: <span class="mono">${delivery.message_id}</span>. One that has
        handled it already ignores it.</p></${Action}>` },
];
