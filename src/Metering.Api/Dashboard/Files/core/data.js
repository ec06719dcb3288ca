// Hooks for what the server says.
import { useEffect, useRef, useState } from "./html.js";
import { read } from "./api.js";
import { session } from "./session.js";

/** The session, and the view again when it changes. */
export function useSession() {
  const [state, setState] = useState(session.get());
  useEffect(() => session.subscribe(setState), []);
  return state;
}

/**
 * What a view shows: `{data, at, error, loading, reload}`. When a request fails, the data before stay, with the time at which they were
 * true.
 *
 * @param load Asks for it; is given a signal that ends with the view.
 * @param names What it depends on: when one changes, the data before are another thing's, and go.
 * @param every Milliseconds after which it is asked for again while the tab is looked at; none where it is absent.
 */
export function useData(load, names, every) {
  const [state, setState] = useState({ loading: true });
  const [turn, setTurn] = useState(0);
  const { ended, token } = useSession();
  const latest = useRef();
  latest.current = load;
  // A server that is slow is not asked once more before it has answered: that would end the request which it works at.
  const waiting = useRef();
  waiting.current = state.loading;
  const thing = JSON.stringify(names);
  useEffect(() => {
    // With a token that the server has refused, each further request would count as a failed login.
    if (ended) {
      return undefined;
    }

    const stop = new AbortController();
    setState(before => before.thing === thing ? { ...before, loading: true } : { thing, loading: true });
    latest.current(stop.signal).then(
      data => stop.signal.aborted || setState({ thing, data, at: Date.now(), loading: false }),
      error => stop.signal.aborted || setState(before => ({ ...before, error, loading: false })));
    return () => stop.abort();
  }, [thing, turn, token, ended]);

  useEffect(() => {
    const again = () => setTurn(before => before + 1);
    const timer = every && setInterval(() => document.hidden || waiting.current || again(), every);
    addEventListener("online", again);
    return () => {
      clearInterval(timer);
      removeEventListener("online", again);
    };
  }, [every]);

  // Of another thing: not even for the one drawing before the effect.
  const shown = state.thing === thing ? state : { loading: true };
  return { ...shown, reload: () => setTurn(before => before + 1) };
}

/**
 * A list of the API, a page at a time: as `useData`, with `data.items`, and `next`, `previous` (null where there is none) and `page`.
 * However long the list is, one page of it is asked for and held.
 */
export function usePages(path, query, { size = 50, every } = {}) {
  const thing = JSON.stringify([path, query, size]);
  const [place, setPlace] = useState({ thing, cursors: [null] });
  const cursors = place.thing === thing ? place.cursors : [null];
  const cursor = cursors.at(-1);
  const state = useData(signal => read(path, { ...query, limit: size, cursor }, signal), [path, query, size, cursor], every);
  const next = state.data?.next_cursor;
  return {
    ...state,
    page: cursors.length,
    next: next ? () => setPlace({ thing, cursors: [...cursors, next] }) : null,
    previous: cursors.length > 1 ? () => setPlace({ thing, cursors: cursors.slice(0, -1) }) : null,
  };
}

/** All parts of a list, at most `most` items; `more` says whether there are others. */
export async function readAll(path, query, most, signal) {
  const items = [];
  let cursor = null;
  do {
    const part = await read(path, { ...query, limit: Math.min(1000, most - items.length), cursor }, signal);
    items.push(...part.items);
    cursor = part.next_cursor;
  } while (cursor && items.length < most);
  return { items, more: cursor !== null };
}
