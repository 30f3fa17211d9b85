import type { EChartsCoreOption } from "echarts/core";
import type { Palette } from "../theme/palette";

/** What a chart may know besides its data. */
export interface Scene {
  palette: Palette;
  width: number;
  /** Under 560 px: fewer ticks, no labels beside the plot. */
  narrow: boolean;
  /** The entity that the reader holds, or null; all others fade. */
  held: string | null;
  /** Which of the chart's views is shown. */
  view: number;
}

/** One entry of the key over a chart, in the order of the drawing. */
export interface KeyEntry {
  label: string;
  figure: string;
  /** A supplier or chip family: the reader can hold it. */
  entity?: string;
  texture?: string;
  /** Instead of the entity's own colour. */
  color?: string;
  line?: "solid" | "dashed" | "dotted";
}

export interface Chart<Section> {
  height(section: Section, scene: Scene): number;
  option(section: Section, scene: Scene): EChartsCoreOption;
  key?(section: Section, scene: Scene): KeyEntry[];
  /** Names of the switchable views; none when there is only one. */
  views?(section: Section): string[];
  /** The series whose points the arrow keys visit. */
  stepped?: string;
}

/** A picture that is not one of ECharts': its markup, made from the same section and scene. */
export interface Picture<Section> {
  markup(section: Section, scene: Scene): string;
  views?(section: Section): string[];
}
