// The only place from which requests leave. Addresses are relative to the page, so that it works below a path base too.
import { parseExactly } from "./amounts.js";
import { session } from "./session.js";

const PATIENCE = 15_000;

/**
 * What went wrong with a request. `kind`: `away` (no connection), `slow` (no answer in time), `signed-out` (401), `forbidden` (403 of the
 * token), `version` (an answer that this page does not know), `busy` (the server can't now), or `problem` (the server says what).
 */
export class ApiError extends Error {
  constructor(kind, message, about = {}) {
    super(message);
    Object.assign(this, { kind, fields: [], ...about });
  }
}

/** Reads: `GET api/v1/…`. `query` leaves out what is null or empty. */
export function read(path, query = {}, signal) {
  return call("GET", path, { query, signal });
}

/** Changes something. `key`: the Idempotency-Key by which a repeat is recognized; null where the route takes none. */
export function change(method, path, body, key) {
  return call(method, path, { body, key });
}

/** A key for one change: made once, when its dialog opens, so that trying again counts once. */
export function newKey() {
  // randomUUID is there only in secure contexts, and an intranet's page over http is none.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return "dashboard-" + Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("");
}

/** A file of the API, as the browser keeps it; the request needs the token, so that no link leads there. */
export async function download(path, name) {
  const file = URL.createObjectURL(await call("GET", path, { as: "blob" }));
  const anchor = Object.assign(document.createElement("a"), { href: file, download: name });
  anchor.click();
  URL.revokeObjectURL(file);
}

/** Asks with a token that is not the session's yet, and for what all tenants have together: a token of a single tenant may not see that. */
export function tryToken(token) {
  return call("GET", "overview", { token });
}

/** Joins the parts of a path; ids come from customers and may hold anything. */
export const pathOf = (...parts) => parts.map(encodeURIComponent).join("/");

async function call(method, path, { query = {}, body, key, signal, as, token = session.get().token }) {
  const address = new URL("api/v1/" + path, document.baseURI);
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") {
      address.searchParams.set(name, value);
    }
  }

  const headers = { Authorization: "Bearer " + token, Accept: "application/json" };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
  }

  if (key) {
    headers["Idempotency-Key"] = key;
  }

  const request = { method, headers, body: body === undefined ? undefined : JSON.stringify(body) };
  const [response, content] = await send(address, request, signal, as);
  if (content instanceof Blob) {
    return content;
  }

  const answer = readAnswer(response, content);
  if (response.ok) {
    return answer;
  }

  throw refusal(response, answer ?? {}, token);
}

async function send(address, request, signal, as) {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), PATIENCE);
  const stop = () => limit.abort();
  signal?.addEventListener("abort", stop);
  try {
    const response = await fetch(address, { ...request, signal: limit.signal, cache: "no-store", credentials: "omit" });
    if (as === "blob" && response.ok) {
      // A file may take its time, as long as it has begun to come.
      clearTimeout(timer);
      return [response, await response.blob()];
    }

    return [response, await response.text()];
  } catch (fault) {
    if (signal?.aborted) {
      throw fault;
    }

    throw limit.signal.aborted
      ? new ApiError("slow", "The server has not answered within 15 seconds.")
      : new ApiError("away", "The server can't be reached.");
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

function readAnswer(response, text) {
  if (text === "" || response.status === 204) {
    return null;
  }

  try {
    return parseExactly(text);
  } catch {
    // A gateway's own page, say: it stands before a server that is away.
    throw response.status >= 500
      ? new ApiError("away", `Something in front of the server, such as a proxy, answered with status ${response.status}.`, { status: response.status })
      : new ApiError("version", "The answer is not one of this API's.", { status: response.status });
  }
}

function refusal(response, problem, token) {
  const about = {
    status: response.status, code: problem.code, title: problem.title, fields: problem.errors ?? [],
    retryAfter: response.headers.get("Retry-After"),
  };
  const detail = problem.detail ?? problem.title ?? `The server answered with status ${response.status}.`;
  if (response.status === 401) {
    session.end(token);
    return new ApiError("signed-out", detail, about);
  }

  const kind = problem.code === "forbidden" ? "forbidden"
    : problem.code === "not_found" || problem.code === "method_not_allowed" ? "version"
    : response.status >= 500 ? "busy"
    : "problem";
  return new ApiError(kind, detail, about);
}
