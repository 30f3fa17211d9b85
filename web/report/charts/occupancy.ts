import type { OccupancyPicture, ReplayFleet } from "../document";
import { amount, short } from "../numbers";
import type { Chart } from "./chart";
import { elapsedUnit } from "./elapsed";
import { fleetKey } from "./fleet_lines";
import { niceScale } from "./scale";
import { known, panelsHeight, steppedLine, timePanels, type TimePanel } from "./time_panels";

const heights = [110, 90, 60, 90];

function panelsOf({ fleets }: OccupancyPicture): TimePanel[] {
  const counted = (name: string, height: number, measure: "waiting" | "decoding" | "replicas"): TimePanel => {
    const lines = fleets.map((fleet) => fleet[measure]);
    return {
      name,
      word: measure,
      height,
      lines,
      scale: niceScale(known(lines), 3),
      axisText: amount,
      figureText: (v) => short(v, 1),
    };
  };
  return [
    counted("requests waiting", heights[0], "waiting"),
    counted("sequences decoding", heights[1], "decoding"),
    { ...counted("replicas in service", heights[2], "replicas"), stepped: true },
    {
      name: "cache used, of the fullest pool",
      word: "cache",
      height: heights[3],
      lines: fleets.map((fleet) => fleet.cache.map((share) => (share === null ? null : 100 * share))),
      scale: { min: 0, max: 100, interval: 50 },
      axisText: (v) => `${v}%`,
      figureText: (v) => `${short(v)}%`,
    },
  ];
}

/** Queue, batch, replicas and cache over the time of the replay. */
export function occupancy(fleets: ReplayFleet[]): Chart<OccupancyPicture> {
  return {
    stepped: steppedLine,
    height: () => panelsHeight(heights),
    key: (section, scene) =>
      fleetKey(
        fleets,
        section.fleets.map(({ waiting }) => `at most ${short(Math.max(0, ...known([waiting])), 0)} waiting`),
        scene,
      ),
    option(section, scene) {
      const option = timePanels({ fleets, period: section.period_s, panels: panelsOf(section) }, scene);
      if (section.warm_up_s <= 0) return option;
      const { palette } = scene;
      const periods = Math.max(...section.fleets.map(({ waiting }) => waiting.length));
      const at = section.warm_up_s / elapsedUnit(periods * section.period_s).seconds;
      const most = panelsOf(section)[0].scale.max;
      const rule = {
        type: "line",
        name: "warm-up",
        silent: true,
        symbol: "none",
        data: [
          [at, 0],
          [at, most],
        ],
        lineStyle: { color: palette.ink2, width: 1, type: [3, 3] },
        endLabel: {
          show: true,
          formatter: "warm-up ends",
          color: palette.ink2,
          offset: [0, 7],
          textBorderColor: palette.surface,
          textBorderWidth: 3,
        },
        z: 6,
      };
      return { ...option, series: [...option.series, rule] };
    },
  };
}
