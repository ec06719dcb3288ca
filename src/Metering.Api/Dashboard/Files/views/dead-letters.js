import { html } from "../core/html.js";
import { change, pathOf } from "../core/api.js";
import { usePages } from "../core/data.js";
import { go, link } from "../core/route.js";
import { Action } from "../parts/action.js";
import { Heading } from "../parts/heading.js";
import { Pages } from "../parts/pages.js";
import { Empty, Loaded } from "../parts/states.js";
import { Table } from "../parts/table.js";
import { Time } from "../parts/time.js";
import { plain } from "../core/words.js";

/** Events that could not be counted. */
export function DeadLetters({ query }) {
  const list = usePages("dead-letters", { code: query.code, tenant_id: query.tenant, metric: query.metric }, { every: 30_000 });
  const set = part => go(link(["dead-letters"], { ...query, ...part }), true);
  const filtered = query.code || query.tenant || query.metric;
  return html`
    <${Heading} title="Dead letters"
      about="Events that could not be counted, each with its reason, oldest first. None is lost: fix what is wrong, then retry." />
    <div class="filters">
      ${[["code", "Reason (code)"], ["tenant", "Tenant"], ["metric", "Metric"]].map(([name, label]) => html`<label key=${name}>${label}
        <input type="search" value=${query[name] ?? ""} onChange=${event => set({ [name]: event.target.value.trim() })} /></label>`)}
      <${RetryAll} query=${query} changed=${list.reload} />
    </div>
    <section class="card"><${Loaded} state=${list}>${({ items }) => items.length === 0
      ? html`<${Empty} title=${filtered ? "No letters of this kind" : "There are no dead letters"}>${filtered
        ? "There may be others: clear the filters above."
          : "Every event that arrived was counted, now or before."}</${Empty}>`
      : html`<${Table} caption="Dead letters, oldest first" rows=${items} keyOf=${({ id }) => id}
        columns=${columns(list.reload)} /><${Pages} list=${list} />`}</${Loaded}></section>`;
}

const columns = changed => [
  { name: "Received", cell: letter => html`<${Time} at=${letter.received_at} how="exact" />` },
  { name: "Why it was not counted", cell: ({ code, detail }) => html`<strong>${plain(code)}</strong><div>${detail}</div>` },
  { name: "Tenant", cell: letter => letter.tenant_id ?? "–" },
  { name: "Metric", cell: ({ metric }) => metric ?? "–" },
  { name: "Event", cell: ({ payload }) => html`<details><summary>Show</summary><pre class="payload">${pretty(payload)}</pre></details>` },
  { name: "", cell: letter => html`<div class="actions"><${Retry} letter=${letter} changed=${changed} /><${Action} name="Discard"
    label=${`Discard the letter of ${letter.received_at}`}
      confirm="Discard" danger after=${changed} done="The letter was deleted." run=${() => change("DELETE", pathOf("dead-letters", letter.id))}>
      <p>The letter is deleted, and its event is never counted. This can't be undone.</p></${Action}></div>` },
];

function Retry({ letter, changed }) {
  return html`<${Action} name="Retry" label=${`Retry the letter of ${letter.received_at}`} confirm="Count it" after=${changed}
    done=${({ duplicates }) => duplicates > 0 ? "The event had been counted before; the letter was deleted." : "The event was counted; the letter was deleted."}
    fields=${[{ name: "event", label: "The event", type: "long", value: pretty(letter.payload), required: true, help: "Fix what is wrong. What you don't change is sent as it was received." }]}
    run=${({ event }, key) => change("POST", pathOf("dead-letters", letter.id, "retry"), event === pretty(letter.payload)
      ? undefined : { event: parse(event) }, key)}>
    <p>Why it was not counted: ${letter.detail}</p>
    <p>If it can be counted now, it counts once, and the letter is deleted. Otherwise the letter stays.</p>
  </${Action}>`;
}

function RetryAll({ query, changed }) {
  return html`<${Action} name="Retry all of these" confirm="Count them" after=${changed}
    done=${({ accepted, duplicates, refused }) => `${accepted} counted, ${duplicates} had been counted before, ${refused.length} could not be counted.`}
    run=${(_, key) => change("POST", "dead-letters/retry",
      { code: query.code || undefined, tenant_id: query.tenant || undefined, metric: query.metric || undefined }, key)}>
    <p>The oldest hundred letters ${query.code || query.tenant || query.metric ? "that match the filters"
      : "of all"} are retried, oldest first. What can be counted now counts once;
      the other letters stay.</p></${Action}>`;
}

function pretty(payload) {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return payload;
  }
}

// What is no JSON goes as a text: the server says what is wrong with it, and it stays in the field.
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
