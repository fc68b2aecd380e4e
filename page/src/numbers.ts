/** How numbers are written: three significant digits, a real minus sign, commas between thousands.
 *
 *  The same rules as `glassnet.explaining.writing`, so that the page and its formulas agree. */

export function written(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "not a number";
  if (value === 0) return "0";
  const sign = value < 0 ? "−" : "";
  if (!Number.isFinite(value)) return `${sign}∞`;
  let [digits, exponent] = Math.abs(value).toExponential(2).split("e") as [string, string];
  const power = Number(exponent);
  const rounded = Number(`${digits}e${power}`);
  const exact = Math.abs(Math.abs(value) - rounded) <= 1e-6 * rounded; // float32 has seven digits
  const plain = power > -5 && power < 6;
  if (plain) digits = grouped(rounded.toFixed(Math.max(0, 2 - power)));
  if (exact && digits.includes(".")) digits = digits.replace(/\.?0+$/, "");
  return sign + (plain ? digits : `${digits}·10${raised(power)}`);
}

/** As the second summand of a sum: " + 0.61", " − 0.61". */
export const added = (value: number) => (value < 0 ? ` − ${written(-value)}` : ` + ${written(value)}`);

/** With a fixed number of decimals, as within one table. */
export function signed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `−${grouped(text)}` : grouped(text);
}

/** For cells of a small grid: ".97", "−.13", "0", "1.2". */
export function short(value: number): string {
  if (!Number.isFinite(value)) return "✗";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = size >= 99.5 ? size.toFixed(0) : size >= 9.95 ? size.toFixed(1) : size >= 0.995 ? size.toFixed(1) : size.toFixed(2).replace(/^0/, "");
  return value < 0 && text !== ".00" ? `−${text}` : text;
}

const grouped = (text: string) => text.replace(/\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));

export const thousands = (count: number) => grouped(String(count));

/** A share as percent: "97", "2.9", "0.04", never "100" for less than everything. */
export function percent(share: number): string {
  const value = 100 * share;
  if (value > 99.5 && value < 100) return Math.min(value, 99.9).toFixed(1);
  if (value >= 9.95 || value === 0) return value.toFixed(0);
  if (value >= 0.095) return value.toFixed(1);
  if (value >= 0.0095) return value.toFixed(2);
  return "< 0.01";
}

/** What Glassnet says of an error, as a sentence of its own: a capital, but not for a file's name, and a full stop. */
export const sentence = (text: string) =>
  text && text.replace(/^[a-z]+(?=[ ,'])/, (word) => word[0]!.toUpperCase() + word.slice(1)) + (/[.!?…][)”]?$/.test(text) ? "" : ".");

const raised = (power: number) =>
  String(power).replace(/[-0-9]/g, (sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)]!));

const scales = new WeakMap<object, number>();

/** The largest size of a finite number, found once for every array. */
export function largest(values: ArrayLike<number> & object): number {
  let found = scales.get(values);
  if (found === undefined) {
    found = 0;
    for (let place = 0; place < values.length; place++) {
      const size = Math.abs(values[place]!);
      if (size > found && size < Infinity) found = size;
    }
    scales.set(values, found);
  }
  return found;
}
