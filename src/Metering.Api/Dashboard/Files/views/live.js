import { html, useEffect, useRef, useState } from "../core/html.js";
import { read } from "../core/api.js";
import { amountText, countText } from "../core/amounts.js";
import { useSession } from "../core/data.js";
import { link } from "../core/route.js";
import { plain } from "../core/words.js";
import { Badge } from "../parts/badge.js";
import { Heading } from "../parts/heading.js";
import { Empty, Fault, Note, Skeleton } from "../parts/states.js";
import { Table } from "../parts/table.js";
import { Time } from "../parts/time.js";

const EVERY = 2_000;
const KEPT = 500;
const SHOWN = 100;

// A live region that spoke every two seconds would let nobody read anything else.
const SPEAKS_EVERY = 15_000;

/** Uses and events as they come, and why each that was not counted was not. */
export function Live() {
  const [paused, setPaused] = useState(false);
  const [filter, setFilter] = useState({ only: "all", text: "" });
  const { events, missed, instance, error, at, spoken, again } = useTail(paused);
  const shown = events?.filter(event => matches(event, filter));
  return html`
    <${Heading} title="Live events" about=${instance
      && `What reaches the instance ${instance}, newest first. The last ${KEPT} are kept here.`}>
      <button type="button" class="button" aria-pressed=${paused} onClick=${() => setPaused(!paused)}>${paused ? "Resume" : "Pause"}</button>
    </${Heading}>
    <div class="filters">
      <label>Show <select value=${filter.only} onChange=${event => setFilter({ ...filter, only: event.target.value })}>
        <option value="all">everything</option><option value="counted">what was counted</option><option
          value="not">what was not counted</option></select></label>
      <label>Tenant, license or metric <input type="search" value=${filter.text}
        onInput=${event => setFilter({ ...filter, text: event.target.value })} /></label>
    </div>
    <p class="hidden" role="status" aria-live="polite">${spoken?.text}</p>
    ${error && html`<${Fault} error=${error} retry=${again} since=${at} />`}
    ${missed > 0 && html`<${Note} kind="warn"
      title=${`${countText(missed, "event")} are not shown.`}>More arrived than this page requests at a time.</${Note}>`}
    ${missed === null && html`<${Note} kind="warn"
      title="Some events may not be shown.">Another instance answered, or the server was restarted.</${Note}>`}
    <section class="card" aria-label="Events">${!events ? !error && html`<${Skeleton} lines=${8} />`
      : shown.length === 0 ? html`<${Empty} title=${events.length === 0 ? "No events yet" : "No events match"}>
          ${events.length === 0 ? html`Send an event with <code>POST /api/events</code>, or consume with a license's key: it appears here within two seconds.` : "Change the filter above."}</${Empty}>`
      : html`<${Table} caption="Events, the newest first" rows=${shown.slice(0, SHOWN)} keyOf=${({ number }) => number}
        rowClass=${({ outcome }) => isGood(outcome) ? "" : "row-bad"}
          columns=${COLUMNS} />${shown.length > SHOWN && html`<p
            class="muted">The newest ${SHOWN} of ${amountText(shown.length)}.</p>`}`}</section>`;
}

const isGood = outcome => outcome === "counted" || outcome === "duplicate";

const COLUMNS = [
  { name: "When", cell: ({ at }) => html`<${Time} at=${at} how="exact" />` },
  { name: "Outcome", cell: ({ outcome, code }) => html`<${Badge} of=${outcome} text=${OUTCOMES[outcome]} />${code && html`<div
    class="bad">${plain(code)}</div>`}` },
  { name: "Tenant", cell: event => event.tenant_id ? html`<a href=${link(["tenants", event.tenant_id])}>${event.tenant_id}</a>` : "–" },
  { name: "Metric", cell: event => event.license_id ? html`<a
    href=${link(["licenses", event.license_id], { feature: event.metric })}>${event.metric ?? event.license_id}</a>` : event.metric ?? "–" },
  { name: "Quantity", number: true, cell: ({ quantity }) => amountText(quantity) },
  { name: "Source", cell: ({ source }) => plain(source) },
  { name: "Event", cell: event => html`<span class="mono">${event.event_id ?? "–"}</span>` },
];

const OUTCOMES = { counted: "Counted", duplicate: "Duplicate", refused: "Refused", rejected: "Rejected", dead_letter: "Dead letter" };

function speak(before, events) {
  if (before && Date.now() - before.at < SPEAKS_EVERY) {
    return before;
  }

  const bad = events.filter(({ outcome }) => !isGood(outcome)).length;
  return { at: Date.now(), text: `${countText(events.length, "event")}, ${amountText(bad)} of them not counted.` };
}

function matches(event, { only, text }) {
  const good = isGood(event.outcome);
  return (only === "all" || (only === "counted") === good)
    && (text === "" || [event.tenant_id, event.license_id, event.metric].some(part => part?.includes(text.trim())));
}

// One request after the other, never two at a time: a server that is slow is not asked more often.
function useTail(paused) {
  const [state, setState] = useState({});
  const [turn, setTurn] = useState(0);
  const { token, ended } = useSession();
  const place = useRef({ after: null, count: 0 });
  useEffect(() => {
    if (paused || ended) {
      return undefined;
    }

    const stop = new AbortController();
    let timer;
    const ask = async () => {
      try {
        const answer = document.hidden && place.current.after ? null : await read("events/recent", { after: place.current.after, limit: 200 }, stop.signal);
        answer && setState(before => after(before, answer, place.current));
      } catch (error) {
        stop.signal.aborted || setState(before => ({ ...before, error }));
      }

      timer = stop.signal.aborted ? null : setTimeout(ask, EVERY);
    };
    ask();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [paused, token, ended, turn]);
  return { ...state, again: () => setTurn(before => before + 1) };
}

function after(before, answer, place) {
  const first = place.after === null;
  place.after = answer.next_cursor;
  const come = answer.items.map(event => ({ ...event, number: ++place.count }));
  const events = [...come.reverse(), ...before.events ?? []].slice(0, KEPT);
  return {
    events, spoken: speak(before.spoken, events),
    missed: first ? 0 : answer.missed === null ? null : before.missed === null ? null : (before.missed ?? 0) + answer.missed,
    instance: answer.instance, at: Date.now(), error: null,
  };
}
