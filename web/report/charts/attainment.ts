import type { AttainmentPicture, ReplayFleet } from "../document";
import { short } from "../numbers";
import type { Chart } from "./chart";
import { fleetKey } from "./fleet_lines";
import { niceScale } from "./scale";
import { known, panelsHeight, steppedLine, timePanels } from "./time_panels";

const heights = [190, 70];

/** The share of requests within their objective by arrival, over the load that arrives. */
export function attainment(fleets: ReplayFleet[]): Chart<AttainmentPicture> {
  return {
    stepped: steppedLine,
    height: () => panelsHeight(heights),
    key: (section, scene) =>
      fleetKey(
        fleets,
        section.attainment.map((line) => {
          const shares = known([line]);
          return shares.length ? `lowest ${short(100 * Math.min(...shares))}%` : "";
        }),
        scene,
      ),
    option(section, scene) {
      const shares = section.attainment.map((line) => line.map((share) => (share === null ? null : 100 * share)));
      const lowest = Math.min(100, ...known(shares));
      const min = lowest > 90 ? 90 : lowest > 50 ? 50 : 0;
      return timePanels(
        {
          fleets,
          period: section.period_s,
          panels: [
            {
              name: "requests within their objective",
              word: "kept",
              height: heights[0],
              lines: shares,
              scale: { min, max: 100, interval: min === 90 ? 2.5 : min === 50 ? 10 : 25 },
              axisText: (v) => `${short(v)}%`,
              figureText: (v) => `${short(v)}%`,
            },
            {
              name: "arrivals, requests/s",
              word: "arrivals/s",
              height: heights[1],
              lines: section.arrivals_per_s,
              ofAll: section.arrivals_per_s.length === 1,
              scale: niceScale(known(section.arrivals_per_s), 2),
              axisText: (v) => short(v),
              figureText: (v) => short(v, 2),
            },
          ],
        },
        scene,
      );
    },
  };
}
