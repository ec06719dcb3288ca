// Amounts are exact decimals with up to 15 digits before and 9 after the point: more than a JavaScript number holds. One that would be
// rounded stays the text that the server sent; all others are numbers.
const PLACES = 9;
const ONE = 10n ** BigInt(PLACES);

// As people type it, and as JSON has it.
const PLAIN = /^-?\d+(\.\d+)?$/;

/** Reads an answer's JSON without rounding an amount. */
export function parseExactly(text) {
  return JSON.parse(text, (name, value, context) =>
    typeof value === "number" && context && context.source && digitsOf(context.source) > 15 ? context.source : value);
}

/** What was typed as an amount, for a request's body. What is no number goes as it is: the server says what is wrong with it. */
export function typed(text) {
  const trimmed = text.trim();
  return !PLAIN.test(trimmed) ? trimmed
    : digitsOf(trimmed) <= 15 || !JSON.rawJSON ? Number(trimmed)
    : JSON.rawJSON(trimmed.replace(/^(-?)0+(?=\d)/, "$1"));
}

/** What was typed as an amount, as it will be understood. */
export function typedText(text) {
  return PLAIN.test(text.trim()) ? exact.format(text.trim()) : text;
}

/**
 * Two forms that can't be confused, of what was typed as an amount and can be read in two ways: `[thousands, fraction]`. Null where it can be
 * read in one way only. A point is taken as the decimal point; where the browser separates thousands by it, "1.000" looks like a thousand.
 */
export function readings(text) {
  const trimmed = text.trim();
  return hasPointForThousands && /^-?[1-9]\d{0,2}\.\d{3}$/.test(trimmed) ? [trimmed.replace(".", ""), trimmed + "0"] : null;
}

/** An amount in billionths, as a whole number. */
export function billionths(amount) {
  const text = typeof amount === "number" ? plain(amount) : amount;
  const [whole, part = ""] = text.replace("-", "").split(".");
  const size = BigInt(whole) * ONE + BigInt(part.padEnd(PLACES, "0"));
  return text.startsWith("-") ? -size : size;
}

/** The sum of amounts, exact. */
export function sum(amounts) {
  return fromBillionths(amounts.reduce((total, amount) => total + billionths(amount), 0n));
}

/** An amount by which one is more than another, exact. */
export function difference(amount, less) {
  return fromBillionths(billionths(amount) - billionths(less));
}

/** Whether two amounts are the same. */
export function same(one, other) {
  return billionths(one) === billionths(other);
}

/** An amount as people read it; a dash where there is none. */
export function amountText(amount) {
  return amount === null || amount === undefined ? "–" : exact.format(amount);
}

/** An amount with its sign, for changes. */
export function changeText(amount) {
  return amount === null || amount === undefined ? "–" : signed.format(amount);
}

/** An amount in few characters, for axes and tiles. */
export function shortText(amount) {
  return amount === null || amount === undefined ? "–" : short.format(amount);
}

/** A share of 1 as a percentage; a dash where there is none. */
export function percentText(share) {
  return share === null || share === undefined || !Number.isFinite(share) ? "–" : percent.format(share);
}

/** An amount with its unit. Currencies are written as such. */
export function moneyText(amount, unit) {
  return unit ? `${amountText(amount)} ${unit}` : amountText(amount);
}

/** "1 license", "2 licenses". */
export function countText(count, one, many = one + "s") {
  return `${amountText(count)} ${count === 1 ? one : many}`;
}

const exact = new Intl.NumberFormat(undefined, { maximumFractionDigits: PLACES });
const signed = new Intl.NumberFormat(undefined, { maximumFractionDigits: PLACES, signDisplay: "exceptZero" });
const hasPointForThousands = exact.formatToParts(1_234_567).some(({ type, value }) => type === "group" && value === ".");
const short = new Intl.NumberFormat(undefined, { notation: "compact", maximumSignificantDigits: 3 });
const percent = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 0 });

// All digits that the amount has, and no others: toFixed writes as many as it is told, also those that a number of 15 digits can't hold.
// Only the tiniest and the largest are written with an exponent; of the tiny ones it has all digits.
function plain(number) {
  const text = String(number);
  return text.includes("e") ? number.toFixed(PLACES) : text;
}

function digitsOf(source) {
  return source.replace(/[eE].*|[^0-9]/g, "").replace(/^0+/, "").length;
}

/** An amount from its billionths. */
export function fromBillionths(size) {
  const positive = size < 0n ? -size : size;
  const part = String(positive % ONE).padStart(PLACES, "0").replace(/0+$/, "");
  const text = `${size < 0n ? "-" : ""}${positive / ONE}${part ? "." + part : ""}`;
  return digitsOf(text) > 15 ? text : Number(text);
}
