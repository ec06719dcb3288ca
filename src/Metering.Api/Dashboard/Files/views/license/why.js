import { html, useMemo, useState } from "../../core/html.js";
import { pathOf, read } from "../../core/api.js";
import { amountText, changeText, countText, same, sum } from "../../core/amounts.js";
import { useData } from "../../core/data.js";
import { dayText } from "../../core/times.js";
import { KINDS, words } from "../../core/words.js";
import { Empty, Loaded, Note } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { Entries } from "./ledger.js";

const PART = 1_000;

/** "Why is it 37?": the entries that add up to what a feature's counter shows. */
export function Why({ license, usage, features, query, turn, choose }) {
  const metered = usage.features.filter(({ kind }) => kind === "metered");
  const answer = metered.find(({ feature_code: code }) => code === query.feature) ?? metered[0];
  if (!answer) {
    return html`<section class="card"><${Empty} title="Nothing is counted here">This license has no metered feature.</${Empty}></section>`;
  }

  const nameOf = code => features.find(feature => feature.feature_code === code)?.name ?? code;
  return html`
    <div class="filters"><label>Feature <select value=${answer.feature_code} onChange=${event => choose({ feature: event.target.value })}>
      ${metered.map(({ feature_code: code }) => html`<option key=${code} value=${code}>${nameOf(code)}</option>`)}</select></label></div>
    <${Sum} key=${answer.feature_code} license=${license} answer=${answer} name=${nameOf(answer.feature_code)} turn=${turn}
      terms=${features.find(feature => feature.feature_code === answer.feature_code)} />`;
}

function Sum({ license, answer, name, terms, turn }) {
  const [parts, setParts] = useState(3);
  const standing = terms?.metric === "gauge" || terms?.metric === "up_down";
  const state = useData(signal => collect(license, answer, standing, parts, signal), [license.id, answer.feature_code, answer.sequence, parts, turn]);
  return html`<section class="card" aria-labelledby="why-title">
    <h2 id="why-title">Why is ${name} at ${amountText(answer.used)}?</h2>
    <${Loaded} state=${state} lines=${8}>${({ entries, before, more }) => html`<${Proof} answer=${answer} entries=${entries}
      before=${before} more=${more}
      standing=${standing} goOn=${() => setParts(parts * 3)} busy=${state.loading} />`}</${Loaded}>
  </section>`;
}

// From the period's beginning: an entry of it can't have been made before. Those that were counted late in the period before are left out.
async function collect(license, answer, standing, parts, signal) {
  const entries = [];
  let cursor = null;
  const start = answer.period?.start;
  for (let i = 0; i < parts && (i === 0 || cursor); i++) {
    const part = await read(pathOf("licenses", license.id, "ledger"),
      { feature_code: answer.feature_code, from: start, limit: PART, cursor }, signal);
    entries.push(...part.items);
    cursor = part.next_cursor;
  }

  const counted = entries.filter(entry => !same(entry.before, entry.after) && entry.kind !== "period_closed"
    && (standing || !entry.period || entry.period.start === start));
  const reset = counted.findLastIndex(({ kind }) => kind === "usage_reset");
  const shown = standing || reset < 0 ? counted : counted.slice(reset + 1);
  return { entries: shown, before: standing && shown.length > 0 ? shown[0].before : 0, more: cursor !== null };
}

function Proof({ answer, entries, before, more, standing, goOn, busy }) {
  const total = useMemo(() => sum([before, ...entries.map(added)]), [entries]);
  const agrees = same(total, answer.used);
  const days = useMemo(() => group(entries, ({ at }) => at.slice(0, 10)), [entries]);
  const kinds = useMemo(() => group(entries, ({ kind }) => kind), [entries]);
  if (entries.length === 0 && !more) {
    return html`<p>${standing ? `Nothing has changed since the period began: it was at ${amountText(answer.used)} before.`
      : "Nothing was used in the open period, so it is 0."}</p>`;
  }

  return html`
    <p>${standing && !same(before, 0) && html`It was at <strong>${amountText(before)}</strong> when the period began. `}
      Since ${answer.period ? html`<${Time} at=${answer.period.start} />`
        : "the beginning"}, ${countText(entries.length, "entry", "entries")} of the ledger
      ${" "}${entries.length === 1 ? "changes" : "change"} it: ${kinds.map(({ name, sum: part, entries: of }, i) => html`${i > 0
        && ", "}${words(KINDS, name).toLowerCase()}
      ${" "}<strong>${changeText(part)}</strong> in ${amountText(of.length)}`)}.</p>
    ${more
      ? html`<${Note} kind="warn" title=${`So far they come to ${amountText(total)}.`}>There are more entries in this period.
          <p class="note-actions"><button type="button" class="button" disabled=${busy} onClick=${goOn}>${busy ? "Adding…"
            : "Add more"}</button></p></${Note}>`
      : agrees ? html`<${Note} kind="good" title=${`They add up to ${amountText(total)}.`}>That is what the counter shows.</${Note}>`
      : html`<${Note} kind="warn" title=${`They add up to ${amountText(total)}.`}>The counter showed ${amountText(answer.used)}: something was counted
          in the meantime, or ledger entries of this period were removed. Reload; if they still differ, run <code>verify</code>.</${Note}>`}
    <h3 class="spaced">Day by day</h3>
    ${days.toReversed().map(({ name, sum: part, entries: of }, i) => html`<details key=${name} class="day" open=${i === 0
      && of.length <= 50}>
      <summary><span>${dayText(name)}</span><span
        class="muted">${countText(of.length, "entry", "entries")}</span><strong>${changeText(part)}</strong></summary>
      <${Entries} entries=${of} caption=${`Entries of ${dayText(name)}`} />
    </details>`)}`;
}

const added = entry => sum([entry.after, typeof entry.before === "string" ? "-" + entry.before : -entry.before]);

function group(entries, nameOf) {
  const groups = new Map();
  for (const entry of entries) {
    const name = nameOf(entry);
    groups.has(name) ? groups.get(name).push(entry) : groups.set(name, [entry]);
  }

  return [...groups].map(([name, of]) => ({ name, entries: of, sum: sum(of.map(added)) }));
}
