// Which view shows which address.
import { Catalog, Plan } from "./catalog.js";
import { DeadLetters } from "./dead-letters.js";
import { Exports } from "./exports.js";
import { License } from "./license/license.js";
import { Licenses } from "./licenses.js";
import { Live } from "./live.js";
import { Missing } from "./missing.js";
import { Overview } from "./overview.js";
import { Tenant } from "./tenant.js";
import { Tenants } from "./tenants.js";
import { Webhook, Webhooks } from "./webhooks.js";

/** The view of an address and what it is told of it. */
export function viewOf(parts) {
  const [section = "", id, tab] = parts;
  switch (section) {
    case "":
      return [Overview, {}];
    case "tenants":
      return id ? [Tenant, { id }] : [Tenants, {}];
    case "licenses":
      return id ? [License, { id, tab }] : [Licenses, {}];
    case "catalog":
      return id === "plans" && tab ? [Plan, { id: tab }] : [Catalog, {}];
    case "exports":
      return [Exports, {}];
    case "webhooks":
      return id ? [Webhook, { id }] : [Webhooks, {}];
    case "live":
      return [Live, {}];
    case "dead-letters":
      return [DeadLetters, {}];
    default:
      return [Missing, {}];
  }
}
