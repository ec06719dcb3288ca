// A feature's use day by day, worked out from rollups and the statement's periods.
import { pathOf, read } from "../../core/api.js";
import { billionths, fromBillionths, sum } from "../../core/amounts.js";
import { readAll } from "../../core/data.js";
import { DAY, isoDay } from "../../core/times.js";

const MOST_DAYS = 400;

/**
 * The days of a span with the use of the period at the end of each: `{days: [{at, used, added, allowance, period}], periods, perDay}`.
 * A day within which periods ended has a row for each of them before its own (`isEnd`), with what the period came to.
 * `perDay`: use is that of each day alone, because periods are as short as days.
 */
export async function usageHistory(licenseId, answer, terms, days, signal) {
  const to = Date.now();
  const from = isoDay(to - (days - 1) * DAY);
  const code = answer.feature_code;
  const [rollups, statement] = await Promise.all([
    readAll(pathOf("licenses", licenseId, "rollups"), { feature_code: code, from, to: isoDay(to) }, MOST_DAYS, signal),
    read(pathOf("licenses", licenseId, "statement"), { from, to: new Date(to).toISOString(), entries: false }, signal),
  ]);
  const periods = statement.periods.filter(period => period.feature_code === code && !period.is_part)
    .map(period => ({ ...period, allowance: period.status === "open" ? answer.allowance : allowanceOf(period) }));
  const byDay = new Map(rollups.items.map(rollup => [rollup.day, rollup]));
  const perDay = ["hour", "day"].includes(terms.reset?.interval ?? terms.reset);
  const spent = terms.metric === "counter" || terms.metric === "total";
  const lived = spent ? (perDay ? each(byDay, from, to) : cumulated(byDay, periods, from, to)) : standing(byDay, periods, from, to, answer);
  return { days: answer.unlimited ? lived.map(day => ({ ...day, allowance: null })) : lived, periods, perDay: perDay && spent };
}

function* spanOf(from, to) {
  for (let at = Date.parse(from); at <= to; at += DAY) {
    yield [at, isoDay(at)];
  }
}

function each(byDay, from, to) {
  return Array.from(spanOf(from, to), ([at, day]) => ({ at, added: byDay.get(day)?.sum ?? 0, used: byDay.get(day)?.sum ?? 0, allowance: null }));
}

// Use begins at zero with each period, which may begin within a day: after a reset, or because periods are counted from when the license was
// created. What each period came to is known, but of such a day only its whole. So it is worked out backwards, from the open period on.
function cumulated(byDay, periods, from, to) {
  const rows = [];
  let [later, used, rest] = [null, 0n, 0n];
  for (const [at, name] of [...spanOf(from, to)].reverse()) {
    const added = byDay.get(name)?.sum ?? 0;
    const period = periodAt(periods, at + DAY - 1);
    if (period !== later) {
      used = period ? billionths(period.used) - rest : 0n;
    }

    const ended = periods.filter(({ end }) => end !== null && at < Date.parse(end) && Date.parse(end) < at + DAY);
    rows.push({
      at: ended.length > 0 ? Date.parse(ended.at(-1).end) : at, added, used: fromBillionths(used), period, allowance: period?.allowance ?? null,
    });
    rows.push(...ended.toReversed().map(one => ({
      at: Math.max(at, Date.parse(one.start)), added: null, used: one.used, period: one, allowance: one.allowance, isEnd: true,
    })));

    // What the day before does not have yet: the use of this day in the period that was open when the day began.
    const within = ended.filter(({ start }) => at <= Date.parse(start)).map(one => one.used);
    rest = ended.length > within.length ? billionths(added) - used - billionths(sum(within)) : 0n;
    used -= billionths(added);
    later = period;
  }

  return rows.reverse();
}

// A level goes through all periods. A day ended at the level at which the next day that has a rollup began, whatever changed it: a reset too.
function standing(byDay, periods, from, to, answer) {
  const rows = [];
  let used = answer.used;
  for (const [at, name] of [...spanOf(from, to)].reverse()) {
    const rollup = byDay.get(name);
    rows.push({ at, added: rollup?.sum ?? 0, used, allowance: periodAt(periods, at + DAY - 1)?.allowance ?? null });
    used = rollup?.opening ?? used;
  }

  return rows.reverse();
}

const periodAt = (periods, at) => periods.find(({ start, end }) => Date.parse(start) <= at && (end === null || at < Date.parse(end)));

// Of a period that is over, grants are known as far as they were used.
const allowanceOf = ({ granted, opening, adjusted, used_of_grants: ofGrants }) =>
  granted === null ? null : sum([granted, opening, adjusted ?? 0, ofGrants]);
