import type { Tornado } from "../document";
import { change, moneyUnit, range, short } from "../numbers";
import { base, sideNames, tooltip, valueAxis } from "./axes";
import type { Chart } from "./chart";
import { niceScale } from "./scale";
import { tooltipTable } from "./tooltip_text";

const lineHeight = 14;
const nameWidth = { narrow: 104, wide: 188 };
const rangeWidth = 122;

/** Lines that `text` takes when it is broken to `width`: some 6 pixels a letter, words kept. */
function lines(text: string, width: number): number {
  return Math.ceil((text.length * 6.4) / width);
}

/** Of every row: what the longest name or range needs, so that no two touch. */
function rowHeight(section: Tornado, narrow: boolean): number {
  const most = section.rows.map((row) =>
    Math.max(
      lines(row.input, narrow ? nameWidth.narrow : nameWidth.wide),
      narrow ? 1 : lines(range(row.low, row.high), rangeWidth),
    ),
  );
  return Math.max(34, 8 + lineHeight * Math.max(1, ...most));
}

/** Dollars are drawn in billions (or millions), probabilities in percentage points. */
function unitOf(section: Tornado): { size: number; name: string } {
  if (section.unit === "probability") return { size: 0.01, name: "pt" };
  const unit = moneyUnit(section.rows.flatMap((row) => [row.change_at_low, row.change_at_high]));
  return { size: unit.usd, name: unit.name };
}

/** Holds all bars and leaves room for a label at both ends. */
function scaleOf(changes: number[], plotWidth: number) {
  const low = Math.min(0, ...changes);
  const high = Math.max(0, ...changes);
  const labels = (46 * (high - low)) / Math.max(60, plotWidth - 92);
  return niceScale([low - labels, high + labels], plotWidth < 400 ? 5 : 7);
}

export const tornado: Chart<Tornado> = {
  stepped: "high",
  height: (section, { narrow }) => section.rows.length * rowHeight(section, narrow) + 44,

  key: (_, { palette }) => [
    { label: "input at its low", figure: "", color: palette.inputLow },
    { label: "input at its high", figure: "", color: palette.inputHigh },
  ],

  option(section, scene) {
    const { palette, narrow } = scene;
    const unit = unitOf(section);
    const lows = section.rows.map((row) => row.change_at_low / unit.size);
    const highs = section.rows.map((row) => row.change_at_high / unit.size);
    const margin = narrow ? { left: 116, right: 20 } : { left: 200, right: 130 };
    const scale = scaleOf([...lows, ...highs], scene.width - margin.left - margin.right);
    const bar = (name: string, values: number[], color: string) => ({
      type: "bar",
      name,
      barGap: "-100%",
      barWidth: 14,
      data: values.map((value) => ({
        value,
        label: { position: value < 0 ? "left" : "right" },
      })),
      itemStyle: { color },
      label: {
        show: true,
        formatter: ({ value }: { value: number }) => (value === 0 ? "" : change(value)),
        color: palette.ink2,
        fontSize: 11.5,
      },
    });
    return {
      ...base(palette),
      grid: { top: 8, bottom: 30, ...margin },
      tooltip: {
        ...tooltip(palette),
        trigger: "item",
        formatter: ({ dataIndex }: { dataIndex: number }) => {
          const row = section.rows[dataIndex];
          return tooltipTable(row.input, [
            [`at ${row.low}`, `${change(lows[dataIndex])} ${unit.name}`],
            [`at ${row.high}`, `${change(highs[dataIndex])} ${unit.name}`],
          ]);
        },
      },
      xAxis: {
        ...valueAxis(palette),
        ...scale,
        axisLabel: {
          color: palette.ink2,
          formatter: (v: number) =>
            v === 0
              ? short(section.unit === "probability" ? 100 * section.base : section.base / unit.size)
              : change(v, Number.isInteger(scale.interval) ? 0 : 1),
        },
      },
      yAxis: [
        {
          ...sideNames,
          data: section.rows.map((row) => row.input),
          axisLabel: {
            color: palette.ink,
            fontSize: 12,
            lineHeight,
            interval: 0,
            width: narrow ? nameWidth.narrow : nameWidth.wide,
            overflow: "break",
          },
        },
        {
          ...sideNames,
          show: !narrow,
          position: "right",
          data: section.rows.map((row) => range(row.low, row.high)),
          axisLabel: {
            color: palette.ink3,
            fontSize: 11.5,
            lineHeight: 13,
            interval: 0,
            width: rangeWidth,
            overflow: "break",
          },
        },
      ],
      series: [
        bar("low", lows, palette.inputLow),
        bar("high", highs, palette.inputHigh),
        { type: "bar", yAxisIndex: 1, data: [] },
      ],
    };
  },
};
