// A feature's use day by day, worked out from rollups and the statement's periods.
import { pathOf, read } from "../../core/api.js";
import { billionths, fromBillionths, sum } from "../../core/amounts.js";
import { readAll } from "../../core/data.js";
import { DAY, isoDay } from "../../core/times.js";

const MOST_DAYS = 400;

/**
 * The days of a span with the use of the period at the end of each: `{days: [{at, used, allowance, period}], periods, perDay}`.
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
  const periods = statement.periods.filter(period => period.feature_code === code)
    .map(period => ({ ...period, allowance: period.status === "open" ? answer.allowance : allowanceOf(period) }));
  const byDay = new Map(rollups.items.map(rollup => [rollup.day, rollup]));
  const perDay = ["hour", "day"].includes(terms.reset?.interval ?? terms.reset);
  const spent = terms.metric === "counter" || terms.metric === "total";
  const lived = spent ? (perDay ? each(byDay, from, to) : cumulated(byDay, periods, from, to)) : standing(byDay, from, to, answer);
  return {
    days: lived.map(day => ({ ...day, allowance: perDay && spent ? null
      : allowanceAt(periods, day.at, answer) })), periods, perDay: perDay && spent,
  };
}

function* spanOf(from, to) {
  for (let at = Date.parse(from); at <= to; at += DAY) {
    yield [at, isoDay(at)];
  }
}

function each(byDay, from, to) {
  return Array.from(spanOf(from, to), ([at, day]) => ({ at, added: byDay.get(day)?.sum ?? 0, used: byDay.get(day)?.sum ?? 0 }));
}

// Use begins at zero with each period. Where one begins within a day, that day is drawn in the period in which it ends. What was used
// before the span of a period that goes on in it is what the period's own sum has more than the days that are seen.
function cumulated(byDay, periods, from, to) {
  const days = Array.from(spanOf(from, to), ([at, day]) => ({ at, added: byDay.get(day)?.sum ?? 0, period: periodAt(periods, at + DAY - 1) }));
  let [current, used] = [undefined, 0n];
  return days.map(day => {
    if (day.period !== current) {
      current = day.period;
      used = current && Date.parse(current.start) < Date.parse(from)
        ? billionths(current.used) - billionths(sum(days.filter(({ period }) => period === current).map(({ added }) => added)))
        : 0n;
      used = used < 0n ? 0n : used;
    }

    used += billionths(day.added);
    return { ...day, used: fromBillionths(used) };
  });
}

// A level goes through all periods; days on which nothing changed stood where the day before ended.
function standing(byDay, from, to, answer) {
  const known = [...byDay.keys()].sort();
  let used = known.length > 0 ? byDay.get(known[0]).opening : answer.used;
  return Array.from(spanOf(from, to), ([at, day]) => {
    const rollup = byDay.get(day);
    used = rollup?.last === undefined || rollup?.last === null ? used : levelOf(rollup);
    return { at, added: rollup?.sum ?? 0, used };
  });
}

// Of a keyed gauge the last reading is one key's; the level is what the day began with and what it added.
const levelOf = rollup => sum([rollup.opening, rollup.sum]);

const periodAt = (periods, at) => periods.find(({ start, end }) => Date.parse(start) <= at && (end === null || at < Date.parse(end)));

const allowanceAt = (periods, at, answer) => answer.unlimited ? null : periodAt(periods, at + DAY - 1)?.allowance ?? null;

// Of a period that is over, grants are known as far as they were used.
const allowanceOf = ({ granted, opening, adjusted, used_of_grants: ofGrants }) =>
  granted === null ? null : sum([granted, opening, adjusted ?? 0, ofGrants]);
