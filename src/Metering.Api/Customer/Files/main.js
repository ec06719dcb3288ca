import { html, render, useEffect, useRef, useState } from "../dashboard/core/html.js";
import { readAll } from "./data.js";
import { onToken, tokenOfAddress } from "./token.js";
import { Balances } from "./parts/balances.js";
import { Features } from "./parts/features.js";
import { Grants } from "./parts/grants.js";
import { Statement } from "./parts/statement.js";
import { Trouble } from "./parts/trouble.js";
import { clockText, timeText } from "../dashboard/core/times.js";

const EVERY = 60_000;

// What is wrong with a link is for good: asking again would only be refused again.
const FINAL = ["expired", "revoked", "wrong", "none"];

function Page() {
  const [token, setToken] = useState(tokenOfAddress);
  const [state, setState] = useState({ loading: true });
  const [turn, setTurn] = useState(0);
  const isOver = useRef(false);

  useEffect(() => onToken(setToken), []);
  useEffect(() => {
    const stop = new AbortController();
    isOver.current = false;
    setState(before => ({ ...before, loading: true }));
    readAll(token, stop.signal).then(
      data => stop.signal.aborted || setState({ data, at: Date.now(), loading: false }),
      error => {
        if (!stop.signal.aborted) {
          isOver.current = FINAL.includes(error.kind);
          // What was shown before the link ended is not shown any longer: whoever took it back meant it.
          setState(before => isOver.current ? { error, loading: false } : { ...before, error, loading: false });
        }
      });
    return () => stop.abort();
  }, [token, turn]);

  useEffect(() => {
    const again = () => isOver.current || document.hidden || setTurn(before => before + 1);
    const timer = setInterval(again, EVERY);
    addEventListener("online", again);
    document.addEventListener("visibilitychange", again);
    return () => {
      clearInterval(timer);
      removeEventListener("online", again);
      document.removeEventListener("visibilitychange", again);
    };
  }, []);

  const { data, error, at, loading } = state;
  const retry = () => setTurn(before => before + 1);
  return html`
    <div class="page-head">
      <h1>Usage</h1>
      ${data && html`<p class="muted" role="status">As of ${clockText(new Date(at))}. This link is valid until ${timeText(data.until)}.</p>`}
    </div>
    ${error && html`<${Trouble} error=${error} since=${data ? at : null} retry=${retry} busy=${loading} />`}
    ${data ? html`<div class=${error ? "old" : ""} aria-busy=${loading}>
      <${Features} usage=${data.usage} features=${data.features} />
      <${Balances} balances=${data.usage.balances} />
      <${Grants} grants=${data.grants} features=${data.features} />
      <${Statement} statement=${data.statement} features=${data.features} />
    </div>` : !error && html`<div class="skeleton" role="status"><span class="hidden">Loading…</span>
      ${[1, 2, 3, 4, 5, 6].map(line => html`<div key=${line} class="bone"></div>`)}</div>`}`;
}

render(html`<${Page} />`, document.getElementById("page"));
