// Times are shown in the browser's zone; the title has them in UTC, as the API gives them.
const time = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const exactTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone: "UTC" });
const localDay = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const shortDay = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });
const shortLocalDay = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const hour = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
// In numbers: "tomorrow" would be wrong for what is 46 hours away, as only the days between are counted.
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "always" });
const now = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(0, "second");

const STEPS = [["year", 31_536_000], ["month", 2_592_000], ["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]];

/** One day, in milliseconds. */
export const DAY = 86_400_000;

/** A time as people read it; a dash where there is none. */
export const timeText = text => text ? time.format(new Date(text)) : "–";

/** A time to the second. */
export const exactTimeText = text => text ? exactTime.format(new Date(text)) : "–";

/** The time of day to the second. */
export const clockText = text => clock.format(new Date(text));

/** A day, UTC: the meter's days are. */
export const dayText = text => text ? day.format(new Date(text)) : "–";

/** A day, UTC, in few characters. */
export const shortDayText = text => shortDay.format(new Date(text));

/** A time in UTC, for titles. */
export const utcText = text => text ? new Date(text).toISOString().replace("T", " ").replace(/\.?0*Z$/, "") + " UTC" : undefined;

/** The day of a time, in the browser's zone: a period begins and ends at midnight of its own zone, which is rarely UTC. */
export const localDayText = text => text ? localDay.format(new Date(text)) : "–";

/** A day of the browser's zone, in few characters. */
export const shortLocalDayText = text => shortLocalDay.format(new Date(text));

/** The time of day, to the minute. */
export const hourText = text => hour.format(new Date(text));

/** The day of a time, UTC, as the API writes it. */
export const isoDay = milliseconds => new Date(milliseconds).toISOString().slice(0, 10);

/** "in 5 days", "2 hours ago". A unit is used from two of it on, because half of one that is left out would be too much. */
export function agoText(text) {
  const seconds = (new Date(text) - Date.now()) / 1000;
  const [unit, size] = STEPS.find(step => Math.abs(seconds) >= 2 * step[1]) ?? STEPS.at(-1);
  const count = Math.trunc(seconds / size);
  return count === 0 ? now : relative.format(count, unit);
}
