/** The one table of colours: the style sheet and the charts are both made from it. */

export type Mode = "light" | "dark";
export type Shade = Record<Mode, string>;

/** Shape of a chip's mark; `texture` is what tells the maker inside a supplier's area. */
export type Mark = "square" | "hexagon" | "triangle" | "cross" | "circle" | "diamond" | "pentagon";
export type Texture = "plain" | "hatch" | "lines" | "dots" | "columns" | "cross-hatch" | "coarse-dots";

export interface Entity {
  /** Every name this colour belongs to, in lower case; a maker who also supplies keeps one colour. */
  names: string[];
  shade: Shade;
  mark?: Mark;
  texture?: Texture;
}

export const entities: Entity[] = [
  { names: ["aws", "amazon", "trainium", "inferentia"], shade: { light: "#BB6722", dark: "#FF9E0D" }, mark: "square", texture: "hatch" },
  { names: ["azure", "microsoft", "maia"], shade: { light: "#1C518D", dark: "#3A70D2" }, mark: "hexagon", texture: "lines" },
  { names: ["google", "tpu", "gcp"], shade: { light: "#B88F00", dark: "#E8E778" }, mark: "triangle", texture: "dots" },
  { names: ["oracle", "oci"], shade: { light: "#8F2253", dark: "#AF3990" } },
  { names: ["coreweave"], shade: { light: "#3C817E", dark: "#56A8A0" } },
  { names: ["cerebras"], shade: { light: "#4E341C", dark: "#806238" }, mark: "cross", texture: "columns" },
  { names: ["nvidia"], shade: { light: "#4C8F6A", dark: "#5CA07A" }, mark: "circle", texture: "plain" },
  { names: ["amd"], shade: { light: "#744FBD", dark: "#C78FF7" }, mark: "diamond", texture: "cross-hatch" },
  { names: ["broadcom", "broadcom xpu"], shade: { light: "#DA6B9A", dark: "#FEAFCD" }, mark: "pentagon", texture: "coarse-dots" },
];

/** On demand, and everyone who has no row above. */
export const others: Entity = {
  names: ["on demand", "others"],
  shade: { light: "#909295", dark: "#C4C6C9" },
};

export const roles = {
  page: { light: "#F7F7F5", dark: "#0F1114" },
  surface: { light: "#FFFFFF", dark: "#16181C" },
  sunk: { light: "#F1F1EE", dark: "#1D2025" },
  ink: { light: "#16181D", dark: "#ECEDEF" },
  ink2: { light: "#474D57", dark: "#B6BBC4" },
  ink3: { light: "#666C77", dark: "#8F96A1" },
  hairline: { light: "#E1E2DE", dark: "#2B2F36" },
  grid: { light: "#EBECE8", dark: "#23262C" },
  bad: { light: "#B3261E", dark: "#FF8A80" },
  badGround: { light: "#FBEDEB", dark: "#2E1917" },
  assumed: { light: "#8A5A00", dark: "#E0B25C" },
  assumedGround: { light: "#FBF3E2", dark: "#2A2213" },
  good: { light: "#1A7F4B", dark: "#6FCF97" },
  inputLow: { light: "#8C919E", dark: "#7E8591" },
  inputHigh: { light: "#30343D", dark: "#D5D8DE" },
} satisfies Record<string, Shade>;

/** The most of `bad` in a tinted cell, such that ink stays readable on it. */
export const fullestTint: Record<Mode, number> = { light: 0.6, dark: 0.52 };

export type Role = keyof typeof roles;

export const fontSans =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
export const fontMono =
  'ui-monospace, "SF Mono", "Cascadia Code", "Liberation Mono", monospace';

/** The row of a supplier, party or chip family; unknown names are grey until they have a row. */
export function entityOf(name: string): Entity {
  const wanted = name.trim().toLowerCase();
  return entities.find((entity) => entity.names.includes(wanted)) ?? others;
}
