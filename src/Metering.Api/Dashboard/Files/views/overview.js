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
      how="exact" />. It looks again every ten seconds.`} />
    <${Loaded} state=${state} lines=${12}>${overview => html`<${Standing} overview=${overview} />`}</${Loaded}>`;
}

function Standing({ overview }) {
  const { licenses, over_limit: over, near_limit: near } = overview;
  return licenses.total === 0 && licenses.is_complete
    ? html`<section class="card"><${Empty}
      title="Nothing is metered yet">Put features and plans in with <code>PUT /api/v1/catalog</code>, then make a license with
        ${" "}<code>POST /api/v1/licenses</code>. Or look at it with three months of demo data: start the server with <code>--demo</code>.</${Empty}></section>`
    : html`
      ${!licenses.is_complete && html`<${Note}
        title="Not all licenses have been looked at yet.">${countText(licenses.total, "license")} so far; the rest comes with
        the next looks.</${Note}>`}
      ${licenses.unreadable > 0 && html`<${Note} kind="bad"
        title=${`${countText(licenses.unreadable, "license")} can't be read.`}>The state is damaged or of another
        version: run <code>verify</code>.</${Note}>`}
      <${Tiles} overview=${overview} />
      <section class="card" aria-labelledby="pace-title"><h2 id="pace-title">Events a minute</h2><${Pace} overview=${overview} /></section>
      <div class="columns">
        <section class="card" aria-labelledby="over-title"><h2 id="over-title">Over the limit</h2>
          <${Places} places=${over} empty="Nothing is over its limit" says="Everything that is used is within what was sold." /></section>
        <section class="card" aria-labelledby="near-title"><h2 id="near-title">Near the limit</h2>
          <${Places} places=${near} empty="Nothing is near its limit"
            says="From 80 percent on, or when a tier warns, it stands here." /></section>
      </div>
      <div class="columns columns-late">
        <section class="card" aria-labelledby="tenants-title"><div class="card-head"><h2 id="tenants-title">Tenants by use of quota</h2>
          <a href=${link(["tenants"])}>All of these</a></div><${Tenants} tenants=${overview.tenants.slice(0, SHOWN)} /></section>
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
      about=${last?.not_counted > 0 ? `${amountText(last.not_counted)} not counted` : "none refused"} />
    <${Figure} name="Dead letters" value=${bounded(letters)} address=${link(["dead-letters"])} level=${letters.count > 0 && "warning"}
      about=${letters.count > 0 ? "wait for somebody" : "none"} />
    <${Figure} name="Webhooks" value=${amountText(webhooks.length)} address=${link(["webhooks"])} level=${bad.length > 0 && "warning"}
      about=${bad.length > 0 ? `${bad.length} with failures` : webhooks.length > 0 ? "all deliver" : "nobody is told"} />
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
      { name: "Counted before", color: "series-2", bars: true, values: overview.minutes.map(({ duplicates }) => duplicates),
        drawn: overview.minutes.map(({ counted, duplicates }) => counted + duplicates) },
      { name: "Counted", color: "series-1", bars: true, values: overview.minutes.map(({ counted }) => counted) },
    ],
  }), [overview]);
  const total = overview.minutes.reduce((sum, { counted }) => sum + counted, 0);
  const refused = overview.minutes.reduce((sum, minute) => sum + minute.not_counted, 0);
  if (total + refused === 0) {
    return html`<${Empty} title="Nothing came in the last hour">Send an event with <code>POST /api/events</code>, or consume with a license's key: it is drawn here.</${Empty}>`;
  }

  return html`<${Chart} label=${`Uses and events of the last hour, by minute: ${amountText(total)} counted, ${amountText(refused)} not counted.`}
      times=${drawn.times} series=${drawn.series} utcDays=${false} height=${180} />
    <p class="muted">What came to the instance ${overview.instance}, which answered. <a href=${link(["live"])}>See each event</a></p>`;
}

/** Quotas with the license of each, the furthest first. */
export function Places({ places, empty, says }) {
  return places.items.length === 0 ? html`<${Empty} title=${empty}>${says}</${Empty}>` : html`
    <${Table} caption=${empty} rows=${places.items.slice(0, SHOWN)} keyOf=${place => place.license_id + " " + place.feature_code}
      columns=${PLACES} />
    ${places.count > SHOWN && html`<p class="muted">The furthest ${SHOWN} of ${amountText(places.count)}.</p>`}`;
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
    ? html`<${Empty} title="No tenant has a limit yet">As soon as a license has a feature with a limit, its tenant stands here.</${Empty}>`
    : html`<${Table} caption="Tenants, the furthest in their quotas first" rows=${tenants} keyOf=${tenant => tenant.tenant_id} columns=${[
      { name: "Tenant", cell: tenant => html`<a href=${link(["tenants", tenant.tenant_id])}>${tenant.tenant_id}</a>` },
      { name: "Licenses", number: true, cell: ({ licenses }) => licenses ? bounded(licenses) : "–" },
      { name: "Furthest feature", cell: ({ nearest }) => html`<a
        href=${link(["licenses", nearest.license_id], { feature: nearest.feature_code })}>${nearest.feature_code}</a>` },
      { name: "Used", cell: ({ nearest }) => html`<${Far} place=${nearest} />` },
    ]} />`;
}

function Health({ webhooks }) {
  return webhooks.length === 0
    ? html`<${Empty} title="Nobody is told anything yet">Make a webhook with <code>POST /api/v1/webhooks</code>: it hears when a level is crossed.</${Empty}>`
    : html`<${Table} caption="Webhooks and how they do" rows=${webhooks} keyOf=${({ id }) => id} columns=${[
      { name: "Receiver", cell: ({ id, url }) => html`<a href=${link(["webhooks", id])}>${url}</a>` },
      { name: "Health", cell: webhook => html`<${Badge} of=${!webhook.enabled ? "disabled" : webhook.last_failure ? "warning" : "enabled"}
        text=${!webhook.enabled ? "Disabled" : webhook.last_failure ? "Has failed" : "Delivers"} />` },
      { name: "Waiting", number: true, cell: ({ waiting }) => bounded(waiting) },
      { name: "Last failure", cell: ({ enabled, disabled_reason: reason, last_failure: failure }) => !enabled && reason ? reason : failure
        ? html`${failure.error} <span class="muted"><${Time} at=${failure.at} how="ago" /></span>` : "–" },
    ]} />`;
}
