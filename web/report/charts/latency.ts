import type { LatencyPicture, ReplayFleet } from "../document";
import { short, time } from "../numbers";
import { base, tooltip, valueAxis } from "./axes";
import type { Chart, Scene } from "./chart";
import { fleetColor, fleetDepth, fleetKey, fleetLine } from "./fleet_lines";
import { niceScale } from "./scale";
import { tooltipTable } from "./tooltip_text";

type View = LatencyPicture["views"][number];

const grid = { top: 12, height: 210, bottom: 46, left: 44 };
const markLevels = [0.5, 0.9, 0.99];
/** An axis is logarithmic where the fleets' medians and tails span more than this. */
const widest = 20;

function viewOf(section: LatencyPicture, scene: Scene): View {
  return section.views[scene.view] ?? section.views[0];
}

/** The value at `level`, which is one of the levels. */
function at(section: LatencyPicture, curve: number[], level: number): number {
  return curve[section.levels.findIndex((one) => Math.abs(one - level) < 1e-9)];
}

/** Round ends of an axis that holds `low` and `high`: 1, 2 or 5 times a power of ten. */
function roundEnds(low: number, high: number): [number, number] {
  const steps = (value: number) => {
    const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
    return [1, 2, 5, 10].map((factor) => factor * power);
  };
  const below = steps(low).filter((one) => one <= low * (1 + 1e-9));
  const above = steps(high).filter((one) => one >= high * (1 - 1e-9));
  return [below[below.length - 1], above[0]];
}

/** To the largest p99 or objective; what lies beyond is in the table. */
function latencyAxis(section: LatencyPicture, view: View, scene: Scene) {
  const curves = view.at_s.filter((curve) => curve.length > 0);
  const medians = curves.map((curve) => at(section, curve, 0.5));
  const tails = curves.map((curve) => at(section, curve, 0.99));
  const rules = view.objectives.map(({ at_s }) => at_s);
  const high = Math.max(0, ...tails, ...rules);
  const unit = high < 0.5 ? { seconds: 1e-3, name: "ms" } : { seconds: 1, name: "s" };
  const log = Math.max(...tails) > widest * Math.min(...medians);
  const [min, max] = roundEnds(Math.max(1e-6, Math.min(...medians, ...rules) / 4), 1.02 * high);
  const scale = log
    ? { type: "log" as const, min: min / unit.seconds, max: max / unit.seconds }
    : niceScale([(1.02 * high) / unit.seconds], scene.narrow ? 4 : 6);
  return { unit, log, scale };
}

/** Beside a rising curve there is room at the right of its middle, the left of its shoulder and under its end. */
function labelPlace(level: number, share: number) {
  if (level <= 0.5) return { position: "right" };
  return level < 0.95 ? { position: "left" } : { position: "bottom", offset: [share > 0.92 ? -14 : 0, 12] };
}

/** Where an objective lies, named at the foot of its line. */
function objectiveRule(label: string, x: number, share: number, index: number, { palette }: Scene) {
  return [
    {
      type: "line",
      name: label,
      silent: true,
      symbol: "none",
      data: [
        [x, 0],
        [x, 100],
      ],
      lineStyle: { color: palette.ink2, width: 1, type: [3, 3] },
      z: 1,
    },
    {
      type: "scatter",
      name: `${label} name`,
      silent: true,
      symbolSize: 0,
      data: [[x, 6 + 9 * index]],
      label: {
        show: true,
        position: share > 0.5 ? "left" : "right",
        distance: 6,
        formatter: label,
        color: palette.ink2,
        fontSize: 11.5,
        textBorderColor: palette.surface,
        textBorderWidth: 3,
      },
      z: 6,
    },
  ];
}

/** Share of requests up to each latency, a line a fleet, with the objective as a rule. */
export function latency(fleets: ReplayFleet[]): Chart<LatencyPicture> {
  return {
    stepped: "marks",
    views: (section) => section.views.map(({ name }) => name),
    height: () => grid.top + grid.height + grid.bottom,
    key: (section, scene) =>
      fleetKey(
        fleets,
        viewOf(section, scene).at_s.map((curve) =>
          curve.length ? `p50 ${time(at(section, curve, 0.5))}, p99 ${time(at(section, curve, 0.99))}` : "none",
        ),
        scene,
      ),

    option(section, scene) {
      const { palette } = scene;
      const view = viewOf(section, scene);
      const { unit, log, scale } = latencyAxis(section, view, scene);
      const shareOf = (x: number) =>
        log
          ? Math.log(x / scale.min) / Math.log(scale.max / scale.min)
          : (x - scale.min) / (scale.max - scale.min);
      const marks = view.at_s.flatMap((curve, fleet) =>
        curve.length ? markLevels.map((level) => ({ fleet, level, seconds: at(section, curve, level) })) : [],
      );
      return {
        ...base(palette),
        grid: { top: grid.top, height: grid.height, left: grid.left, right: 18 },
        tooltip: {
          ...tooltip(palette),
          trigger: "item",
          formatter: ({ seriesName, dataIndex }: { seriesName: string; dataIndex: number }) => {
            if (seriesName !== "marks") return "";
            const { fleet, level, seconds } = marks[dataIndex];
            return tooltipTable(fleets[fleet].name, [[`${section.name} p${short(100 * level)}`, time(seconds)]]);
          },
        },
        xAxis: {
          ...valueAxis(palette),
          ...scale,
          axisLine: { show: true, onZero: false, lineStyle: { color: palette.ink3 } },
          name: log ? `${unit.name}, log scale` : unit.name,
          nameLocation: "middle",
          nameGap: 26,
          axisLabel: { ...valueAxis(palette).axisLabel, formatter: (v: number) => short(v, v < 1 ? 2 : 1) },
        },
        yAxis: {
          ...valueAxis(palette),
          min: 0,
          max: 100,
          interval: 25,
          axisLabel: { ...valueAxis(palette).axisLabel, formatter: (v: number) => `${v}%` },
        },
        series: [
          ...view.objectives.flatMap(({ label, at_s }, i) =>
            objectiveRule(label, at_s / unit.seconds, shareOf(at_s / unit.seconds), i, scene),
          ),
          ...view.at_s.map((curve, fleet) => ({
            type: "line",
            name: fleets[fleet].name,
            silent: true,
            clip: true,
            symbol: "none",
            data: curve.map((seconds, i) => [Math.max(seconds / unit.seconds, log ? scale.min : 0), 100 * section.levels[i]]),
            lineStyle: fleetLine(fleets, fleet, scene),
            z: fleetDepth(fleets, fleet, scene),
          })),
          {
            type: "scatter",
            name: "marks",
            symbolSize: 8,
            data: marks.map(({ fleet, level, seconds }) => ({
              value: [seconds / unit.seconds, 100 * level],
              itemStyle: { color: palette.surface, borderColor: fleetColor(fleets, fleet, scene), borderWidth: 1.8 },
              label: {
                show: fleets.length === 1,
                ...labelPlace(level, shareOf(seconds / unit.seconds)),
                distance: 7,
                formatter: `p${short(100 * level)} ${time(seconds)}`,
                color: palette.ink2,
                fontSize: 11.5,
                textBorderColor: palette.surface,
                textBorderWidth: 3,
              },
            })),
            z: 5,
          },
        ],
      };
    },
  };
}
