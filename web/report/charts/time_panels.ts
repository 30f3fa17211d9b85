import type { PeriodValues, ReplayFleet } from "../document";
import { base, tooltip, valueAxis } from "./axes";
import type { Scene } from "./chart";
import { elapsedAxis, elapsedUnit, periodPoints, periodText } from "./elapsed";
import { fleetDepth, fleetLine } from "./fleet_lines";
import type { Scale } from "./scale";
import { tooltipTable } from "./tooltip_text";

/** A plot over the common time: what it measures and a line a fleet, or one grey one of all. */
export interface TimePanel {
  name: string;
  /** In one word, for the list of a moment's figures. */
  word: string;
  height: number;
  scale: Scale;
  axisText(value: number): string;
  figureText(value: number): string;
  /** By fleet, or of all fleets. */
  lines: PeriodValues[];
  ofAll?: boolean;
  /** Drawn level through each period, for what changes at once. */
  stepped?: boolean;
}

export interface TimeFrame {
  fleets: ReplayFleet[];
  period: number;
  panels: TimePanel[];
}

const top = 28;
const gap = 38;
const bottom = 46;
const left = 46;

export function panelsHeight(heights: number[]): number {
  return top + heights.reduce((sum, height) => sum + height, 0) + gap * (heights.length - 1) + bottom;
}

/** The first line of the first panel: the arrow keys visit its points. */
export const steppedLine = "panel 0 line 0";

/** Panels under one another over one time axis. */
export function timePanels({ fleets, period, panels }: TimeFrame, scene: Scene) {
  const { palette } = scene;
  const periods = Math.max(...panels.flatMap(({ lines }) => lines.map((line) => line.length)));
  const span = periods * period;
  const unit = elapsedUnit(span);
  const time = elapsedAxis(span, scene);
  const above = (panel: number) =>
    top + panels.slice(0, panel).reduce((sum, { height }) => sum + height + gap, 0);
  const rowsAt = (index: number) =>
    panels.flatMap((panel) =>
      panel.lines.map((line, fleet): [string, string] => {
        const value = line[index] ?? null;
        const name = panel.ofAll || fleets.length === 1 ? panel.word : `${panel.word}, ${fleets[fleet].name}`;
        return [name, value === null ? "\u2013" : panel.figureText(value)];
      }),
    );
  const line = (panel: TimePanel, at: number, values: PeriodValues, fleet: number) => ({
    type: "line",
    name: `panel ${at} line ${fleet}`,
    xAxisIndex: at,
    yAxisIndex: at,
    step: panel.stepped ? "middle" : false,
    symbol: periods > 1 ? "none" : "circle",
    data: periodPoints(values, period, unit),
    lineStyle: panel.ofAll ? { color: palette.ink3, width: 1.4 } : { ...fleetLine(fleets, fleet, scene), width: 1.8 },
    z: panel.ofAll ? 3 : fleetDepth(fleets, fleet, scene),
  });
  return {
    ...base(palette),
    grid: panels.map(({ height }, i) => ({ top: above(i), height, left, right: 18 })),
    axisPointer: { link: [{ xAxisIndex: "all" }] },
    tooltip: {
      ...tooltip(palette),
      trigger: "axis",
      formatter: (points: { dataIndex: number }[]) =>
        points.length ? tooltipTable(periodText(points[0].dataIndex, period, unit), rowsAt(points[0].dataIndex)) : "",
    },
    xAxis: panels.map((_, i) =>
      i === panels.length - 1
        ? { ...time, gridIndex: i }
        : { ...time, gridIndex: i, name: "", axisLabel: { show: false } },
    ),
    yAxis: panels.map((panel, i) => ({
      ...valueAxis(palette),
      ...panel.scale,
      gridIndex: i,
      name: panel.name,
      nameGap: 10,
      nameTextStyle: { color: palette.ink3, align: "left", padding: [0, 0, 0, -36] },
      axisLabel: { ...valueAxis(palette).axisLabel, formatter: panel.axisText },
    })),
    series: panels.flatMap((panel, i) => panel.lines.map((values, fleet) => line(panel, i, values, fleet))),
  };
}

/** The values of all lines that are known. */
export function known(lines: PeriodValues[]): number[] {
  return lines.flat().filter((value): value is number => value !== null);
}
