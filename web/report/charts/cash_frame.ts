import type { Cash } from "../document";
import { moneyUnit } from "../numbers";
import { niceScale, type Scale } from "./scale";
import type { Scene } from "./chart";

const top = 26;
const gap = 46;
const heights = { fan: 240, funding: 56, shortfall: 56 };
const left = 44;

/** What the panels of the cash figure share: one time axis, one unit of dollars. */
export interface CashFrame {
  section: Cash;
  scene: Scene;
  unit: { usd: number; name: string };
  /** The end of each step, where its cash stands. */
  ends: number[];
  fanScale: Scale;
  fanHeight: number;
  grids: { fan: object; funding: object; shortfall: object };
  plotWidth: number;
}

export function cashHeight(section: Cash): number {
  const funding = section.funding.length ? heights.funding + gap : 0;
  return top + heights.fan + gap + funding + heights.shortfall + 26;
}

export function cashFrame(section: Cash, scene: Scene): CashFrame {
  const unit = moneyUnit([...section.p5_usd, ...section.p95_usd]);
  const right = section.scenarios.length ? (scene.narrow ? 76 : 116) : 64;
  const lines = [section.p5_usd, section.p95_usd, ...section.scenarios.map((s) => s.cash_usd)];
  const fundingTop = top + heights.fan + gap;
  const shortfallTop = fundingTop + (section.funding.length ? heights.funding + gap : 0);
  return {
    section,
    scene,
    unit,
    ends: section.steps.edges.slice(1),
    fanScale: niceScale(lines.flat().map((usd) => usd / unit.usd), 6),
    fanHeight: heights.fan,
    grids: {
      fan: { top, height: heights.fan, left, right },
      funding: { top: fundingTop, height: heights.funding, left, right },
      shortfall: { top: shortfallTop, height: heights.shortfall, left, right },
    },
    plotWidth: scene.width - left - right,
  };
}

/** The name of a panel stands over its axis, from the left edge of the figures. */
export function panelName(name: string, frame: CashFrame, nameGap = 14) {
  return {
    name,
    nameGap,
    nameTextStyle: { color: frame.scene.palette.ink3, align: "left", padding: [0, 0, 0, -30] },
  };
}
