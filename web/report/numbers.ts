/** How figures are written. offtake/report/number_text.hpp follows the same rules. */

const minus = "\u2212";
const enDash = "\u2013";

function signed(text: string, value: number): string {
  const isZero = !/[1-9]/.test(text);
  return value < 0 && !isZero ? minus + text : text;
}

/** At most `decimals` decimals, without trailing zeros: 163.9, 10. */
export function short(value: number, decimals = 1): string {
  const text = Math.abs(value).toFixed(decimals);
  return signed(decimals > 0 ? text.replace(/\.?0+$/, "") : text, value);
}

/** Exactly `decimals` decimals: 41.2, −1.9. */
export function fixed(value: number, decimals: number): string {
  return signed(Math.abs(value).toFixed(decimals), value);
}

const scales: [number, string][] = [
  [1e12, "T"],
  [1e9, "B"],
  [1e6, "M"],
];

/** $163.9B, −$1.9B, $2.10. */
export function money(usd: number): string {
  const size = Math.abs(usd);
  if (size < 0.005) return "$0";
  const scale = scales.find(([unit]) => size >= unit);
  const text = scale
    ? short(size / scale[0], scale[1] === "T" ? 2 : 1) + scale[1]
    : size >= 1000
      ? Math.round(size).toString().replace(/\B(?=(\d{3})+$)/g, ",")
      : size.toFixed(2);
  return signed("$" + text, usd);
}

/** The unit of an axis of dollars: $B, $M or $k by the largest figure on it. */
export function moneyUnit(values: number[]): { usd: number; name: string } {
  const largest = Math.max(0, ...values.map(Math.abs));
  if (largest === 0 || largest >= 1e9) return { usd: 1e9, name: "$B" };
  if (largest >= 1e6) return { usd: 1e6, name: "$M" };
  return { usd: 1e3, name: "$k" };
}

/** 3.9–11.8; with a negative end −1.4 to 5.3. */
export function range(low: string, high: string): string {
  return low.startsWith(minus) || high.startsWith(minus)
    ? `${low} to ${high}`
    : `${low}${enDash}${high}`;
}

/** A probability as a percentage that is never 0.0: <0.1, 8.7, >99.9. */
export function percent(share: number): string {
  if (share < 0.001) return "<0.1";
  if (share > 0.999) return ">99.9";
  return (100 * share).toFixed(1);
}

/** +14.2, −9.6. */
export function change(value: number, decimals = 1): string {
  const text = fixed(value, decimals);
  return value > 0 && /[1-9]/.test(text) ? "+" + text : text;
}

/** A time as people say it: 38 ms, 1.82 s, 41.5 s. */
export function time(seconds: number): string {
  if (seconds < 0.9995) return `${short(1e3 * seconds, seconds < 0.1 ? 1 : 0)} ms`;
  return `${short(seconds, seconds < 10 ? 2 : 1)} s`;
}

/** 57, 6.8, 0.44: three figures at most, and thousands as k, M, B. */
export function amount(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return short(value / 1e9) + "B";
  if (size >= 1e6) return short(value / 1e6) + "M";
  if (size >= 1e4) return short(value / 1e3) + "k";
  if (size >= 100) return short(value, 0);
  return short(value, size >= 1 ? 1 : 2);
}
