import { html } from "../core/html.js";
import { readAll, useData, usePages } from "../core/data.js";
import { link } from "../core/route.js";
import { amountText, moneyText } from "../core/amounts.js";
import { METRICS, words } from "../core/words.js";
import { Badge } from "../parts/badge.js";
import { Heading } from "../parts/heading.js";
import { Pages } from "../parts/pages.js";
import { Empty, Loaded } from "../parts/states.js";
import { Table } from "../parts/table.js";
import { Time } from "../parts/time.js";

/** What can be sold: features and plans. */
export function Catalog() {
  const plans = usePages("plans", {});
  const features = usePages("features", {});
  return html`
    <${Heading} title="Catalog" about=${html`What can be sold. Change it as one document: <code>PUT /api/v1/catalog</code>, first with <code>?dry_run=true</code>.`} />
    <section class="card" aria-labelledby="plans-title"><h2 id="plans-title">Plans</h2>
      <${Loaded} state=${plans}>${({ items }) => items.length === 0
        ? html`<${Empty} title="There are no plans yet">A plan is a named set of features with limits. Publish one with <code>PUT /api/v1/catalog</code>.</${Empty}>`
        : html`<${Table} caption="Plans" rows=${items} keyOf=${({ id }) => id} columns=${PLANS} /><${Pages}
          list=${plans} />`}</${Loaded}></section>
    <section class="card" aria-labelledby="features-title"><h2 id="features-title">Features</h2>
      <${Loaded} state=${features}>${({ items }) => items.length === 0
        ? html`<${Empty} title="There are no features yet">A feature is something that a license may use. Publish one with <code>PUT /api/v1/catalog</code>.</${Empty}>`
        : html`<${Table} caption="Features" rows=${items} keyOf=${({ code }) => code} columns=${FEATURES} /><${Pages}
          list=${features} />`}</${Loaded}></section>`;
}

const PLANS = [
  { name: "Plan", cell: plan => html`<a href=${link(["catalog", "plans", plan.id])}>${plan.name ?? plan.id}</a> <span
    class="muted">${plan.id}</span>` },
  { name: "Version", cell: ({ version }) => "v" + version },
  { name: "Group", cell: plan => html`${plan.group ?? "base"} ${plan.default && html`<${Badge} of="default" />`}` },
  { name: "Price", cell: ({ price }) => priceText(price) },
  { name: "Includes", cell: ({ includes }) => (includes ?? []).map(terms => terms.feature_code).join(", ") || "–" },
  { name: "Published", cell: plan => html`<${Time} at=${plan.published_at} />` },
];

const FEATURES = [
  { name: "Feature", cell: feature => html`${feature.name ?? feature.code} <span class="muted">${feature.code}</span>` },
  { name: "Kind", cell: ({ kind }) => kind === "boolean" ? "boolean" : "metered" },
  { name: "Metric type", cell: feature => feature.kind === "boolean" ? "–" : words(METRICS, feature.metric ?? "counter") },
  { name: "Unit", cell: ({ unit }) => unit ?? "–" },
  { name: "Offered", cell: feature => feature.retired_at ? html`<${Badge} of="retired" /> <${Time} at=${feature.retired_at} />` : "yes" },
];

/** A plan's price. */
export const priceText = price => price ? `${moneyText(price.amount, price.currency)} a ${price.interval}` : "–";

/** A plan with all of its versions, the newest first. */
export function Plan({ id }) {
  const state = useData(signal => readAll(`plans/${encodeURIComponent(id)}/versions`, {}, 200, signal), [id]);
  const newest = state.data?.items.at(-1);
  return html`
    <${Heading} title=${newest?.name ?? id} path=${[["Catalog", link(["catalog"])]]}
      about=${newest && html`<span class="mono">${id}</span> · group ${newest.group ?? "base"}${newest.default ? " · default for new licenses"
        : ""}`} />
    <${Loaded} state=${state}>${({ items, more }) => html`
      <p class="muted about">A version never changes; a license stays on its version until it is migrated.
        ${more && " There are more versions than are shown."}</p>
      ${items.toReversed().map((plan, i) => html`<section key=${plan.version} class="card" aria-label=${`Version ${plan.version}`}>
        <div class="card-head"><h2>Version ${plan.version} ${i === 0 && html`<${Badge} of="active" text="Latest" />`}</h2>
          <p class="muted">${priceText(plan.price)} · published <${Time} at=${plan.published_at} /></p></div>
        <${Terms} includes=${plan.includes ?? []} before=${items[items.length - 2 - i]?.includes} />
      </section>`)}`}</${Loaded}>`;
}

function Terms({ includes, before }) {
  const gone = (before ?? []).filter(terms => !includes.some(each => each.feature_code === terms.feature_code));
  return html`
    <${Table} caption="What it includes" rows=${includes} keyOf=${terms => terms.feature_code} columns=${[
      { name: "Feature", cell: terms => html`${terms.feature_code} ${before && changed(terms, before) && html`<${Badge} of="info"
        text=${changed(terms, before)} />`}` },
      { name: "Limit", number: true, cell: ({ limit }) => limit === null || limit === undefined ? "unlimited" : amountText(limit) },
      { name: "Resets", cell: ({ reset }) => !reset ? "never" : "each " + (reset.interval ?? reset) },
      { name: "Beyond the limit", cell: terms => terms.tiers?.length > 0 ? `${terms.tiers.length} tiers`
        : terms.over_limit === "allow_with_overage" ? "allows overage" : "refuses" },
      { name: "Rolls over", cell: ({ rollover }) => rollover ? `up to ${amountText(rollover.max)}` : "no" },
      { name: "Prices", cell: terms => pricesOf(terms) },
    ]} />
    ${gone.length > 0 && html`<p class="muted">No longer in it: ${gone.map(terms => terms.feature_code).join(", ")}</p>`}`;
}

function changed(terms, before) {
  const old = before.find(each => each.feature_code === terms.feature_code);
  return old === undefined ? "new" : JSON.stringify(old) === JSON.stringify(terms) ? null : "changed";
}

function pricesOf({ tiers = [], price }) {
  const priced = tiers.filter(tier => Number(tier.unit_price ?? 0) > 0 || Number(tier.base_price ?? 0) > 0);
  return priced.length === 0 ? "–" : priced.map(tier => `beyond ${tier.from ?? 0}: ${[
    Number(tier.unit_price ?? 0) > 0 && `${moneyText(tier.unit_price, price?.unit)} a unit`,
    Number(tier.base_price ?? 0) > 0 && `${moneyText(tier.base_price, price?.unit)} once`,
  ].filter(Boolean).join(", ")}`).join("; ");
}
