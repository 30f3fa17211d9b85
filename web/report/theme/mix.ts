function channels(hex: string): number[] {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/** `share` of `color` over `ground`, as an opaque colour. */
export function mix(color: string, ground: string, share: number): string {
  const [over, under] = [channels(color), channels(ground)];
  const mixed = over.map((c, i) => Math.round(share * c + (1 - share) * under[i]));
  return `#${mixed.map((c) => c.toString(16).padStart(2, "0")).join("")}`;
}
