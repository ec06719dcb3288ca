import { html } from "../../core/html.js";
import { pathOf } from "../../core/api.js";
import { amountText, sum } from "../../core/amounts.js";
import { usePages } from "../../core/data.js";
import { plain } from "../../core/words.js";
import { Badge } from "../../parts/badge.js";
import { UsageBar } from "../../parts/bar.js";
import { Pages } from "../../parts/pages.js";
import { Empty, Loaded } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";

const EVERY = 15_000;
const CORES = "cpu_cores";

/** What is on hold, and the machines on the license. */
export function Holds({ license, usage }) {
  const holds = usePages(pathOf("licenses", license.id, "holds"), {}, { every: EVERY });
  const machines = usePages(pathOf("licenses", license.id, "machines"), {}, { every: EVERY });
  const cores = usage.features.find(answer => answer.feature_code === CORES);
  return html`
    <section class="card" aria-labelledby="holds-title"><h2 id="holds-title">Open holds</h2>
      <${Loaded} state=${holds}>${({ items }) => items.length === 0
        ? html`<${Empty} title="No open holds">A reservation or a lease sets a part of the allowance aside until it is settled, released or expires.</${Empty}>`
        : html`<${Table} caption="Open holds" rows=${items} keyOf=${({ id }) => id} columns=${HOLDS} /><${Pages}
          list=${holds} />`}</${Loaded}></section>
    <section class="card" aria-labelledby="machines-title"><h2 id="machines-title">Machines</h2>
      ${cores && !cores.unlimited && html`<p>${amountText(cores.used)} of ${amountText(cores.allowance)} cores</p>
        <${UsageBar} name="Use of cores" used=${cores.used} allowance=${cores.allowance} level=${cores.level} />`}
      <${Loaded} state=${machines}>${({ items }) => items.length === 0
        ? html`<${Empty} title="No machine is registered">Licensed software registers one with <code>PUT /api/v1/license/machines/…</code>; then its cores count.</${Empty}>`
        : html`<div class="spaced"><${Table} caption="Machines" rows=${items} keyOf=${({ fingerprint }) => fingerprint}
          columns=${MACHINES} /></div>
          <p class="muted">${amountText(sum(items.map(machine => machine.cores)))} cores on this page.</p><${Pages}
            list=${machines} />`}</${Loaded}></section>`;
}

const HOLDS = [
  { name: "Hold", cell: ({ id }) => html`<span class="mono">${id}</span>` },
  { name: "Kind", cell: ({ kind }) => html`<${Badge} of=${kind} text=${plain(kind)} />` },
  { name: "Feature", cell: hold => hold.feature_code },
  { name: "Asked for", number: true, cell: ({ amount }) => amountText(amount) },
  { name: "Used", number: true, cell: ({ settled }) => amountText(settled) },
  { name: "On hold", number: true, cell: ({ left }) => html`<strong>${amountText(left)}</strong>` },
  { name: "Created", cell: hold => html`<${Time} at=${hold.created_at} />` },
  { name: "Expires", cell: hold => html`<${Time} at=${hold.expires_at} how="ago" />` },
  { name: "Machine", cell: ({ fingerprint }) => fingerprint ?? "–" },
];

const MACHINES = [
  { name: "Machine", cell: ({ fingerprint, name }) => html`${name ?? fingerprint}${name && html` <span
    class="muted">${fingerprint}</span>`}` },
  { name: "Cores", number: true, cell: ({ cores }) => amountText(cores) },
  { name: "Registered", cell: ({ at }) => html`<${Time} at=${at} />` },
];
