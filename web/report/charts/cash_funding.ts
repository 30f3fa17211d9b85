import type { Cash } from "../document";
import { change, short } from "../numbers";
import { mix } from "../theme/mix";
import { valueAxis } from "./axes";
import { panelName, type CashFrame } from "./cash_frame";

/** Money that has come in if every listed line pays at its date: a staircase. */
function fundingSteps(section: Cash, usd: number): [number, number][] {
  const first = section.steps.edges[0];
  const end = section.steps.edges[section.steps.edges.length - 1];
  const points: [number, number][] = [[first, 0]];
  let sum = 0;
  for (const line of [...section.funding].sort((a, b) => a.at_year - b.at_year)) {
    const at = Math.min(Math.max(line.at_year, first), end);
    points.push([at, sum], [at, (sum += line.amount_usd / usd)]);
  }
  return [...points, [end, sum]];
}

/** The listed lines of funding under the fan, on the same time axis. */
export function fundingPanel(frame: CashFrame) {
  const { palette } = frame.scene;
  const steps = fundingSteps(frame.section, frame.unit.usd);
  const raised = steps[steps.length - 1][1];
  return {
    yAxis: {
      ...valueAxis(palette),
      ...panelName(`listed funding if all of it comes, ${frame.unit.name}`, frame),
      gridIndex: 2,
      min: 0,
      max: raised,
      interval: raised,
      axisLabel: { ...valueAxis(palette).axisLabel, formatter: (v: number) => short(v) },
    },
    series: [
      {
        type: "line",
        name: "funding",
        xAxisIndex: 2,
        yAxisIndex: 2,
        symbol: "none",
        silent: true,
        data: steps,
        lineStyle: { color: palette.ink2, width: 1.4 },
        areaStyle: { color: mix(palette.ink, palette.surface, 0.09), opacity: 1 },
        endLabel: { show: true, formatter: change(raised), color: palette.ink3 },
      },
    ],
  };
}
