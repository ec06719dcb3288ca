import { html, useState } from "../../core/html.js";
import { pathOf, read } from "../../core/api.js";
import { useData } from "../../core/data.js";
import { go, link } from "../../core/route.js";
import { Badge } from "../../parts/badge.js";
import { Heading } from "../../parts/heading.js";
import { Loaded } from "../../parts/states.js";
import { Time } from "../../parts/time.js";
import { plansOf } from "../licenses.js";
import { Balances } from "./balances.js";
import { Grants } from "./grants.js";
import { Holds } from "./holds.js";
import { Ledger } from "./ledger.js";
import { StandingActions } from "./standing.js";
import { Usage } from "./usage.js";
import { Why } from "./why.js";

const TABS = [
  ["", "Usage", Usage], ["grants", "Grants", Grants], ["balances", "Balances", Balances],
  ["holds", "Holds and machines", Holds], ["ledger", "Ledger", Ledger], ["why", "Why this number?", Why],
];

/** One license. */
export function License({ id, tab = "", query }) {
  const [turn, setTurn] = useState(0);
  const state = useData(async signal => {
    const [license, usage, features] = await Promise.all([
      read(pathOf("licenses", id), {}, signal), read(pathOf("licenses", id, "usage"), {}, signal),
      read(pathOf("licenses", id, "features"), { limit: 1000 }, signal),
    ]);
    return { license, usage, features: features.items };
  }, [id]);
  const changed = () => {
    state.reload();
    setTurn(turn + 1);
  };
  const [, , View] = TABS.find(([path]) => path === tab) ?? TABS[0];
  const license = state.data?.license;
  return html`
    <${Heading} title=${id} path=${[["Licenses", link(["licenses"])], ...license ? [[license.tenant_id, link(["tenants", license.tenant_id])]] : []]}
      about=${license && html`<${About} license=${license} />`}>
      ${license && html`<${StandingActions} license=${license} changed=${changed} />`}
    </${Heading}>
    <nav class="tabs" aria-label="Parts of the license"><ul>${TABS.map(([path, name]) => html`<li key=${path}>
      <a href=${link(path ? ["licenses", id, path] : ["licenses", id], { feature: query.feature })}
        aria-current=${path === tab ? "page" : null}>${name}</a></li>`)}</ul></nav>
    <${Loaded} state=${state} lines=${10}>${data => html`<${View} ...${data} query=${query} turn=${turn} changed=${changed}
      choose=${chosen => go(link(tab ? ["licenses", id, tab] : ["licenses", id], chosen), true)} />`}</${Loaded}>`;
}

function About({ license }) {
  return html`<dl class="facts">
    <div><dt>Status</dt><dd><${Badge} of=${license.status} /></dd></div>
    <div><dt>Tenant</dt><dd><a href=${link(["tenants", license.tenant_id])}>${license.tenant_id}</a></dd></div>
    <div><dt>Plans</dt><dd>${plansOf(license.plans)}</dd></div>
    <div><dt>Created</dt><dd><${Time} at=${license.created_at} /></dd></div>
    <div><dt>Expires</dt><dd>${license.expires_at ? html`<${Time} at=${license.expires_at} />` : "never"}</dd></div>
    <div><dt>Time zone</dt><dd>${license.time_zone ?? "UTC"}</dd></div>
  </dl>`;
}
