import { short } from "../numbers";
import { valueAxis } from "./axes";
import type { Scene } from "./chart";
import { niceScale } from "./scale";

export interface ElapsedUnit {
  seconds: number;
  name: string;
}

/** The unit in which a span of time is read. */
export function elapsedUnit(span: number): ElapsedUnit {
  if (span <= 300) return { seconds: 1, name: "s" };
  if (span <= 3 * 3600) return { seconds: 60, name: "min" };
  if (span <= 4 * 86400) return { seconds: 3600, name: "h" };
  return { seconds: 86400, name: "days" };
}

/** Time since a trace began, over `span` seconds. */
export function elapsedAxis(span: number, scene: Scene) {
  const { palette } = scene;
  const unit = elapsedUnit(span);
  return {
    ...valueAxis(palette),
    ...niceScale([span / unit.seconds], scene.narrow ? 4 : 8),
    max: span / unit.seconds,
    axisLine: { show: true, onZero: false, lineStyle: { color: palette.ink3 } },
    splitLine: { show: false },
    name: `${unit.name} since the trace began`,
    nameLocation: "middle",
    nameGap: 26,
    axisLabel: { ...valueAxis(palette).axisLabel, showMaxLabel: false, formatter: (v: number) => short(v) },
  };
}

/** "12 to 13 min": a period by its index. */
export function periodText(index: number, period: number, unit: ElapsedUnit): string {
  const at = (i: number) => short((i * period) / unit.seconds, 2);
  return `${at(index)} to ${at(index + 1)} ${unit.name}`;
}

/** The values of periods as points, each at the middle of its period. */
export function periodPoints(values: (number | null)[], period: number, unit: ElapsedUnit) {
  return values.map((value, i) => [((i + 0.5) * period) / unit.seconds, value]);
}
