// What the API's codes mean, for people.

/** What went wrong with a request, and what to do: `{title, text, action}`; `action` is what a button offers: retry, reload, sign-in. */
export function fault(error) {
  if (error.code === "idempotency_key_reused") {
    return {
      title: "The first try succeeded after all", action: null,
      text: "It was done, although no answer came back. What you have changed in this form since then was not. Close it and check the result.",
    };
  }

  switch (error.kind) {
    case "away":
      return {
        title: "The server can't be reached", action: "retry",
        text: `${error.message} Is it running, and is this machine connected? Nothing that you typed is lost.`,
      };
    case "slow":
      return {
        title: "The server is slow", action: "retry",
        text: `${error.message} It may be busy. Try again in a moment.`,
      };
    case "signed-out":
      return {
        title: "The server no longer accepts your token", action: "sign-in",
        text: "It was revoked, or the server has other data now. Sign in again to continue where you are.",
      };
    case "forbidden":
      return {
        title: "Your token may not do this", action: "sign-in",
        text: `${error.message} This needs a token for all tenants: with the scope “read” to look, with “manage” to make changes.`,
      };
    case "version":
      return {
        title: "The server and this page have different versions", action: "reload",
        text: `${error.message} Reload the page to get the version that matches the server.`,
      };
    case "busy":
      return {
        title: error.title ?? "The server can't answer now", action: "retry",
        text: error.retryAfter ? `${error.message} Try again in ${error.retryAfter} seconds.` : error.message,
      };
    case "problem":
      return { title: error.title ?? "The server refused this", text: error.message, action: error.status === 404 ? null : "retry" };
    default:
      return {
        title: "Something unexpected happened", action: "reload",
        text: `The server may have another version. Reload the page; if it happens again, report this: ${error.message}`,
      };
  }
}

export const LEVELS = { normal: "Normal", warning: "Warning", critical: "Critical", over_usage: "Over limit" };

/** Why a license may not use a feature, whatever is left of it. */
export const STOPS = { usage_suspended: "Suspended", license_suspended: "Suspended", license_expired: "Expired" };

export const POLICIES = {
  notify_only: "notify only", allow_with_overage: "allow with overage", allow_with_grace: "allow with grace",
  rate_limit: "rate limit", deny: "deny", suspend_usage: "suspend usage",
};

export const METRICS = {
  counter: "counter", total: "running total", gauge: "gauge", up_down: "up and down",
};

/** What each kind of ledger entry records. */
export const KINDS = {
  license_created: "License created", license_changed: "License changed", plans_changed: "Plans changed", feature_changed: "Terms changed",
  consumed: "Consumed", recorded: "Recorded", decremented: "Decremented", usage_reset: "Reset", period_closed: "Period closed",
  usage_suspended: "Use suspended", usage_resumed: "Use resumed", grant_added: "Grant added", grant_effective: "Grant took effect",
  grant_recurred: "Grant renewed", grant_ended: "Grant ended", hold_opened: "Hold opened", hold_closed: "Hold settled",
  hold_expired: "Hold expired", lease_synced: "Lease synced", balance_opened: "Balance opened", balance_topped_up: "Topped up",
  balance_withdrawn: "Withdrawn", balance_suspended: "Balance suspended", balance_resumed: "Balance resumed",
  balance_changed: "Balance changed", clock_repaired: "Clock repaired",
};

export const REPORTS = { ledger: "Ledger", usage: "Daily usage", billing: "Billing lines" };

/** A code in words: those of a list, or the code itself without its underscores, as a later version may have more. */
export function words(list, code) {
  return code === null || code === undefined ? "–" : list[code] ?? plain(code);
}

/** A code without its underscores, with a capital letter. */
export function plain(code) {
  const text = code.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
