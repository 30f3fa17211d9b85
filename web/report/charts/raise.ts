import type { Raise } from "../document";
import { fixed, money, moneyUnit, short } from "../numbers";
import { base, tooltip, valueAxis } from "./axes";
import type { Chart } from "./chart";
import { niceScale, spread } from "./scale";
import { tooltipTable } from "./tooltip_text";

const plot = { top: 28, height: 240, bottom: 46 };

/** "end of 2027" for 2028.0, "mid 2027" style dates stay as decimal years. */
function endName(year: number): string {
  return Number.isInteger(year) ? `end of ${year - 1}` : fixed(year, 2);
}

export const raise: Chart<Raise> = {
  stepped: "curve 0",
  height: () => plot.top + plot.height + plot.bottom,

  option(section, scene) {
    const { palette } = scene;
    const { usd: unit, name } = moneyUnit(section.curves.flatMap((c) => c.minimum_usd));
    const values = section.curves.map((c) => c.minimum_usd.map((usd) => usd / unit));
    const announced = section.announced.map((sum) => sum.amount_usd / unit);
    const scale = niceScale([...values.flat(), ...announced], 5);
    const lasts = values.map((curve) => curve[curve.length - 1]);
    const shifts = spread(
      lasts.map((last) => (plot.height * (scale.max - last)) / (scale.max - scale.min)),
      16,
    );
    return {
      ...base(palette),
      grid: { top: plot.top, height: plot.height, left: 44, right: 64 },
      tooltip: {
        ...tooltip(palette),
        trigger: "axis",
        formatter: (points: { dataIndex: number }[]) => {
          const at = points[0]?.dataIndex ?? 0;
          return tooltipTable(
            endName(section.ends[at]),
            section.curves.map((c) => [
              `${short(100 * c.confidence)}% of paths`,
              money(c.minimum_usd[at]),
            ]),
          );
        },
      },
      xAxis: {
        type: "category",
        boundaryGap: false,
        data: section.ends.map((end) => (Number.isInteger(end) ? String(end - 1) : fixed(end, 2))),
        axisLine: { lineStyle: { color: palette.ink3 } },
        axisTick: { show: false },
        axisLabel: { color: palette.ink2 },
        name: "bills paid to the end of",
        nameLocation: "middle",
        nameGap: 30,
        nameTextStyle: { color: palette.ink3 },
      },
      yAxis: {
        ...valueAxis(palette),
        ...scale,
        name: `minimum raise, ${name}`,
        nameGap: 12,
        nameTextStyle: { color: palette.ink3, align: "left", padding: [0, 0, 0, -30] },
        axisLabel: { ...valueAxis(palette).axisLabel, formatter: (v: number) => short(v) },
      },
      series: [
        ...section.announced.map((sum, i) => ({
          type: "line",
          name: sum.name,
          symbol: "none",
          silent: true,
          data: section.ends.map(() => announced[i]),
          lineStyle: { color: palette.ink3, width: 1, type: [3, 3] },
        })),
        {
          type: "scatter",
          name: "announced",
          silent: true,
          symbolSize: 0,
          data: announced.map((at) => [0, at]),
          label: {
            show: true,
            position: "right",
            distance: 4,
            offset: [0, -9],
            color: palette.ink2,
            fontSize: 11,
            textBorderColor: palette.surface,
            textBorderWidth: 3,
            formatter: ({ dataIndex }: { dataIndex: number }) => {
              const sum = section.announced[dataIndex];
              return `${sum.name}, ${money(sum.amount_usd)}`;
            },
          },
          z: 4,
        },
        ...section.curves.map((curve, i) => ({
          type: "line",
          name: `curve ${i}`,
          symbol: "circle",
          symbolSize: 6,
          data: values[i],
          lineStyle: {
            color: palette.ink,
            width: curve.confidence === 0.95 ? 2.2 : 1.2,
            type: curve.confidence === 0.95 ? "solid" : [5, 3],
          },
          itemStyle: { color: palette.ink },
          endLabel: {
            show: true,
            distance: 8,
            offset: [0, shifts[i]],
            formatter: `${short(100 * curve.confidence)}%`,
            color: palette.ink,
            fontWeight: curve.confidence === 0.95 ? 600 : 400,
          },
        })),
      ],
    };
  },
};
