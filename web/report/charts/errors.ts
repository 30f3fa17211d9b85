import type { ErrorSection } from "../document";
import { change, short } from "../numbers";
import { mix } from "../theme/mix";
import { entityOf } from "../theme/table";
import { axisSize, base, sideNames, tooltip, valueAxis } from "./axes";
import type { Chart, Scene } from "./chart";
import type { Drawing } from "./error_bar";
import { symbolOf } from "./marks";
import { tooltipTable } from "./tooltip_text";

type Segment = ErrorSection["views"][number]["segments"][number];

const rowHeight = 22;

function segmentsOf(section: ErrorSection, scene: Scene): Segment[] {
  return section.views[scene.view]?.segments ?? [];
}

function colorOf(family: string, scene: Scene): string {
  const color = scene.palette.entity(family);
  const faded = scene.held !== null && entityOf(scene.held) !== entityOf(family);
  return faded ? mix(color, scene.palette.surface, 0.25) : color;
}

function percent(share: number): string {
  return `${short(100 * share, share < 0.995 ? 1 : 0)}%`;
}

/** No error is drawn below a thousandth: a log axis has no zero. */
const least = 1e-3;

/** The powers of ten around the errors. */
function extent(segments: Segment[]): [number, number] {
  const all = segments.flatMap(({ errors }) => [errors.median, errors.p90]);
  const low = Math.floor(Math.log10(Math.max(least, Math.min(...all))));
  const high = Math.ceil(Math.log10(Math.max(...all, 1)) - 1e-9);
  return [10 ** low, 10 ** Math.max(high, low + 1)];
}

export const errors: Chart<ErrorSection> = {
  stepped: "medians",
  views: (section) => section.views.map((view) => view.metric),
  height: (section, scene) => segmentsOf(section, scene).length * rowHeight + 56,

  option(section, scene) {
    const { palette, narrow } = scene;
    const segments = segmentsOf(section, scene);
    const [min, max] = extent(segments);
    return {
      ...base(palette),
      grid: { top: 4, bottom: 52, left: narrow ? 104 : 200, right: narrow ? 104 : 156 },
      tooltip: {
        ...tooltip(palette),
        trigger: "item",
        formatter: ({ dataIndex }: { dataIndex: number }) => {
          const { name, errors: e } = segments[dataIndex];
          return tooltipTable(name, [
            ["median error", percent(e.median)],
            ["90% of rows within", percent(e.p90)],
            ["bias", `${change(100 * e.bias)}%`],
            ["in 80% band", e.band_coverage === null ? "\u2013" : percent(e.band_coverage)],
            ["rows", String(e.rows)],
          ]);
        },
      },
      xAxis: {
        ...valueAxis(palette),
        type: "log",
        min,
        max,
        name: "error, log scale: dot at the median, line to P90",
        nameLocation: "middle",
        nameGap: 30,
        axisLabel: { color: palette.ink2, fontSize: axisSize, formatter: percent },
      },
      yAxis: [
        {
          ...sideNames,
          data: segments.map(({ name }) => name),
          splitLine: { show: true, lineStyle: { color: palette.grid } },
          axisLabel: {
            color: palette.ink,
            fontSize: 12,
            interval: 0,
            width: narrow ? 98 : 192,
            overflow: "truncate",
          },
        },
        {
          ...sideNames,
          position: "right",
          data: segments.map(
            ({ errors: e }) =>
              `{value|${percent(e.median)}}${narrow ? "" : `{tail|${percent(e.p90)}}`}{count|n ${e.rows}}`,
          ),
          axisLabel: {
            align: "left",
            interval: 0,
            rich: {
              value: { fontWeight: 600, color: palette.ink, fontSize: 12.5, width: 50 },
              tail: { color: palette.ink3, width: 50, fontSize: 12 },
              count: { color: palette.ink3, fontSize: 12 },
            },
          },
        },
      ],
      series: [
        {
          type: "custom",
          name: "to P90",
          silent: true,
          data: segments.map(({ errors: e }, i) => [i, Math.max(least, e.median), Math.max(least, e.p90)]),
          encode: { x: [1, 2], y: 0 },
          renderItem: (_: unknown, api: Drawing) => {
            const at = api.value(0);
            const [x1, y] = api.coord([api.value(1), at]);
            const [x2] = api.coord([api.value(2), at]);
            return {
              type: "line",
              shape: { x1, y1: y, x2, y2: y },
              style: { stroke: colorOf(segments[at].family, scene), lineWidth: 1.6 },
            };
          },
        },
        {
          type: "scatter",
          name: "medians",
          symbolSize: 9,
          yAxisIndex: 0,
          data: segments.map(({ family, errors: e }, i) => ({
            value: [Math.max(least, e.median), i],
            symbol: symbolOf(entityOf(family).mark),
            itemStyle: { color: colorOf(family, scene) },
          })),
        },
        { type: "scatter", yAxisIndex: 1, data: [], silent: true },
      ],
    };
  },
};
