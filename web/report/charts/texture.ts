import type { Texture } from "../theme/table";

/** The decal that ECharts lays over an area, in the colour of the surface. */
export function decalOf(texture: Texture | undefined, color: string) {
  const shared = { color, symbolKeepAspect: true };
  switch (texture) {
    case "hatch":
      return { ...shared, symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4 };
    case "lines":
      return { ...shared, symbol: "rect", dashArrayX: [1, 0], dashArrayY: [1.5, 5] };
    case "columns":
      return { ...shared, symbol: "rect", dashArrayX: [1, 0], dashArrayY: [1.5, 5], rotation: Math.PI / 2 };
    case "dots":
      return { ...shared, symbol: "circle", symbolSize: 0.8, dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [3, 3] };
    case "coarse-dots":
      return { ...shared, symbol: "circle", symbolSize: 0.9, dashArrayX: [[10, 10], [0, 10, 10, 0]], dashArrayY: [5, 5] };
    case "cross-hatch":
      return { ...shared, symbol: "rect", dashArrayX: [[2, 6], [1, 0]], dashArrayY: [6, 2], rotation: Math.PI / 4 };
    default:
      return { symbol: "none", color: "transparent" };
  }
}
