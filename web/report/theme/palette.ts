import { entityOf, roles, type Mode, type Role } from "./table";

/** The colours of one mode, as the charts use them. */
export type Palette = Record<Role, string> & {
  mode: Mode;
  entity(name: string): string;
};

export function paletteOf(mode: Mode): Palette {
  const shades = Object.fromEntries(
    Object.entries(roles).map(([role, shade]) => [role, shade[mode]]),
  ) as Record<Role, string>;
  return { ...shades, mode, entity: (name) => entityOf(name).shade[mode] };
}
