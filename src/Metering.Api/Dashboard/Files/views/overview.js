import { html, useMemo } from "../core/html.js";
import { read } from "../core/api.js";
import { amountText, countText, percentText } from "../core/amounts.js";
import { useData } from "../core/data.js";
import { link } from "../core/route.js";
import { Badge, LevelBadge } from "../parts/badge.js";
import { UsageBar } from "../parts/bar.js";
import { Chart } from "../parts/chart.js";
import { Heading } from "../parts/heading.js";
import { Empty, Loaded, Note } from "../parts/states.js";
import { Table } from "../parts/table.js";
import { Time } from "../parts/time.js";

const EVERY = 10_000;
const SHOWN = 10;

/** How the whole service stands. */
export function Overview() {
  const state = useData(signal => read("overview", {}, signal), [], EVERY);
  return html`
    <${Heading} title="Overview" about=${state.data && html`As of <${Time} at=${state.data.as_of}
      how="exact" />. Refreshes every 10 seconds.`} />
    <${Loaded} state=${state} lines=${12}>${overview => html`<${Standing} overview=${overview} />`}</${Loaded}>`;
}

function Standing({ overview }) {
  const { licenses, over_limit: over, near_limit: near } = overview;
  return licenses.total === 0 && licenses.is_complete
    ? html`<section class="card"><${Empty}
      title="Nothing is metered yet">Publish features and plans with <code>PUT /api/v1/catalog</code>, then create a license with
        ${" "}<code>POST /api/v1/licenses</code>. To try it with three months of demo data, start the server with <code>--demo</code>.</${Empty}></section>`
    : html`
      ${!licenses.is_complete && html`<${Note}
        title="Not all licenses have been read yet.">${countText(licenses.total, "license")} so far; the rest follow
        with the next refreshes.</${Note}>`}
      ${licenses.unreadable > 0 && html`<${Note} kind="bad"
        title=${`${countText(licenses.unreadable, "license")} can't be read.`}>Their state is damaged, or was written by another
        version: run <code>verify</code>.</${Note}>`}
      <${Tiles} overview=${overview} />
      <section class="card" aria-labelledby="pace-title"><h2 id="pace-title">Events per minute</h2><${Pace} overview=${overview} /></section>
      <div class="columns">
        <section class="card" aria-labelledby="over-title"><h2 id="over-title">Over the limit</h2>
          <${Places} places=${over} empty="Nothing is over its limit" says="All usage is within its allowance." /></section>
        <section class="card" aria-labelledby="near-title"><h2 id="near-title">Near the limit</h2>
          <${Places} places=${near} empty="Nothing is near its limit"
            says="Quotas appear here from 80 percent on, or when a tier warns." /></section>
      </div>
      <div class="columns columns-late">
        <section class="card" aria-labelledby="tenants-title"><div class="card-head"><h2 id="tenants-title">Tenants by quota use</h2>
          <a href=${link(["tenants"])}>All tenants</a></div><${Tenants} tenants=${overview.tenants.slice(0, SHOWN)} /></section>
        <section class="card" aria-labelledby="hooks-title"><h2 id="hooks-title">Webhooks</h2><${Health}
          webhooks=${overview.webhooks} /></section>
      </div>`;
}

function Tiles({ overview }) {
  const { licenses, minutes, dead_letters: letters, webhooks } = overview;
  const last = minutes.at(-2) ?? minutes.at(-1);
  const bad = webhooks.filter(webhook => !webhook.enabled || webhook.last_failure);
  const stopped = [[licenses.suspended, "suspended"], [licenses.expired, "expired"]].filter(([count]) => count > 0);
  return html`<ul class="tiles tiles-small">
    <${Figure} name="Active licenses" value=${amountText(licenses.active)} address=${link(["licenses"])}
      about=${stopped.map(([count, how]) => `${amountText(count)} ${how}`).join(", ") || "none suspended"} />
    <${Figure} name="Over the limit" value=${amountText(overview.over_limit.count)} level=${overview.over_limit.count > 0 && "over"}
      about=${`${amountText(overview.near_limit.count)} near it`} />
    <${Figure} name="Events, last minute" value=${amountText(last ? last.counted : 0)} address=${link(["live"])}
      about=${last?.not_counted > 0 ? `${amountText(last.not_counted)} not counted` : "all counted"} />
    <${Figure} name="Dead letters" value=${bounded(letters)} address=${link(["dead-letters"])} level=${letters.count > 0 && "warning"}
      about=${letters.count > 0 ? "need attention" : "none"} />
    <${Figure} name="Webhooks" value=${amountText(webhooks.length)} address=${link(["webhooks"])} level=${bad.length > 0 && "warning"}
      about=${bad.length > 0 ? `${bad.length} with failures` : webhooks.length > 0 ? "all deliver" : "no webhooks"} />
  </ul>`;
}

function Figure({ name, value, about, address, level }) {
  return html`<li class="tile">
    ${address ? html`<a class="tile-name tile-link" href=${address}>${name}</a>` : html`<span class="tile-name">${name}</span>`}
    <p class=${"tile-value" + (level ? " text-" + level : "")}>${value}</p><p class="muted">${about}</p></li>`;
}

const all = minute => minute.counted + minute.duplicates + minute.not_counted;

const bounded = ({ count, has_more: more }) => amountText(count) + (more ? "+" : "");

function Pace({ overview }) {
  const drawn = useMemo(() => ({
    times: overview.minutes.map(({ start }) => Date.parse(start) / 1000),
    series: [
      // From the back to the front: what is drawn first stands above the others.
      { name: "Not counted", color: "over-fill", bars: true, values: overview.minutes.map(minute => minute.not_counted), drawn: overview.minutes.map(all) },
      { name: "Duplicates", color: "series-2", bars: true, values: overview.minutes.map(({ duplicates }) => duplicates),
        drawn: overview.minutes.map(({ counted, duplicates }) => counted + duplicates) },
      { name: "Counted", color: "series-1", bars: true, values: overview.minutes.map(({ counted }) => counted) },
    ],
  }), [overview]);
  const total = overview.minutes.reduce((sum, { counted }) => sum + counted, 0);
  const refused = overview.minutes.reduce((sum, minute) => sum + minute.not_counted, 0);
  if (total + refused === 0) {
    return html`<${Empty} title="No events in the last hour">Send an event with <code>POST /api/events</code>, or consume with a license's key: it appears here.</${Empty}>`;
  }

  return html`<${Chart} label=${`Uses and events of the last hour, by minute: ${amountText(total)} counted, ${amountText(refused)} not counted.`}
      times=${drawn.times} series=${drawn.series} utcDays=${false} height=${180} />
    <p class="muted">Events at the instance that answered, ${overview.instance}. <a href=${link(["live"])}>See each event</a></p>`;
}

/** Quotas with the license of each, the furthest first. */
export function Places({ places, empty, says }) {
  return places.items.length === 0 ? html`<${Empty} title=${empty}>${says}</${Empty}>` : html`
    <${Table} caption=${empty} rows=${places.items.slice(0, SHOWN)} keyOf=${place => place.license_id + " " + place.feature_code}
      columns=${PLACES} />
    ${places.count > SHOWN && html`<p class="muted">The top ${SHOWN} of ${amountText(places.count)}.</p>`}`;
}

const PLACES = [
  { name: "Tenant", cell: place => html`<a href=${link(["tenants", place.tenant_id])}>${place.tenant_id}</a>` },
  { name: "Feature", cell: place => html`<a
    href=${link(["licenses", place.license_id], { feature: place.feature_code })}>${place.feature_code}</a>` },
  { name: "Used", cell: place => html`<${Far} place=${place} />` },
  { name: "Level", cell: ({ level, used, allowance }) => html`<${LevelBadge} level=${level} full=${Number(used) >= Number(allowance)} />` },
];

function Far({ place }) {
  const share = place.percent === null ? "" : percentText(Number(place.percent) / 100);
  return html`<div class="far"><div class="far-text"><span>${amountText(place.used)} of ${amountText(place.allowance)}</span><span
    class="muted">${share}</span></div>
    <${UsageBar} name=${`Use of ${place.feature_code} by ${place.tenant_id}`} used=${place.used} allowance=${place.allowance}
      level=${place.level} /></div>`;
}

/** Tenants with the feature that is furthest in its quota. */
export function Tenants({ tenants }) {
  return tenants.length === 0
    ? html`<${Empty} title="No tenant has a limit yet">As soon as a license has a feature with a limit, its tenant appears here.</${Empty}>`
    : html`<${Table} caption="Tenants, closest to their limits first" rows=${tenants} keyOf=${tenant => tenant.tenant_id} columns=${[
      { name: "Tenant", cell: tenant => html`<a href=${link(["tenants", tenant.tenant_id])}>${tenant.tenant_id}</a>` },
      { name: "Licenses", number: true, cell: ({ licenses }) => licenses ? bounded(licenses) : "–" },
      { name: "Closest to its limit", cell: ({ nearest }) => html`<a
        href=${link(["licenses", nearest.license_id], { feature: nearest.feature_code })}>${nearest.feature_code}</a>` },
      { name: "Used", cell: ({ nearest }) => html`<${Far} place=${nearest} />` },
    ]} />`;
}

function Health({ webhooks }) {
  return webhooks.length === 0
    ? html`<${Empty} title="No webhooks yet">Create one with <code>POST /api/v1/webhooks</code> to be notified when a level is crossed.</${Empty}>`
    : html`<${Table} caption="Webhooks and their health" rows=${webhooks} keyOf=${({ id }) => id} columns=${[
      { name: "Receiver", cell: ({ id, url }) => html`<a href=${link(["webhooks", id])}>${url}</a>` },
      { name: "Health", cell: webhook => html`<${Badge} of=${!webhook.enabled ? "disabled" : webhook.last_failure ? "warning" : "enabled"}
        text=${!webhook.enabled ? "Disabled" : webhook.last_failure ? "Failing" : "Healthy"} />` },
      { name: "Waiting", number: true, cell: ({ waiting }) => bounded(waiting) },
      { name: "Last failure", cell: ({ enabled, disabled_reason: reason, last_failure: failure }) => !enabled && reason ? reason : failure
        ? html`${failure.error} <span class="muted"><${Time} at=${failure.at} how="ago" /></span>` : "–" },
    ]} />`;
}
