import type { ReplayFleet } from "../document";
import { mix } from "../theme/mix";
import { entityOf } from "../theme/table";
import type { KeyEntry, Scene } from "./chart";

const dashes: { line: NonNullable<KeyEntry["line"]>; type: "solid" | number[] }[] = [
  { line: "solid", type: "solid" },
  { line: "dashed", type: [7, 4] },
  { line: "dotted", type: [2, 3] },
];

/** How many fleets before this one wear the same colour. */
function place(fleets: ReplayFleet[], fleet: number): number {
  const entity = entityOf(fleets[fleet].family);
  return fleets.slice(0, fleet).filter((one) => entityOf(one.family) === entity).length;
}

export function fleetColor(fleets: ReplayFleet[], fleet: number, { palette, held }: Scene): string {
  const color = palette.entity(fleets[fleet].family);
  return held !== null && held !== fleets[fleet].name ? mix(color, palette.surface, 0.25) : color;
}

/** The style of a fleet's line: the colour of its chips, dashes where others wear it too. */
export function fleetLine(fleets: ReplayFleet[], fleet: number, scene: Scene) {
  return {
    color: fleetColor(fleets, fleet, scene),
    width: 2,
    type: dashes[place(fleets, fleet) % dashes.length].type,
  };
}

/** The held fleet lies over the others. */
export function fleetDepth(fleets: ReplayFleet[], fleet: number, { held }: Scene): number {
  return held === fleets[fleet].name ? 4 : 3;
}

/** The key over a picture of fleets; a fleet can be held. */
export function fleetKey(fleets: ReplayFleet[], figures: string[], { palette }: Scene): KeyEntry[] {
  return fleets.map((fleet, i) => ({
    label: fleet.name,
    figure: figures[i],
    entity: fleet.name,
    color: palette.entity(fleet.family),
    line: dashes[place(fleets, i) % dashes.length].line,
  }));
}
