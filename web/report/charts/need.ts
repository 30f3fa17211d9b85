import type { Need } from "../document";
import { mix } from "../theme/mix";
import { money, moneyUnit, range, short } from "../numbers";
import { entityOf } from "../theme/table";
import { base, tooltip, valueAxis } from "./axes";
import type { Chart, KeyEntry } from "./chart";
import { errorBar, type Drawing } from "./error_bar";
import { niceScale } from "./scale";
import { tooltipTable } from "./tooltip_text";

export const need: Chart<Need> = {
  stepped: "need",
  height: () => 320,

  key: (section) => [
    { label: "need, with its 80% band", figure: "", line: "solid" },
    ...section.layers
      .map(
        (layer): KeyEntry => ({
          label: layer.supplier,
          figure: money(layer.usd.reduce((sum, usd) => sum + usd, 0)),
          entity: layer.supplier,
          texture: "plain",
        }),
      )
      .reverse(),
  ],

  option(section, scene) {
    const { palette } = scene;
    const totals = section.years.map((_, year) =>
      section.layers.reduce((sum, layer) => sum + layer.usd[year], 0),
    );
    const highs = section.need_usd.map((n) => n.band?.high ?? n.value);
    const { usd: unit, name } = moneyUnit([...highs, ...totals]);
    return {
      ...base(palette),
      grid: { top: 28, bottom: 26, left: 44, right: 16 },
      tooltip: {
        ...tooltip(palette),
        trigger: "axis",
        axisPointer: { type: "shadow", shadowStyle: { color: palette.sunk, opacity: 0.6 } },
        formatter: (points: { dataIndex: number }[]) => {
          const year = points[0]?.dataIndex ?? 0;
          const wanted = section.need_usd[year];
          return tooltipTable(String(section.years[year]), [
            ["need", money(wanted.value)],
            ...(wanted.band
              ? [["80% band", range(money(wanted.band.low), money(wanted.band.high))] as [string, string]]
              : []),
            ["signed", money(totals[year])],
            ...section.layers
              .map((l): [string, string] => [l.supplier, money(l.usd[year])])
              .reverse(),
          ]);
        },
      },
      xAxis: {
        type: "category",
        data: section.years.map((year) =>
          scene.narrow ? `\u2019${String(year % 100).padStart(2, "0")}` : String(year),
        ),
        axisLine: { lineStyle: { color: palette.ink3 } },
        axisTick: { show: false },
        axisLabel: { color: palette.ink2 },
      },
      yAxis: {
        ...valueAxis(palette),
        ...niceScale([...highs, ...totals].map((usd) => usd / unit), 5),
        name: `${name} a year`,
        nameGap: 12,
        nameTextStyle: { color: palette.ink3, align: "left", padding: [0, 0, 0, -30] },
        axisLabel: { ...valueAxis(palette).axisLabel, formatter: (v: number) => short(v) },
      },
      series: [
        ...section.layers.map((layer) => {
          const color = palette.entity(layer.supplier);
          const faded = scene.held !== null && entityOf(scene.held) !== entityOf(layer.supplier);
          return {
            type: "bar",
            name: layer.supplier,
            stack: "signed",
            barWidth: "56%",
            data: layer.usd.map((usd) => usd / unit),
            itemStyle: {
              color: faded ? mix(color, palette.surface, 0.25) : color,
              borderColor: palette.surface,
              borderWidth: 0.5,
            },
          };
        }),
        {
          type: "custom",
          name: "need band",
          silent: true,
          data: section.years.map((_, year) => [year, section.need_usd[year].value / unit]),
          renderItem: (_: unknown, api: Drawing) => {
            const { band } = section.need_usd[api.value(0)];
            if (!band) return { type: "group", children: [] };
            return errorBar(api, api.value(0), band.low / unit, band.high / unit, {
              color: palette.ink,
              along: "y",
              cap: 10,
            });
          },
          z: 4,
        },
        {
          type: "scatter",
          name: "need",
          symbolSize: 10,
          data: section.need_usd.map((n) => n.value / unit),
          itemStyle: { color: palette.ink, borderColor: palette.surface, borderWidth: 1.5 },
          z: 5,
        },
      ],
    };
  },
};
