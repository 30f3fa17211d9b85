import type { MeasuredPanel, MeasuredPoint, Validation } from "../document";
import { amount, change, short } from "../numbers";
import { mix } from "../theme/mix";
import { entityOf } from "../theme/table";
import { axisSize, base, tooltip, valueAxis } from "./axes";
import type { Chart, KeyEntry, Scene } from "./chart";
import { symbolOf } from "./marks";
import { tooltipTable } from "./tooltip_text";

const gap = { left: 42, right: 18, top: 40, bottom: 30 };

const viewNames = ["Plain rows", "Rows set apart"];

function pointsOf(panel: MeasuredPanel, scene: Scene): MeasuredPoint[] {
  return panel.points.filter(([, , , , apart]) => apart === (scene.view === 1));
}

function panelsOf(section: Validation, scene: Scene): MeasuredPanel[] {
  return section.panels.filter((panel) => pointsOf(panel, scene).length > 0);
}

interface Tiling {
  columns: number;
  width: number;
  height: number;
}

/** Square plots: three beside one another, two on a phone. */
function tiling(count: number, scene: Scene): Tiling {
  const columns = Math.max(1, Math.min(count, scene.narrow ? 2 : 3));
  const width = scene.width / columns;
  return { columns, width, height: Math.min(340, width - gap.left - gap.right) + gap.top + gap.bottom };
}

/** The powers of ten around all values of a panel. */
function extent(points: MeasuredPoint[]): [number, number] {
  const logs = points.flatMap(([, , x, y]) => [x, y].filter((v) => v > 0).map(Math.log10));
  const low = Math.floor(logs.reduce((a, b) => Math.min(a, b)));
  const high = Math.ceil(logs.reduce((a, b) => Math.max(a, b)));
  return [10 ** low, 10 ** Math.max(high, low + 1)];
}

/** Where predicted is `ratio` times measured, inside of the plot. */
function line(ratio: number, [min, max]: [number, number]): [number, number][] {
  return [
    [Math.max(min, min / ratio), Math.max(min, min * ratio)],
    [Math.min(max, max / ratio), Math.min(max, max * ratio)],
  ];
}

/** A label at each decade, or at every second or third where they are more than `count`. */
function tickLabel(value: number, [min, max]: [number, number], count: number): string {
  const step = Math.ceil(Math.log10(max / min) / count - 1e-9);
  return Math.round(Math.log10(value / min)) % step === 0 ? amount(value) : "";
}

function panelName(panel: MeasuredPanel, points: MeasuredPoint[], scene: Scene): string {
  const rows = points.length === 1 ? "1 row" : `${points.length} rows`;
  const figures = scene.view === 0 ? `${rows}, median ${short(100 * panel.errors.median)}%` : rows;
  return `{name|${panel.name}}\n{figures|${figures}}`;
}

export const measured: Chart<Validation> = {
  stepped: "points 0",

  views: (section) =>
    section.panels.some((panel) => panel.points.some(([, , , , apart]) => apart)) ? viewNames : [],

  height(section, scene) {
    const count = panelsOf(section, scene).length;
    const { columns, height } = tiling(count, scene);
    return Math.ceil(count / columns) * height;
  },

  key(section, scene) {
    const families = new Map<string, number>();
    for (const panel of section.panels) {
      for (const [, subject] of pointsOf(panel, scene)) {
        const { family } = section.subjects[subject];
        families.set(family, (families.get(family) ?? 0) + 1);
      }
    }
    return [...families]
      .sort((a, b) => b[1] - a[1])
      .map(([family, rows]): KeyEntry => ({ label: family, figure: String(rows), entity: family }));
  },

  option(section, scene) {
    const { palette } = scene;
    const panels = panelsOf(section, scene);
    const { columns, width, height } = tiling(panels.length, scene);
    const points = panels.map((panel) => pointsOf(panel, scene));
    const extents = points.map(extent);
    const colorOf = (family: string) => {
      const color = palette.entity(family);
      const faded = scene.held !== null && entityOf(scene.held) !== entityOf(family);
      return faded ? mix(color, palette.surface, 0.25) : color;
    };
    const axis = (i: number) => ({
      ...valueAxis(palette),
      type: "log" as const,
      gridIndex: i,
      min: extents[i][0],
      max: extents[i][1],
      axisLabel: {
        color: palette.ink2,
        fontSize: axisSize,
        formatter: (value: number) => tickLabel(value, extents[i], scene.narrow ? 3 : 6),
      },
    });
    const guide = (i: number, name: string, ratio: number, type: "solid" | number[]) => ({
      type: "line",
      name,
      xAxisIndex: i,
      yAxisIndex: i,
      silent: true,
      symbol: "none",
      data: line(ratio, extents[i]),
      lineStyle: { color: palette.ink3, width: 1, type },
      z: 1,
    });
    return {
      ...base(palette),
      grid: panels.map((_, i) => ({
        left: (i % columns) * width + gap.left,
        top: Math.floor(i / columns) * height + gap.top,
        width: width - gap.left - gap.right,
        height: height - gap.top - gap.bottom,
      })),
      tooltip: {
        ...tooltip(palette),
        trigger: "item",
        formatter: ({ seriesName, dataIndex }: { seriesName: string; dataIndex: number }) => {
          const panel = Number(seriesName.replace("points ", ""));
          const [row, subject, was, is] = points[panel][dataIndex];
          return tooltipTable(section.subjects[subject].name, [
            ["row", row],
            [`measured ${panels[panel].name}`, amount(was)],
            ["predicted", amount(is)],
            ["error", `${change(100 * (is / was - 1))}%`],
          ]);
        },
      },
      xAxis: panels.map((_, i) => axis(i)),
      yAxis: panels.map((panel, i) => ({
        ...axis(i),
        name: panelName(panel, points[i], scene),
        nameGap: 8,
        nameTextStyle: {
          align: "left",
          padding: [0, 0, 0, -gap.left + 4],
          rich: {
            name: { color: palette.ink, fontWeight: 600, fontSize: scene.narrow ? 11 : 12.5, lineHeight: 15 },
            figures: { color: palette.ink3, fontSize: scene.narrow ? 11 : axisSize, lineHeight: 14 },
          },
        },
      })),
      series: panels.flatMap((panel, i) => [
        guide(i, "diagonal", 1, "solid"),
        ...(panel.band && scene.view === 0
          ? [guide(i, "band low", 1 / panel.band.high, [4, 3]), guide(i, "band high", 1 / panel.band.low, [4, 3])]
          : []),
        {
          type: "scatter",
          name: `points ${i}`,
          xAxisIndex: i,
          yAxisIndex: i,
          symbolSize: scene.narrow ? 4 : 5,
          data: points[i].map(([, subject, was, is]) => {
            const { family } = section.subjects[subject];
            return {
              value: [was, is],
              symbol: symbolOf(entityOf(family).mark),
              itemStyle: { color: colorOf(family) },
            };
          }),
        },
      ]),
    };
  },
};
