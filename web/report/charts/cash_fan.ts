import { money, percent, range, short } from "../numbers";
import { mix } from "../theme/mix";
import { valueAxis } from "./axes";
import { panelName, type CashFrame } from "./cash_frame";
import type { Drawing } from "./error_bar";
import { spread } from "./scale";

function last<T>(values: T[]): T {
  return values[values.length - 1];
}

/** The area between two lines, at the end of each step. */
function band(name: string, low: number[], high: number[], share: number, frame: CashFrame) {
  const { ends, unit } = frame;
  const { ink, surface } = frame.scene.palette;
  const edge = [
    ...ends.map((year, i) => [year, high[i] / unit.usd]),
    ...ends.map((year, i) => [year, low[i] / unit.usd]).reverse(),
  ] as [number, number][];
  return {
    type: "custom",
    name,
    silent: true,
    clip: true,
    data: [[ends[0], 0]],
    renderItem: (_: unknown, api: Drawing) => ({
      type: "polygon",
      shape: { points: edge.map((point) => api.coord(point)) },
      style: { fill: mix(ink, surface, share) },
    }),
    z: 1,
  };
}

function path(name: string, values: number[], style: object, frame: CashFrame) {
  return {
    type: "line",
    name,
    symbol: "none",
    data: frame.ends.map((year, i) => [year, values[i] / frame.unit.usd]),
    lineStyle: style,
    z: 3,
  };
}

function level(name: string, at: number, style: object, { section }: CashFrame) {
  const { edges } = section.steps;
  return {
    type: "line",
    name,
    silent: true,
    symbol: "none",
    data: [
      [edges[0], at],
      [last(edges), at],
    ],
    lineStyle: style,
    z: 2,
  };
}

function floorSeries(frame: CashFrame) {
  const { section, scene, unit } = frame;
  if (section.floor_usd === null) return [];
  const { palette } = scene;
  return [
    level("floor", section.floor_usd / unit.usd, { color: palette.ink2, width: 1, type: [3, 3] }, frame),
    {
      type: "scatter",
      name: "floor label",
      silent: true,
      symbolSize: 0,
      data: [[section.steps.edges[0], section.floor_usd / unit.usd]],
      label: {
        show: true,
        position: "right",
        offset: [0, -9],
        formatter: `floor ${money(section.floor_usd)}`,
        color: palette.ink2,
        fontSize: 11,
        textBorderColor: palette.surface,
        textBorderWidth: 3,
      },
    },
  ];
}

/** Every line is named at its end; names that would touch are moved apart. */
function endNames(frame: CashFrame) {
  const { section, scene, unit, fanScale, fanHeight } = frame;
  const ends = [
    { name: "P95", at: last(section.p95_usd) / unit.usd },
    { name: "median", at: last(section.median_usd) / unit.usd },
    { name: "P5", at: last(section.p5_usd) / unit.usd },
    ...section.scenarios.map((s) => ({ name: s.name, at: last(s.cash_usd) / unit.usd })),
  ];
  const shifts = spread(
    ends.map((end) => (fanHeight * (fanScale.max - end.at)) / (fanScale.max - fanScale.min)),
    scene.narrow ? 20 : 15,
  );
  const data = ends.map((end, i) => ({
    value: [last(frame.ends), end.at],
    label: {
      show: true,
      position: "right",
      distance: 6,
      offset: [0, shifts[i]],
      ...(scene.narrow ? { width: 66, overflow: "break", lineHeight: 13 } : {}),
      formatter: end.name,
      color: end.name === "median" ? scene.palette.ink : scene.palette.ink3,
      fontWeight: end.name === "median" ? 600 : 400,
    },
  }));
  return { type: "scatter", name: "ends", silent: true, symbolSize: 0, data };
}

function failureText({ section }: CashFrame, step: number): string {
  const first = `{when|First shortfall: mode ${section.steps.labels[step]}}`;
  const ever = section.shortfall_ever;
  if (!ever) return first;
  const error = ever.band ? ` (${range(percent(ever.band.low), percent(ever.band.high))})` : "";
  return `${first}\n{share|${percent(ever.value)}% of paths${error}}`;
}

/** Where the most paths first run out. */
function failureMark(frame: CashFrame) {
  const { section, scene, ends } = frame;
  const { palette } = scene;
  const peak = Math.max(...section.first_shortfall_share);
  const step = section.first_shortfall_share.indexOf(peak);
  return {
    type: "scatter",
    name: "mode",
    silent: true,
    symbolSize: 11,
    data: peak > 0 ? [[ends[step], 0]] : [],
    itemStyle: { color: palette.surface, borderColor: palette.bad, borderWidth: 2 },
    label: {
      show: true,
      position: "bottom",
      distance: 6,
      formatter: peak > 0 ? failureText(frame, step) : "",
      rich: {
        when: { color: palette.bad, fontWeight: 600, fontSize: 12, lineHeight: 15 },
        share: { color: palette.ink2, fontSize: 11.5, lineHeight: 15 },
      },
    },
    z: 5,
  };
}

/** Cash and undrawn credit: median, half of paths, nine in ten, and what it must not fall below. */
export function fanPanel(frame: CashFrame) {
  const { section, scene, unit, fanScale } = frame;
  const { palette } = scene;
  return {
    yAxis: {
      ...valueAxis(palette),
      ...fanScale,
      ...panelName(`cash and undrawn credit, ${unit.name}`, frame, 12),
      axisLabel: { ...valueAxis(palette).axisLabel, formatter: (v: number) => short(v) },
    },
    series: [
      band("nine in ten", section.p5_usd, section.p95_usd, 0.09, frame),
      band("half", section.p25_usd, section.p75_usd, 0.23, frame),
      level("zero", 0, { color: palette.bad, width: 1.4 }, frame),
      ...floorSeries(frame),
      ...section.scenarios.map((s) =>
        path(s.name, s.cash_usd, { color: palette.ink3, width: 1, type: [2, 3] }, frame),
      ),
      path("median", section.median_usd, { color: palette.ink, width: 2 }, frame),
      endNames(frame),
      failureMark(frame),
    ],
  };
}
