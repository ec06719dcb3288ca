// Where levels begin, by a feature's terms.
import { difference } from "./amounts.js";

const RISING = ["normal", "warning", "critical", "over_usage"];

/** The colors of levels, as names of CSS variables. */
export const COLORS = { normal: "normal-fill", warning: "warning-fill", critical: "critical-fill", over_usage: "over-fill" };

/** The levels of a feature and from where each covers what lies beyond: `[{from, level}]`, rising. */
export function thresholds(terms, allowance) {
  const whole = allowance === null ? null : Number(allowance);
  const given = (terms.tiers ?? []).map(tier => ({ from: placeOf(tier.from, whole), level: tier.level ?? "normal" }))
    .filter(({ from }) => from !== null);
  const levels = given.length > 0 || whole === null ? given : [{ from: whole, level: "over_usage" }];
  return [{ from: -Infinity, level: "normal" }, ...levels.sort((one, other) => one.from - other.from)];
}

/** The level at which use stands. */
export function levelAt(used, levels) {
  return levels.findLast(({ from }) => used > from)?.level ?? "normal";
}

/** The worse of two levels. */
export const worse = (one, other) => RISING.indexOf(one) >= RISING.indexOf(other) ? one : other;

/** What is left of an allowance; null where there is no limit. */
export const leftOf = (allowance, used) => allowance === null ? null : difference(allowance, used);

function placeOf(from, whole) {
  if (from === null || from === undefined) {
    return 0;
  }

  return typeof from === "string" && from.endsWith("%") ? (whole === null ? null : whole * Number(from.slice(0, -1)) / 100) : Number(from);
}
