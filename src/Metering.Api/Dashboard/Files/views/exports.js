import { html, useState } from "../core/html.js";
import { change, download, pathOf, read } from "../core/api.js";
import { amountText, countText, shortText } from "../core/amounts.js";
import { useData, usePages } from "../core/data.js";
import { dayText } from "../core/times.js";
import { REPORTS, fault, words } from "../core/words.js";
import { Action } from "../parts/action.js";
import { Badge } from "../parts/badge.js";
import { Heading } from "../parts/heading.js";
import { Pages } from "../parts/pages.js";
import { Empty, Loaded } from "../parts/states.js";
import { Table } from "../parts/table.js";
import { Time } from "../parts/time.js";

const RUNNING = 3_000;
const QUIET = 30_000;
const IN_WORK = ["waiting", "running", "cancelling"];

/** Exports with their progress, and schedules with their next runs. */
export function Exports() {
  const exports = usePages("exports", {}, { size: 25, every: RUNNING });
  const schedules = useData(signal => read("export-schedules", {}, signal), [], QUIET);
  const changed = () => {
    exports.reload();
    schedules.reload();
  };
  return html`
    <${Heading} title="Exports" about="Ledger, daily usage or billing lines in files, each with a manifest that proves it." />
    <section class="card" aria-labelledby="exports-title"><h2 id="exports-title">Exports</h2>
      <${Loaded} state=${exports}>${({ items }) => items.length === 0
        ? html`<${Empty} title="No exports yet">Export once with <code>POST /api/v1/exports</code>, or on a schedule with
            ${" "}<code>POST /api/v1/export-schedules</code>.</${Empty}>`
        : html`<${Table} caption="Exports, newest first" rows=${items} keyOf=${({ id }) => id}
          columns=${exportColumns(changed)} /><${Pages} list=${exports} />`}</${Loaded}></section>
    <section class="card" aria-labelledby="schedules-title"><h2 id="schedules-title">Schedules</h2>
      <${Loaded} state=${schedules}>${({ items }) => items.length === 0
        ? html`<${Empty} title="No schedules yet">Create one with <code>POST /api/v1/export-schedules</code>: what to export, when, and in which format.</${Empty}>`
        : html`<${Table} caption="Schedules" rows=${items} keyOf=${({ id }) => id}
          columns=${scheduleColumns(changed)} />`}</${Loaded}></section>`;
}

const exportColumns = changed => [
  { name: "Export", cell: each => html`${words(REPORTS, each.report)} <span class="muted">${each.format}${each.compress === "gzip"
    ? ", gzip" : ""}</span>
    <div class="mono muted">${each.id}</div>` },
  { name: "Span (UTC)", cell: each => `${dayText(each.from)} – ${dayText(each.to)}` },
  { name: "Tenant", cell: each => each.tenant_id ?? "all" },
  { name: "Status", cell: each => html`<${Badge} of=${each.status} /> ${each.state === "provisional" && html`<${Badge}
    of="provisional" />`}` },
  { name: "Progress", cell: each => html`<${Progress} of=${each} />` },
  { name: "Created", cell: each => html`<${Time} at=${each.created_at} how="ago" />` },
  { name: "", cell: each => each.status === "done" ? html`<${Download} of=${each} />` : IN_WORK.includes(each.status)
    && each.status !== "cancelling" && html`<${Action} name="Cancel" label=${`Cancel ${each.id}`}
      confirm="Cancel the export" danger after=${changed} done=${`${each.id} is being stopped.`}
        run=${() => change("DELETE", pathOf("exports", each.id))}>
      <p>The export stops, and nothing of its file is kept. It can be made again at any time.</p></${Action}>` },
];

const fileNameOf = ({ file }) => file.split(/[\\/]/).at(-1);

function Download({ of }) {
  const [state, setState] = useState({});
  const get = what => async () => {
    setState({ busy: true });
    try {
      const name = fileNameOf(of);
      await download(pathOf("exports", of.id, what), what === "file" ? name : name + ".manifest.json");
      setState({});
    } catch (error) {
      setState({ error });
    }
  };
  return html`<div class="actions">
    <button type="button" class="button" disabled=${state.busy} aria-label=${`Download the file of ${of.id}`}
      onClick=${get("file")}>Download</button>
    <button type="button" class="button" disabled=${state.busy} aria-label=${`Download the manifest of ${of.id}`}
      onClick=${get("manifest")}>Manifest</button>
  </div>${state.error && html`<p class="wrong" role="alert">${fault(state.error).title}. ${fault(state.error).text}</p>`}`;
}

function Progress({ of }) {
  if (of.status === "failed") {
    return html`<span class="bad">${of.failure ?? "It failed."}</span>`;
  }

  if (of.status === "done") {
    return html`${countText(of.rows, "row")}, ${shortText(of.bytes ?? 0)}B<div class="mono muted" title=${of.file}>${fileNameOf(of)}</div>`;
  }

  const whole = of.licenses_total;
  const text = whole === null ? "counting licenses" : `${amountText(of.licenses_done)} of ${countText(whole, "license")}, ${countText(of.rows, "row")}`;
  return html`${whole > 0 && html`<progress max=${whole} value=${of.licenses_done} aria-label=${`Progress of ${of.id}`}></progress>`}<div
    class="muted">${text}</div>`;
}

const scheduleColumns = changed => [
  { name: "Schedule", cell: each => html`${words(REPORTS, each.report)} <span class="muted">${each.format}, each ${each.span}</span><div
    class="mono muted">${each.id}</div>` },
  { name: "When", cell: each => html`<code>${each.cron}</code> <span class="muted">${each.time_zone}</span>` },
  { name: "Tenant", cell: each => each.tenant_id ?? "all" },
  { name: "Status", cell: ({ paused }) => html`<${Badge} of=${paused ? "paused" : "active"} />` },
  { name: "Next runs", cell: ({ next_runs: runs }) => runs.length === 0 ? "none" : html`<ul>${runs.slice(0, 3).map(run => html`<li
    key=${run.at + run.state}>
    <${Time} at=${run.at} /> ${run.state === "provisional" && html`<span class="muted">provisional</span>`}</li>`)}</ul>` },
  { name: "Done through", cell: each => html`<${Time} at=${each.done_through} />${each.skipped > 0 && html`<div
    class="bad">${countText(each.skipped, "span")} skipped</div>`}` },
  { name: "", cell: ({ id, paused }) => html`<${Action} name=${paused ? "Resume" : "Pause"} label=${`${paused ? "Resume"
    : "Pause"} ${id}`} after=${changed}
      done=${`${id} ${paused ? "runs again" : "is paused"}.`}
        run=${(_, key) => change("PATCH", pathOf("export-schedules", id), { paused: !paused }, key)}>
      <p>${paused ? "It starts again with the span that ended last. Spans that it missed while it was paused are not exported."
        : "It makes no exports until it is resumed. What it misses while it is paused is not exported later."}</p></${Action}>` },
];
