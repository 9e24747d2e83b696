// The arithmetic of a workday budget as the server does it: person-days in whole tenths, no floating point.
// scheduler/plans/drafting/cells.py reads the same texts, scheduler/plans/exact.py rounds by the same rules.

/** Read a typed cell: {tenths} (null when empty), or {fault, value}. `whole` asks for a whole number. */
export function readCell(text, whole) {
  const typed = text.normalize("NFKC").replace(/\s/gu, "");
  if (typed === "") return { tenths: null };
  const value = text.slice(0, 20);
  if (/^[-−][0-9.]+$/u.test(typed)) return { fault: "cell-negative", value };
  if (!/^[0-9]{1,7}(\.[0-9]+)?$/u.test(typed) || typed.length > 20) return { fault: "cell-not-number", value };
  const [units, decimals = ""] = typed.split(".");
  const rest = decimals.replace(/0+$/u, "");
  if (whole && rest !== "") return { fault: "cell-fractional", value };
  if (rest.length > 1) return { fault: "cell-decimals", value };
  return { tenths: BigInt(units) * 10n + BigInt(rest || "0") };
}

/** Round a fraction of whole numbers to a whole one, halves up. */
export const halfUp = (numerator, denominator) => (2n * numerator + denominator) / (2n * denominator);

const add = (values) => values.reduce((sum, value) => sum + value, 0n);

/** Round values over one denominator so that they add up to their rounded sum: largest remainder, then the earlier. */
export function roundTogether(numerators, denominator) {
  const units = numerators.map((value) => value / denominator);
  const rest = numerators.map((value, place) => [value % denominator, place]);
  rest.sort(([a, m], [b, n]) => (a === b ? m - n : a > b ? -1 : 1));
  const up = Number(halfUp(add(numerators), denominator) - add(units));
  for (const [, place] of rest.slice(0, up)) units[place] += 1n;
  return units;
}

/** Split a whole number in proportion to weights by largest remainder; weights that are all 0 count as equal. */
export function apportion(total, weights) {
  const given = weights.some((weight) => weight > 0n) ? weights : weights.map(() => 1n);
  return roundTogether(given.map((weight) => weight * total), add(given));
}

/** Split person-days (in tenths): in whole days where they are whole, else in tenths. */
export function apportionDays(tenths, weights) {
  const unit = tenths % 10n === 0n ? 10n : 1n;
  return apportion(tenths / unit, weights).map((share) => share * unit);
}

/**
 * Compute a division's figures, all in tenths: `days` statutory workdays (null: not known), `staff` (null: not known),
 * `kinds` lists of rows by deduction, `weights` of key, general and reserve.
 */
export function figuresOf({ days, staff, kinds, weights }) {
  const sums = Object.fromEntries(Object.entries(kinds).map(([kind, rows]) => [kind, add(rows)]));
  const spent = add(Object.values(sums));
  if (days === null || staff === null) return { sums };
  const total = days * staff * 10n;
  if (spent > total) return { sums, total, over: spent - total, spent };
  const supervision = total - spent;
  const shares = total === 0n ? null : roundTogether([...Object.values(sums), supervision].map((each) => each * 1000n), total);
  return { sums, total, supervision, shares, parts: apportionDays(supervision, weights) };
}

/** Propose rows from the sums of earlier years (in tenths) over their heads, for this year's staff. */
export function propose(sums, heads, staff) {
  if (staff === null || heads === 0n) return null;
  return roundTogether(sums.map((each) => each * staff), heads);
}

/** Write tenths as plans do: whole without decimals, else with one. */
export const plain = (tenths) => (tenths % 10n === 0n ? `${tenths / 10n}` : `${tenths / 10n}.${tenths % 10n}`);

/** Write tenths for reading: thousands set apart by narrow spaces. */
export const shown = (tenths) => plain(tenths).replace(/\B(?=(\d{3})+(?!\d))/gu, "\u202f");
