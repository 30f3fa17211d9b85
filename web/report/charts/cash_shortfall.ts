import { percent } from "../numbers";
import { middles, valueAxis } from "./axes";
import { panelName, type CashFrame } from "./cash_frame";

/** The share of all paths that first run out in each step: a fan alone hides when paths fail. */
export function shortfallPanel(frame: CashFrame) {
  const { section, scene } = frame;
  const { palette } = scene;
  const { edges, labels } = section.steps;
  const peak = Math.max(...section.first_shortfall_share);
  const top = peak > 0 ? peak : 0.01;
  const axes = { xAxisIndex: 1, yAxisIndex: 1 };
  return {
    yAxis: {
      ...valueAxis(palette),
      ...panelName("first shortfall, share of paths", frame),
      gridIndex: 1,
      min: 0,
      max: top,
      interval: top,
      axisLabel: {
        ...valueAxis(palette).axisLabel,
        formatter: (v: number) => (v === 0 ? "0" : `${percent(v)}%`),
      },
    },
    series: [
      {
        ...axes,
        type: "scatter",
        name: "none",
        silent: true,
        symbolSize: 0,
        data: peak > 0 ? [] : [[edges[0], top / 2]],
        label: {
          show: true,
          position: "right",
          formatter: "no path runs out",
          color: palette.ink2,
          fontSize: 11.5,
        },
      },
      {
        ...axes,
        type: "bar",
        name: "first shortfall",
        data: middles(edges).map((year, i) => [year, section.first_shortfall_share[i]]),
        barWidth: Math.max(2, Math.floor((0.7 * frame.plotWidth) / labels.length)),
        itemStyle: { color: palette.bad },
      },
    ],
  };
}
