// The only place from which requests leave, to the server that the page came from.
import { parseExactly } from "../dashboard/core/amounts.js";
import { claimsOf } from "./token.js";

const PATIENCE = 15_000;

// The server adds up a statement from all entries of its span, which may be very many. So one that took long is read again later: a page that
// stays open takes at most this part of the server's time.
const PART_OF_TIME = 1 / 50;

let known = { token: null, statement: null, until: 0 };

/**
 * Why nothing can be shown. `kind`: `none` (no link), `wrong` (not a link of this server), `expired`, `revoked`, `away` (no connection), `slow`
 * (no answer in time), `busy` (the server can't now), `version` (an answer that this page does not know).
 */
export class PageError extends Error {
  constructor(kind, message = kind) {
    super(message);
    this.kind = kind;
  }
}

/** All that a license shows, read together. */
export async function readAll(token, signal) {
  if (!token) {
    throw new PageError("none");
  }

  const claims = claimsOf(token);
  if (!claims) {
    throw new PageError("wrong");
  }

  const license = "api/v1/licenses/" + encodeURIComponent(claims.sub);
  const [usage, features, grants, statement] = await Promise.all([
    read(token, license + "/usage", signal),
    read(token, license + "/features?limit=1000", signal),
    read(token, license + "/grants?limit=1000", signal),
    statementOf(token, license, signal),
  ]);
  const byCode = new Map(features.items.map(feature => [feature.feature_code, feature]));
  return { usage, features: byCode, grants: grants.items, statement, until: new Date(claims.exp * 1000) };
}

// Where a part of its evidence is not kept any longer there is no statement, and neither where it has more entries than the server adds up, at
// once or within our patience. Everything else stands all the same.
async function statementOf(token, license, signal) {
  const begun = performance.now();
  if (known.token === token && begun < known.until) {
    return known.statement;
  }

  let statement = null;
  try {
    statement = await read(token, license + "/statement", signal);
  } catch (error) {
    if (error.kind !== "slow" && !["evidence_removed", "invalid_request"].includes(error.code)) {
      throw error;
    }
  }

  const took = performance.now() - begun;
  known = { token, statement, until: begun + took / PART_OF_TIME };
  return statement;
}

async function read(token, path, signal) {
  const limit = AbortSignal.timeout(PATIENCE);
  let response;
  let text;
  try {
    response = await fetch(new URL(path, document.baseURI), {
      headers: { Authorization: "Bearer " + token, Accept: "application/json" },
      signal: AbortSignal.any([signal, limit]), cache: "no-store", credentials: "omit",
    });
    text = await response.text();
  } catch (fault) {
    if (signal.aborted) {
      throw fault;
    }

    throw new PageError(limit.aborted ? "slow" : "away");
  }

  let answer;
  try {
    answer = parseExactly(text);
  } catch {
    // A gateway's own page, say.
    throw new PageError(response.status >= 500 ? "away" : "version", `An answer with status ${response.status} that is not this API's.`);
  }

  if (response.ok) {
    return answer;
  }

  throw Object.assign(new PageError(kindOf(response.status, answer.code), answer.detail), { code: answer.code });
}

function kindOf(status, code) {
  return code === "view_token_expired" ? "expired"
    : code === "view_token_revoked" ? "revoked"
    : status === 401 || status === 403 || status === 404 ? "wrong"
    : status === 429 || status >= 500 ? "busy"
    : "version";
}
