import type { Composition } from "../document";
import { short } from "../numbers";
import { mix } from "../theme/mix";
import { base, sideNames, tooltip, valueAxis } from "./axes";
import type { Chart, Scene } from "./chart";
import { niceScale } from "./scale";
import { tooltipTable } from "./tooltip_text";

type Part = Composition["parts"][number];

const rowHeight = 24;

/** What is useful wears the colour of the chips; what waits and the rest are greys. */
function colorOf(kind: Part["kind"], family: string, { palette }: Scene): string {
  if (kind === "useful") return palette.entity(family);
  return kind === "waiting" ? palette.inputLow : mix(palette.inputLow, palette.surface, 0.45);
}

function figure(amount: number): string {
  return short(amount, amount < 10 ? 2 : 1);
}

/** A stacked bar, unrolled: each part has its own line and begins where the last one ended. */
export function composition(family: string): Chart<Composition> {
  return {
    stepped: "part",
    height: (section) => section.parts.length * rowHeight + 52,

    option(section, scene) {
      const { palette, narrow } = scene;
      const total = section.parts.reduce((sum, part) => sum + part.amount, 0);
      const begins = section.parts.map((_, i) =>
        section.parts.slice(0, i).reduce((sum, part) => sum + part.amount, 0),
      );
      const share = (part: Part) => `${short((100 * part.amount) / total)}%`;
      return {
        ...base(palette),
        grid: { top: 4, bottom: 46, left: narrow ? 124 : 168, right: narrow ? 92 : 104 },
        tooltip: {
          ...tooltip(palette),
          trigger: "item",
          formatter: ({ dataIndex }: { dataIndex: number }) => {
            const part = section.parts[dataIndex];
            return tooltipTable(part.name, [
              [section.unit, figure(part.amount)],
              ["share", share(part)],
            ]);
          },
        },
        xAxis: {
          ...valueAxis(palette),
          ...niceScale([total], narrow ? 4 : 6),
          max: total,
          name: section.unit,
          nameLocation: "middle",
          nameGap: 26,
          axisLabel: {
            ...valueAxis(palette).axisLabel,
            showMaxLabel: false,
            formatter: (v: number) => short(v),
          },
        },
        yAxis: [
          {
            ...sideNames,
            data: section.parts.map(({ name }) => name),
            axisLabel: {
              color: palette.ink,
              fontSize: 12,
              interval: 0,
              lineHeight: 12,
              width: narrow ? 118 : 160,
              overflow: "break",
            },
          },
          {
            ...sideNames,
            position: "right",
            data: section.parts.map((part) => `{value|${figure(part.amount)}}{share|${share(part)}}`),
            axisLabel: {
              interval: 0,
              rich: {
                value: { fontWeight: 600, color: palette.ink, fontSize: 12.5, width: 42 },
                share: { color: palette.ink3, fontSize: 12 },
              },
            },
          },
        ],
        series: [
          {
            type: "bar",
            name: "before",
            stack: "whole",
            silent: true,
            barWidth: 14,
            data: begins,
            itemStyle: { color: "transparent" },
          },
          {
            type: "bar",
            name: "part",
            stack: "whole",
            barWidth: 14,
            barMinHeight: 1,
            data: section.parts.map(({ amount, kind }) => ({
              value: amount,
              itemStyle: { color: colorOf(kind, family, scene) },
            })),
          },
          { type: "bar", yAxisIndex: 1, data: [], silent: true },
        ],
      };
    },
  };
}
