// The address after the #: `#/licenses/lic_1/ledger?feature=api_calls`. The server sees nothing of it.
import { useEffect, useState } from "./html.js";

/** The address of a place: its parts, which may hold anything, and what is chosen there. */
export function link(parts, query = {}) {
  const chosen = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== ""));
  return "#/" + parts.map(encodeURIComponent).join("/") + (chosen.size ? "?" + chosen : "");
}

/** Goes to a place. `replace`: without a step in the history, for what is only chosen differently. */
export function go(address, replace = false) {
  if (replace) {
    location.replace(address);
  } else {
    location.hash = address;
  }
}

/** Where the page is: `{parts, query}`. */
export function useRoute() {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const listen = () => setHash(location.hash);
    addEventListener("hashchange", listen);
    return () => removeEventListener("hashchange", listen);
  }, []);
  return parse(hash);
}

function parse(hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?");
  return { parts: path.split("/").filter(Boolean).map(decode), query: Object.fromEntries(new URLSearchParams(query)) };
}

// An address that somebody cut off in the middle of a %-sign leads to "not found" and breaks nothing.
function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
