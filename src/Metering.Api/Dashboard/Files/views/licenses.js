import { html, useState } from "../core/html.js";
import { usePages } from "../core/data.js";
import { go, link } from "../core/route.js";
import { Badge } from "../parts/badge.js";
import { Heading } from "../parts/heading.js";
import { Pages } from "../parts/pages.js";
import { Empty, Loaded } from "../parts/states.js";
import { Table } from "../parts/table.js";
import { Time } from "../parts/time.js";

const COLUMNS = [
  { name: "License", cell: ({ id }) => html`<a href=${link(["licenses", id])}>${id}</a>` },
  { name: "Tenant", cell: license => html`<a href=${link(["tenants", license.tenant_id])}>${license.tenant_id}</a>` },
  { name: "Status", cell: ({ status }) => html`<${Badge} of=${status} />` },
  { name: "Plans", cell: ({ plans }) => plansOf(plans) },
  { name: "Created", cell: license => html`<${Time} at=${license.created_at} />` },
  { name: "Expires", cell: license => license.expires_at ? html`<${Time} at=${license.expires_at} />` : "never" },
];

/** All licenses, or one tenant's. */
export function Licenses({ query }) {
  const tenant = query.tenant ?? "";
  const list = usePages("licenses", { tenant_id: tenant });
  return html`
    <${Heading} title="Licenses" about="What is metered and limited. A customer (tenant) has one or more." />
    <${Find} tenant=${tenant} key=${tenant} />
    <section class="card"><${LicenseList} list=${list} tenant=${tenant} /></section>`;
}

/** A list of licenses, a page at a time. */
export function LicenseList({ list, tenant }) {
  return html`<${Loaded} state=${list} lines=${8}>${({ items }) => items.length === 0
    ? html`<${Empty} title=${tenant ? `${tenant} has no license` : "There are no licenses yet"}>
        ${tenant ? "Check the spelling: a tenant's id must match exactly."
          : html`Create one with <code>POST /api/v1/licenses</code>.`}
      </${Empty}>`
    : html`<${Table} caption="Licenses" columns=${COLUMNS} rows=${items} keyOf=${({ id }) => id} /><${Pages} list=${list} />`}</${Loaded}>`;
}

function Find({ tenant }) {
  const [text, setText] = useState(tenant);
  const submit = event => {
    event.preventDefault();
    const wanted = text.trim();
    go(wanted.startsWith("lic_") ? link(["licenses", wanted]) : link(["licenses"], { tenant: wanted }));
  };
  return html`<form class="filters" role="search" onSubmit=${submit}>
    <label>License or tenant
      <input type="search" value=${text} placeholder="lic_… or a tenant's id" onInput=${event => setText(event.target.value)} />
    </label>
    <button type="submit" class="button">Find</button>
    ${tenant && html`<a class="button" href=${link(["licenses"])}>Show all</a>`}
  </form>`;
}

/** Plans with their versions. */
export const plansOf = plans => plans.length === 0 ? "–" : plans.map((plan, i) => html`${i > 0 && ", "}<a
  href=${link(["catalog", "plans", plan.plan_id])}>${plan.plan_id}</a> <span class="muted">v${plan.version}</span>`);
