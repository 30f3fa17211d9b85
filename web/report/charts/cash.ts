import type { Cash } from "../document";
import { change, fixed, money, moneyUnit, percent, range, short } from "../numbers";
import { mix } from "../theme/mix";
import { base, middles, tooltip, valueAxis, timeAxis } from "./axes";
import type { Chart, Scene } from "./chart";
import type { Drawing } from "./error_bar";
import { niceScale, spread } from "./scale";
import { tooltipTable } from "./tooltip_text";

const fan = { top: 26, height: 240 };
const gap = 46;
const funding = { height: 56 };
const bars = { height: 56, bottom: 26 };

/** One unit for all panels of dollars. */
function unitOf(section: Cash) {
  return moneyUnit([...section.p5_usd, ...section.p95_usd]);
}

/** Where each panel starts; the funding panel is there only when lines are listed. */
function panels(section: Cash) {
  const fundingTop = fan.top + fan.height + gap;
  const barsTop = section.funding.length ? fundingTop + funding.height + gap : fundingTop;
  return { fundingTop, barsTop, total: barsTop + bars.height + bars.bottom };
}

/** The area between two lines, at the end of each step. */
function band(
  name: string,
  low: number[],
  high: number[],
  { ends, unit, color }: { ends: number[]; unit: number; color: string },
) {
  const edge = [
    ...ends.map((year, i) => [year, high[i] / unit]),
    ...ends.map((year, i) => [year, low[i] / unit]).reverse(),
  ] as [number, number][];
  return {
    type: "custom",
    name,
    silent: true,
    data: [[ends[0], 0]],
    renderItem: (_: unknown, api: Drawing) => ({
      type: "polygon",
      shape: { points: edge.map((point) => api.coord(point)) },
      style: { fill: color },
    }),
    clip: true,
    z: 1,
  };
}

function level(name: string, at: number, edges: number[], style: object) {
  return {
    type: "line",
    name,
    silent: true,
    symbol: "none",
    data: [
      [edges[0], at],
      [edges[edges.length - 1], at],
    ],
    lineStyle: style,
    z: 2,
  };
}

/** Money that has come in by the end of each step if every listed line pays. */
function fundingSteps(section: Cash): [number, number][] {
  const { edges } = section.steps;
  const unit = unitOf(section).usd;
  const lines = [...section.funding].sort((a, b) => a.at_year - b.at_year);
  let sum = 0;
  const points: [number, number][] = [[edges[0], 0]];
  for (const line of lines) {
    const at = Math.min(Math.max(line.at_year, edges[0]), edges[edges.length - 1]);
    points.push([at, sum], [at, (sum += line.amount_usd / unit)]);
  }
  return [...points, [edges[edges.length - 1], sum]];
}

function mostLikelyFailure(section: Cash): number {
  const shares = section.first_shortfall_share;
  return shares.indexOf(Math.max(...shares));
}

function failureLabel(section: Cash): string {
  const ever = section.shortfall_ever;
  const when = section.steps.labels[mostLikelyFailure(section)];
  const first = `{when|First shortfall: mode ${when}}`;
  if (!ever) return first;
  const error = ever.band
    ? ` (${range(percent(ever.band.low), percent(ever.band.high))})`
    : "";
  return `${first}\n{share|${percent(ever.value)}% of paths${error}}`;
}

function stepText(section: Cash, step: number): string {
  const at = (values: number[]) => money(values[step]);
  return tooltipTable(section.steps.labels[step], [
    ["median", at(section.median_usd)],
    ["half of paths", range(at(section.p25_usd), at(section.p75_usd))],
    ["nine in ten", range(at(section.p5_usd), at(section.p95_usd))],
    ...section.scenarios.map((s): [string, string] => [s.name, at(s.cash_usd)]),
    ["first shortfall here", `${percent(section.first_shortfall_share[step])}% of paths`],
  ]);
}

function endLabels(section: Cash, scene: Scene, scale: { min: number; max: number }) {
  const unit = unitOf(section).usd;
  const last = <T,>(values: T[]): T => values[values.length - 1];
  const ends = [
    { name: "P95", at: last(section.p95_usd) },
    { name: "median", at: last(section.median_usd) },
    { name: "P5", at: last(section.p5_usd) },
    ...section.scenarios.map((s) => ({ name: s.name, at: last(s.cash_usd) })),
  ].map((end) => ({ ...end, at: end.at / unit }));
  const label = scene.narrow ? { width: 66, overflow: "break", lineHeight: 13 } : {};
  const shifts = spread(
    ends.map((end) => (fan.height * (scale.max - end.at)) / (scale.max - scale.min)),
    scene.narrow ? 20 : 15,
  );
  return ends.map((end, i) => ({
    value: [last(section.steps.edges), end.at],
    label: {
      show: true,
      position: "right",
      distance: 6,
      offset: [0, shifts[i]],
      ...label,
      align: "left",
      formatter: end.name,
      opacity: 1,
      color: end.name === "median" ? scene.palette.ink : scene.palette.ink3,
      fontWeight: end.name === "median" ? 600 : 400,
    },
  }));
}

export const cash: Chart<Cash> = {
  stepped: "median",
  height: (section) => panels(section).total,

  option(section, scene) {
    const { palette } = scene;
    const { edges, labels } = section.steps;
    const { usd: unit, name: unitName } = unitOf(section);
    const ends = edges.slice(1);
    const scale = niceScale(
      [section.p5_usd, section.p95_usd, ...section.scenarios.map((s) => s.cash_usd)]
        .flat()
        .map((usd) => usd / unit),
      6,
    );
    const { fundingTop, barsTop } = panels(section);
    const right = section.scenarios.length ? (scene.narrow ? 76 : 116) : 64;
    const steps = fundingSteps(section);
    const raised = steps[steps.length - 1][1];
    const mode = mostLikelyFailure(section);
    const peak = Math.max(...section.first_shortfall_share);
    const grid = (top: number, height: number) => ({ top, height, left: 44, right });
    const time = timeAxis(edges, scene);
    const quiet = { ...time, axisLabel: { show: false }, axisLine: { show: false } };
    const nameStyle = { color: palette.ink3, align: "left", padding: [0, 0, 0, -30] };
    const line = (name: string, values: number[], style: object) => ({
      type: "line",
      name,
      symbol: "none",
      data: ends.map((year, i) => [year, values[i] / unit]),
      lineStyle: style,
      z: 3,
    });
    return {
      ...base(palette),
      grid: [
        grid(fan.top, fan.height),
        grid(barsTop, bars.height),
        ...(section.funding.length ? [grid(fundingTop, funding.height)] : []),
      ],
      axisPointer: { link: [{ xAxisIndex: "all" }] },
      tooltip: {
        ...tooltip(palette),
        trigger: "axis",
        formatter: (points: { seriesName: string; dataIndex: number }[]) => {
          const point = points.find((p) => ["median", "first shortfall"].includes(p.seriesName));
          return point ? stepText(section, point.dataIndex) : "";
        },
      },
      xAxis: [
        { ...quiet, gridIndex: 0 },
        { ...time, gridIndex: 1 },
        ...(section.funding.length ? [{ ...quiet, gridIndex: 2 }] : []),
      ],
      yAxis: [
        {
          ...valueAxis(palette),
          ...scale,
          name: `cash and undrawn credit, ${unitName}`,
          nameGap: 12,
          nameTextStyle: nameStyle,
          axisLabel: {
            ...valueAxis(palette).axisLabel,
            formatter: (v: number) => short(v),
          },
        },
        {
          ...valueAxis(palette),
          gridIndex: 1,
          min: 0,
          max: peak > 0 ? peak : 0.01,
          interval: peak > 0 ? peak : 0.01,
          name: "first shortfall, share of paths",
          nameGap: 14,
          nameTextStyle: nameStyle,
          axisLabel: {
            ...valueAxis(palette).axisLabel,
            formatter: (v: number) => (v === 0 ? "0" : `${percent(v)}%`),
          },
        },
        ...(section.funding.length
          ? [
              {
                ...valueAxis(palette),
                gridIndex: 2,
                min: 0,
                max: raised,
                interval: raised,
                name: `listed funding if all of it comes, cumulative, ${unitName}`,
                nameGap: 14,
                nameTextStyle: nameStyle,
                axisLabel: {
                  ...valueAxis(palette).axisLabel,
                  formatter: (v: number) => fixed(v, 0),
                },
              },
            ]
          : []),
      ],
      series: [
        band("nine in ten", section.p5_usd, section.p95_usd, {
          ends,
          unit,
          color: mix(palette.ink, palette.surface, 0.09),
        }),
        band("half", section.p25_usd, section.p75_usd, {
          ends,
          unit,
          color: mix(palette.ink, palette.surface, 0.23),
        }),
        level("zero", 0, edges, { color: palette.bad, width: 1.4 }),
        ...(section.floor_usd === null
          ? []
          : [
              {
                ...level("floor", section.floor_usd / unit, edges, {
                  color: palette.ink2,
                  width: 1,
                  type: [3, 3],
                }),
                endLabel: { show: false },
              },
              {
                type: "scatter",
                name: "floor label",
                silent: true,
                symbolSize: 0,
                data: [[edges[0], section.floor_usd / unit]],
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
            ]),
        ...section.scenarios.map((s) =>
          line(s.name, s.cash_usd, { color: palette.ink3, width: 1, type: [2, 3] }),
        ),
        line("median", section.median_usd, { color: palette.ink, width: 2 }),
        {
          type: "scatter",
          name: "ends",
          silent: true,
          symbolSize: 0,
          data: endLabels(section, scene, scale),
        },
        {
          type: "scatter",
          name: "mode",
          silent: true,
          symbolSize: 11,
          data: peak > 0 ? [[ends[mode], 0]] : [],
          itemStyle: { opacity: 1, color: palette.surface, borderColor: palette.bad, borderWidth: 2 },
          label: {
            show: true,
            position: "bottom",
            distance: 6,
            formatter: failureLabel(section),
            rich: {
              when: { color: palette.bad, fontWeight: 600, fontSize: 12, lineHeight: 15 },
              share: { color: palette.ink2, fontSize: 11.5, lineHeight: 15 },
            },
          },
          z: 5,
        },
        {
          type: "scatter",
          name: "none",
          silent: true,
          xAxisIndex: 1,
          yAxisIndex: 1,
          symbolSize: 0,
          data: peak > 0 ? [] : [[edges[0], 0.005]],
          label: {
            show: true,
            position: "right",
            formatter: "no path runs out",
            color: palette.ink2,
            fontSize: 11.5,
          },
        },
        {
          type: "bar",
          name: "first shortfall",
          xAxisIndex: 1,
          yAxisIndex: 1,
          data: middles(edges).map((year, i) => [year, section.first_shortfall_share[i]]),
          barWidth: Math.max(2, Math.floor((0.7 * (scene.width - 44 - right)) / labels.length)),
          itemStyle: { color: palette.bad },
        },
        ...(section.funding.length
          ? [
              {
                type: "line",
                name: "funding",
                xAxisIndex: 2,
                yAxisIndex: 2,
                symbol: "none",
                silent: true,
                data: steps,
                lineStyle: { color: palette.ink2, width: 1.4 },
                areaStyle: { color: mix(palette.ink, palette.surface, 0.09), opacity: 1 },
                endLabel: {
                  show: true,
                  formatter: change(raised, 0),
                  color: palette.ink3,
                },
              },
            ]
          : []),
      ],
    };
  },
};
