import type { Scaling, ScalingPoint } from "../document";
import { amount, short } from "../numbers";
import { symbolOf } from "./marks";
import { entityOf } from "../theme/table";
import { axisSize, base, tooltip, valueAxis } from "./axes";
import type { Chart } from "./chart";
import { tooltipTable } from "./tooltip_text";

const plot = { top: 30, height: 260, bottom: 46 };

interface View {
  name: string;
  of(point: ScalingPoint): number;
  text(value: number): string;
  log: boolean;
}

const percent = (share: number) => `${short(100 * share)}%`;

const views: View[] = [
  { name: "efficiency", of: (p) => p.efficiency, text: percent, log: false },
  { name: "tokens/s", of: (p) => p.tokens_per_s, text: amount, log: true },
  { name: "tokens/s of the run", of: (p) => p.tokens_per_s * p.goodput, text: amount, log: true },
  { name: "MFU", of: (p) => p.mfu, text: percent, log: false },
  { name: "goodput", of: (p) => p.goodput, text: percent, log: false },
];

/** Strong and weak scaling over chips, doubled from mark to mark. */
export function scaling(family: string): Chart<Scaling> {
  return {
    stepped: "strong",
    views: () => views.map(({ name }) => name),
    height: () => plot.top + plot.height + plot.bottom,
    key: (_, { palette }) => [
      { label: "strong: the same batch", figure: "", color: palette.entity(family), line: "solid" },
      { label: "weak: the same sequences a chip", figure: "", color: palette.ink3, line: "dashed" },
    ],

    option(section, scene) {
      const { palette, narrow } = scene;
      const view = views[scene.view] ?? views[0];
      const chips = [...new Set([...section.strong, ...section.weak].map((p) => p.chips))].sort(
        (a, b) => a - b,
      );
      const curve = (points: ScalingPoint[]) =>
        chips.map((count) => {
          const point = points.find((one) => one.chips === count);
          return point ? view.of(point) : null;
        });
      const line = (name: string, points: ScalingPoint[], color: string, dashed: boolean) => ({
        type: "line",
        name,
        data: curve(points),
        symbol: dashed ? "circle" : symbolOf(entityOf(family).mark),
        symbolSize: 7,
        lineStyle: { color, width: dashed ? 1.4 : 2.2, type: dashed ? [5, 3] : "solid" },
        itemStyle: dashed ? { color: palette.surface, borderColor: color, borderWidth: 1.4 } : { color },
      });
      const values = [...curve(section.strong), ...curve(section.weak)].filter((v) => v !== null);
      return {
        ...base(palette),
        grid: { top: plot.top, height: plot.height, left: narrow ? 50 : 60, right: narrow ? 14 : 24 },
        tooltip: {
          ...tooltip(palette),
          trigger: "axis",
          formatter: (shown: { dataIndex: number }[]) => {
            const count = chips[shown[0]?.dataIndex ?? 0];
            const rows = (["strong", "weak"] as const).flatMap((name): [string, string][] => {
              const point = section[name].find((one) => one.chips === count);
              return point ? [[`${name}, ${point.global_batch} sequences`, view.text(view.of(point))]] : [];
            });
            return tooltipTable(`${count.toLocaleString("en-US")} chips`, rows);
          },
        },
        xAxis: {
          type: "category",
          data: chips.map((count) => count.toLocaleString("en-US")),
          axisLine: { lineStyle: { color: palette.ink3 } },
          axisTick: { show: false },
          axisLabel: { color: palette.ink2, fontSize: axisSize },
          name: "chips, doubled each time",
          nameLocation: "middle",
          nameGap: 30,
          nameTextStyle: { color: palette.ink3 },
        },
        yAxis: {
          ...valueAxis(palette),
          ...(view.log
            ? {
                type: "log",
                logBase: 2,
                min: 2 ** Math.floor(Math.log2(Math.min(...values))),
                max: 2 ** Math.ceil(Math.log2(Math.max(...values))),
              }
            : { min: 0, max: Math.max(0.1, Math.ceil(10 * Math.max(...values) - 1e-9) / 10) }),
          name: view.log ? `${view.name}, log scale` : view.name,
          nameGap: 12,
          nameTextStyle: { color: palette.ink3, align: "left", padding: [0, 0, 0, narrow ? -40 : -48] },
          axisLabel: { ...valueAxis(palette).axisLabel, formatter: (v: number) => view.text(Number(v.toPrecision(2))) },
        },
        series: [
          line("strong", section.strong, palette.entity(family), false),
          line("weak", section.weak, palette.ink3, true),
        ],
      };
    },
  };
}
