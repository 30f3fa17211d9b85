import type { EChartsCoreOption } from "echarts/core";
import type { Chart, Picture, Scene } from "../charts/chart";
import { paletteOf } from "../theme/palette";
import { startChart, type EChartsType } from "./echarts";
import { offerPicture, offerTable } from "./exports";
import { keyMarkup } from "./key";
import { startKeyboard } from "./keyboard";
import { writeState, type PageState } from "./state";
import { currentMode } from "./theme_switch";

/** A figure of the page that draws itself anew when the width, theme or choice changes. */
export interface Figure {
  draw(): void;
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

function button(text: string, act: () => void): HTMLButtonElement {
  const made = element("button", "tool");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

function sceneOf(host: HTMLElement, id: string, state: PageState): Scene {
  const width = Math.max(240, Math.floor(host.clientWidth));
  return {
    palette: paletteOf(currentMode()),
    width,
    narrow: width < 560,
    held: state.held,
    view: state.views.get(id) ?? 0,
  };
}

/** Nothing lights up under the pointer or shines through: a colour means one thing and stays. */
function still(option: EChartsCoreOption): EChartsCoreOption {
  const series = (option.series as { itemStyle?: object }[]).map((one) => ({
    ...one,
    emphasis: { disabled: true },
    itemStyle: { opacity: 1, ...one.itemStyle },
  }));
  return { ...option, series };
}

/** Data opens the table under the figure; CSV and SVG take it away. */
function addTools(root: HTMLElement, host: HTMLElement, id: string): HTMLElement {
  const foot = element("div", "tools");
  const details = root.querySelector("details");
  const table = details?.querySelector("table");
  if (table) foot.append(button("CSV", () => offerTable(id, table)));
  const picture = button("SVG", () => offerPicture(id, host));
  picture.dataset.tool = "svg";
  foot.append(picture);
  root.querySelector(".foot")?.append(foot);
  return foot;
}

/** A switch between the views of one figure: one is on. */
function addViews(names: string[], id: string, state: PageState, foot: HTMLElement, redraw: () => void) {
  const group = element("div", "switch");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "View");
  const buttons = names.map((name, view) => {
    const made = button(name, () => {
      state.views.set(id, view);
      writeState(state);
      mark();
      redraw();
    });
    group.append(made);
    return made;
  });
  const mark = () =>
    buttons.forEach((made, view) =>
      made.setAttribute("aria-pressed", String(view === (state.views.get(id) ?? 0))),
    );
  mark();
  foot.before(group);
}

/** Mounts a chart of ECharts' into the figure `root`. */
export function mountChart<Section>(
  root: HTMLElement,
  chart: Chart<Section>,
  section: Section,
  state: PageState,
): Figure {
  const host = root.querySelector<HTMLElement>(".chart")!;
  const key = element("ul", "key");
  const plot = element("div", "plot");
  const spoken = element("p", "unseen");
  spoken.setAttribute("aria-live", "polite");
  host.append(plot);
  host.before(key);
  host.after(spoken);
  let drawn: EChartsType | null = null;

  const draw = () => {
    const scene = sceneOf(host, root.id, state);
    const size = { width: scene.width, height: chart.height(section, scene) };
    plot.style.height = `${size.height}px`;
    if (drawn) {
      drawn.resize(size);
    } else {
      drawn = startChart(plot, size.width, size.height);
      if (chart.stepped) startKeyboard({ host, chart: drawn, series: chart.stepped, spoken });
    }
    drawn.setOption(still(chart.option(section, scene)), { notMerge: true });
    plot.querySelector("svg")?.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
    key.innerHTML = chart.key ? keyMarkup(chart.key(section, scene), state.held) : "";
    key.hidden = !chart.key;
  };
  const foot = addTools(root, host, root.id);
  const views = chart.views?.(section) ?? [];
  if (views.length > 1) addViews(views, root.id, state, foot, draw);
  return { draw };
}

/** Mounts a picture made of markup. */
export function mountPicture<Section>(
  root: HTMLElement,
  picture: Picture<Section>,
  section: Section,
  state: PageState,
): Figure {
  const host = root.querySelector<HTMLElement>(".chart")!;
  const foot = addTools(root, host, root.id);
  const draw = () => {
    host.innerHTML = picture.markup(section, sceneOf(host, root.id, state));
    foot.querySelector<HTMLElement>("[data-tool=svg]")!.hidden = !host.querySelector("svg");
  };
  const views = picture.views?.(section) ?? [];
  if (views.length > 1) addViews(views, root.id, state, foot, draw);
  return { draw };
}
