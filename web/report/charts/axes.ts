import { fontSans } from "../theme/table";
import type { Palette } from "../theme/palette";
import type { Scene } from "./chart";

export const axisSize = 11.5;

export function base(palette: Palette) {
  return {
    animation: false,
    textStyle: { fontFamily: fontSans, fontSize: axisSize, color: palette.ink2 },
    aria: { enabled: false },
  };
}

/** A value axis with hairlines and no line of its own. */
export function valueAxis(palette: Palette) {
  return {
    type: "value" as const,
    axisLine: { show: false, onZero: false },
    axisTick: { show: false },
    axisLabel: { color: palette.ink2, fontSize: axisSize },
    splitLine: { lineStyle: { color: palette.grid } },
    nameTextStyle: { color: palette.ink3, fontSize: axisSize },
  };
}

/** "2026" on the first of January, "Q3" on the first of July; short years on a phone. */
function timeLabel(at: number, narrow: boolean): string {
  const year = Math.floor(at + 1e-9);
  const quarter = Math.round(4 * (at - year));
  if (quarter > 0) return `Q${quarter + 1}`;
  return narrow ? `\u2019${String(year % 100).padStart(2, "0")}` : String(year);
}

/** Calendar time in years: a label a year, or a quarter where there are two years at most. */
export function timeAxis(edges: number[], scene: Scene) {
  const { palette } = scene;
  const last = edges[edges.length - 1];
  return {
    ...valueAxis(palette),
    min: edges[0],
    max: last,
    interval: last - edges[0] > 2 ? 1 : 0.25,
    axisLine: { show: true, onZero: false, lineStyle: { color: palette.ink3 } },
    splitLine: { show: false },
    axisLabel: {
      color: palette.ink2,
      fontSize: axisSize,
      align: "left" as const,
      formatter: (at: number) =>
        at >= last || Math.abs(4 * at - Math.round(4 * at)) > 1e-6 ? "" : timeLabel(at, scene.narrow),
    },
  };
}

/** The box that shows a point's figures: ink on paper, one hairline. */
export function tooltip(palette: Palette) {
  return {
    confine: true,
    backgroundColor: palette.surface,
    borderColor: palette.hairline,
    borderWidth: 1,
    borderRadius: 6,
    padding: [8, 10],
    textStyle: { color: palette.ink, fontSize: 12.5, fontFamily: fontSans },
    extraCssText: "box-shadow:none;font-variant-numeric:tabular-nums;max-width:320px;white-space:normal",
    axisPointer: {
      type: "line" as const,
      lineStyle: { color: palette.ink3, type: "solid" as const },
      label: { show: false },
    },
    transitionDuration: 0,
  };
}

/** The middle of each step. */
export function middles(edges: number[]): number[] {
  return edges.slice(1).map((edge, i) => (edge + edges[i]) / 2);
}

/** Names down the side of bars, first on top, with no line or ticks. */
export const sideNames = {
  type: "category" as const,
  inverse: true,
  axisLine: { show: false },
  axisTick: { show: false },
};
