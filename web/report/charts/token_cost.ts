import type { TokenCost } from "../document";
import { fixed, range } from "../numbers";
import { mix } from "../theme/mix";
import { entityOf } from "../theme/table";
import { axisSize, base, sideNames, tooltip, valueAxis } from "./axes";
import type { Chart, Scene } from "./chart";
import { errorBar, rowTick, type Drawing } from "./error_bar";
import { symbolOf } from "./marks";
import { tooltipTable } from "./tooltip_text";

type Row = TokenCost["rows"][number];

const rowHeight = 32;

function bandText(row: Row): string {
  const band = row.usd_per_million_tokens.band;
  return band ? range(fixed(band.low, 2), fixed(band.high, 2)) : "";
}

function colorOf(row: Row, scene: Scene): string {
  const color = scene.palette.entity(row.family);
  const faded = scene.held !== null && entityOf(scene.held) !== entityOf(row.family);
  return faded ? mix(color, scene.palette.surface, 0.25) : color;
}

/** The powers of two around all values, so that the log axis starts and ends on a label. */
function extent(rows: Row[]): [number, number] {
  const all = rows.flatMap((row) => {
    const { value, band } = row.usd_per_million_tokens;
    return [value, ...(band ? [band.low, band.high] : []), ...row.measured];
  });
  const positive = all.filter((value) => value > 0);
  return [
    2 ** Math.floor(Math.log2(Math.min(...positive))),
    2 ** Math.ceil(Math.log2(Math.max(...positive))),
  ];
}

function rowLabel(row: Row, narrow: boolean): string {
  const value = `{value|$${fixed(row.usd_per_million_tokens.value, 2)}}`;
  const band = narrow ? "" : `{band|${bandText(row)}}`;
  return `${value}${band}{count|n ${row.measurements}}`;
}

export const tokenCost: Chart<TokenCost> = {
  stepped: "prices",
  height: (section) => section.rows.length * rowHeight + 56,

  option(section, scene) {
    const { palette, narrow } = scene;
    const { rows } = section;
    const [min, max] = extent(rows);
    const names = rows.map((row) => row.system);
    return {
      ...base(palette),
      grid: { top: 4, bottom: 52, left: narrow ? 96 : 150, right: narrow ? 92 : 164 },
      tooltip: {
        ...tooltip(palette),
        trigger: "item",
        formatter: ({ dataIndex }: { dataIndex: number }) => {
          const row = rows[dataIndex];
          return tooltipTable(row.system, [
            ["$/Mtok", `$${fixed(row.usd_per_million_tokens.value, 2)}`],
            ["80% band", bandText(row) || "\u2013"],
            ["measured points", String(row.measurements)],
          ]);
        },
      },
      xAxis: {
        ...valueAxis(palette),
        type: "log",
        logBase: 2,
        min,
        max,
        name: "$ per million output tokens, log scale",
        nameLocation: "middle",
        nameGap: 30,
        axisLabel: {
          color: palette.ink2,
          fontSize: axisSize,
          formatter: (v: number) => `$${v < 1 ? fixed(v, 2) : v}`,
        },
      },
      yAxis: [
        {
          ...sideNames,
          data: names,
          splitLine: { show: true, lineStyle: { color: palette.grid } },
          axisLabel: {
            color: palette.ink,
            fontSize: 12,
            lineHeight: 13,
            width: narrow ? 88 : 142,
            overflow: "break",
          },
        },
        {
          ...sideNames,
          position: "right",
          data: rows.map((row) => rowLabel(row, narrow)),
          axisLabel: {
            align: "left",
            rich: {
              value: { fontWeight: 600, color: palette.ink, fontSize: 12.5, width: 46 },
              band: { color: palette.ink3, width: 64, fontSize: 12 },
              count: { color: palette.ink3, fontSize: 12 },
            },
          },
        },
      ],
      series: [
        {
          type: "custom",
          name: "bands",
          silent: true,
          data: rows.map((row, i) => [i, row.usd_per_million_tokens.value]),
          encode: { x: 1, y: 0 },
          renderItem: (_: unknown, api: Drawing) => {
            const at = api.value(0);
            const color = colorOf(rows[at], scene);
            const { band } = rows[at].usd_per_million_tokens;
            const ticks = rows[at].measured.map((point) => rowTick(api, point, at, color));
            const bar = band
              ? [errorBar(api, at, band.low, band.high, { color, along: "x", cap: 8 })]
              : [];
            return { type: "group", children: [...bar, ...ticks] };
          },
        },
        {
          type: "scatter",
          name: "prices",
          symbolSize: 11,
          yAxisIndex: 0,
          data: rows.map((row, i) => {
            const color = colorOf(row, scene);
            const hollow = row.measurements === 0;
            return {
              value: [row.usd_per_million_tokens.value, i],
              symbol: symbolOf(entityOf(row.family).mark),
              itemStyle: {
                color: hollow ? palette.surface : color,
                borderColor: color,
                borderWidth: hollow ? 2 : 0,
              },
            };
          }),
        },
        { type: "scatter", yAxisIndex: 1, data: [], silent: true },
      ],
    };
  },
};
