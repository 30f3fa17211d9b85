/** Round steps for an axis: at most `count` steps of 1, 2, 2.5 or 5 times a power of ten. */
export function niceStep(span: number, count: number): number {
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 2.5, 5, 10].find((f) => f * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}

export interface Scale {
  min: number;
  max: number;
  interval: number;
}

/** The smallest round axis that holds all `values`, and zero where `withZero` says so. */
export function niceScale(values: number[], count: number, withZero = true): Scale {
  const low = Math.min(...values, ...(withZero ? [0] : []));
  const high = Math.max(...values, ...(withZero ? [0] : []));
  const interval = niceStep(high > low ? high - low : Math.abs(high) || 1, count);
  return {
    min: Math.floor(low / interval + 1e-9) * interval,
    max: Math.ceil(high / interval - 1e-9) * interval,
    interval,
  };
}

/**
 * Moves `positions` apart until neighbours are at least `gap` apart, keeping their order and
 * staying near where they were. Returns the shift of each.
 */
export function spread(positions: number[], gap: number): number[] {
  const order = positions.map((_, i) => i).sort((a, b) => positions[a] - positions[b]);
  const placed = order.map((i) => positions[i]);
  for (let round = 0; round < 50; ++round) {
    for (let k = 1; k < placed.length; ++k) {
      const missing = gap - (placed[k] - placed[k - 1]);
      if (missing <= 0) continue;
      placed[k - 1] -= missing / 2;
      placed[k] += missing / 2;
    }
  }
  const shifts = positions.map(() => 0);
  order.forEach((i, k) => (shifts[i] = placed[k] - positions[i]));
  return shifts;
}
