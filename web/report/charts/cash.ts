import type { Cash } from "../document";
import { money, percent, range } from "../numbers";
import { base, timeAxis, tooltip } from "./axes";
import { fanPanel } from "./cash_fan";
import { cashFrame, cashHeight } from "./cash_frame";
import { fundingPanel } from "./cash_funding";
import { shortfallPanel } from "./cash_shortfall";
import type { Chart } from "./chart";
import { tooltipTable } from "./tooltip_text";

function stepText(section: Cash, step: number): string {
  const at = (values: number[]) => money(values[step]);
  return tooltipTable(section.steps.labels[step], [
    ["median", at(section.median_usd)],
    ["half of paths", range(at(section.p25_usd), at(section.p75_usd))],
    ["nine in ten", range(at(section.p5_usd), at(section.p95_usd))],
    ...section.scenarios.map((s): [string, string] => [s.name, at(s.cash_usd)]),
    ["first shortfall here", `${percent(section.first_shortfall_share[step])}% of paths`],
  ]);
}

export const cash: Chart<Cash> = {
  stepped: "median",
  height: cashHeight,

  option(section, scene) {
    const frame = cashFrame(section, scene);
    const listed = section.funding.length > 0;
    const panels = [fanPanel(frame), shortfallPanel(frame), ...(listed ? [fundingPanel(frame)] : [])];
    const time = timeAxis(section.steps.edges, scene);
    const unlabelled = { ...time, axisLabel: { show: false }, axisLine: { show: false } };
    return {
      ...base(scene.palette),
      grid: [frame.grids.fan, frame.grids.shortfall, ...(listed ? [frame.grids.funding] : [])],
      axisPointer: { link: [{ xAxisIndex: "all" }] },
      tooltip: {
        ...tooltip(scene.palette),
        trigger: "axis",
        formatter: (points: { seriesName: string; dataIndex: number }[]) => {
          const point = points.find((p) => ["median", "first shortfall"].includes(p.seriesName));
          return point ? stepText(section, point.dataIndex) : "";
        },
      },
      xAxis: [
        { ...unlabelled, gridIndex: 0 },
        { ...time, gridIndex: 1 },
        ...(listed ? [{ ...unlabelled, gridIndex: 2 }] : []),
      ],
      yAxis: panels.map((panel) => panel.yAxis),
      series: panels.flatMap((panel): object[] => panel.series),
    };
  },
};
