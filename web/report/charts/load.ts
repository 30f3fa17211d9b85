import type { LoadPicture, LoadPoint, ReplayFleet } from "../document";
import { short } from "../numbers";
import { entityOf } from "../theme/table";
import { base, tooltip, valueAxis } from "./axes";
import type { Chart } from "./chart";
import { fleetColor, fleetDepth, fleetKey, fleetLine } from "./fleet_lines";
import { symbolOf } from "./marks";
import { niceScale } from "./scale";
import { tooltipTable } from "./tooltip_text";

const grid = { top: 32, height: 250, bottom: 48 };

const views = [
  { name: "Goodput", axis: "requests within their objective, /s", of: (p: LoadPoint) => p.goodput },
  { name: "Share kept", axis: "requests within their objective, %", of: (p: LoadPoint) => 100 * p.attainment },
];

/** What a fleet keeps of a growing load. */
export function load(fleets: ReplayFleet[]): Chart<LoadPicture> {
  return {
    stepped: "points",
    views: () => views.map(({ name }) => name),
    height: () => grid.top + grid.height + grid.bottom,
    key: (section, scene) =>
      fleetKey(
        fleets,
        section.curves.map((curve) =>
          curve.length ? `most ${short(Math.max(...curve.map((p) => p.goodput)))}/s` : "not run",
        ),
        scene,
      ).filter((_, fleet) => section.curves[fleet].length > 0),

    option(section, scene) {
      const { palette, narrow } = scene;
      const view = views[scene.view] ?? views[0];
      const points = section.curves.flatMap((curve, fleet) => curve.map((point) => ({ fleet, point })));
      const rates = niceScale(points.map(({ point }) => point.rate), narrow ? 4 : 8);
      const heights = scene.view === 1 ? { min: 0, max: 100, interval: 25 } : niceScale(points.map(({ point }) => point.goodput), 5);
      const most = Math.min(rates.max, heights.max);
      return {
        ...base(palette),
        grid: { top: grid.top, height: grid.height, left: 46, right: 18 },
        tooltip: {
          ...tooltip(palette),
          trigger: "item",
          formatter: ({ seriesName, dataIndex }: { seriesName: string; dataIndex: number }) => {
            if (seriesName !== "points") return "";
            const { fleet, point } = points[dataIndex];
            return tooltipTable(fleets[fleet].name, [
              ["offered", `${short(point.rate, 2)} requests/s`],
              ["goodput", `${short(point.goodput, 2)} requests/s`],
              ["within the objective", `${short(100 * point.attainment)}%`],
            ]);
          },
        },
        xAxis: {
          ...valueAxis(palette),
          ...rates,
          axisLine: { show: true, onZero: false, lineStyle: { color: palette.ink3 } },
          splitLine: { show: false },
          name: "requests offered, /s",
          nameLocation: "middle",
          nameGap: 28,
        },
        yAxis: {
          ...valueAxis(palette),
          ...heights,
          name: view.axis,
          nameGap: 14,
          nameTextStyle: { color: palette.ink3, align: "left", padding: [0, 0, 0, -36] },
        },
        series: [
          {
            type: "line",
            name: "all kept",
            silent: true,
            symbol: "none",
            data: scene.view === 1 ? [] : [[0, 0], [most, most]],
            lineStyle: { color: palette.ink3, width: 1, type: [3, 3] },
            endLabel: { show: scene.view !== 1, formatter: "all kept", color: palette.ink3, offset: [-52, 0] },
            z: 1,
          },
          ...section.curves.map((curve, fleet) => ({
            type: "line",
            name: fleets[fleet].name,
            silent: true,
            symbol: "none",
            data: curve.map((point) => [point.rate, view.of(point)]),
            lineStyle: fleetLine(fleets, fleet, scene),
            z: fleetDepth(fleets, fleet, scene),
          })),
          {
            type: "scatter",
            name: "points",
            data: points.map(({ fleet, point }) => ({
              value: [point.rate, view.of(point)],
              symbol: symbolOf(entityOf(fleets[fleet].family).mark),
              symbolSize: 7,
              itemStyle: { color: fleetColor(fleets, fleet, scene), borderColor: palette.surface, borderWidth: 1 },
            })),
            z: 5,
          },
        ],
      };
    },
  };
}
