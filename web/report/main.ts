import { attainment } from "./charts/attainment";
import { cash } from "./charts/cash";
import { composition } from "./charts/composition";
import { costRisk } from "./charts/cost_risk";
import { errors } from "./charts/errors";
import { fleet } from "./charts/fleet";
import { latency } from "./charts/latency";
import { load } from "./charts/load";
import { measured } from "./charts/measured";
import { need } from "./charts/need";
import { obligations } from "./charts/obligations";
import { occupancy } from "./charts/occupancy";
import { raise } from "./charts/raise";
import { scaling } from "./charts/scaling";
import { tokenCost } from "./charts/token_cost";
import { tornado } from "./charts/tornado";
import type { Chart } from "./charts/chart";
import type { ReportDocument } from "./document";
import { mountChart, mountPicture, type Figure } from "./page/figure";
import { readState, writeState, type PageState } from "./page/state";
import { startTableTools } from "./page/table_tools";
import { startThemeSwitch } from "./page/theme_switch";

const report: ReportDocument = JSON.parse(document.getElementById("report-document")!.textContent!);
const state: PageState = readState();

function mountAll(): Figure[] {
  const figures: Figure[] = [];
  const mount = <Section>(id: string, chart: Chart<Section>, section: Section | null) => {
    const root = document.getElementById(id);
    if (root && section !== null) figures.push(mountChart(root, chart, section, state));
  };
  mount("figure-fleet", fleet, report.fleet);
  mount("figure-need", need, report.need);
  mount("figure-token-cost", tokenCost, report.token_cost);
  mount("figure-cost-risk", costRisk, report.cost_risk);
  mount("figure-cash", cash, report.cash);
  mount("figure-raise", raise, report.raise);
  report.tornadoes.forEach((section, i) => mount(`figure-tornado-${i}`, tornado, section));
  if (report.replay) {
    const { fleets } = report.replay;
    mount("figure-ttft", latency(fleets), report.replay.ttft);
    mount("figure-tpot", latency(fleets), report.replay.tpot);
    mount("figure-load", load(fleets), report.replay.load);
    mount("figure-attainment", attainment(fleets), report.replay.attainment);
    mount("figure-occupancy", occupancy(fleets), report.replay.occupancy);
  }
  if (report.training) {
    const drawn = composition(report.training.family);
    mount("figure-step", drawn, report.training.step);
    mount("figure-memory", drawn, report.training.memory);
    mount("figure-run", drawn, report.training.run);
    mount("figure-scaling", scaling(report.training.family), report.training.scaling);
  }
  mount("figure-measured", measured, report.validation);
  report.validation?.pictures.forEach((one) => mount(`figure-error-${one.key}`, errors, one));
  const graph = document.getElementById("figure-obligations");
  if (graph && report.obligations) {
    figures.push(mountPicture(graph, obligations, report.obligations, state));
  }
  return figures;
}

/** Tables stand open for readers without scripts and on paper; on screen the figure speaks first. */
function foldTables(): void {
  const tables = [...document.querySelectorAll<HTMLDetailsElement>("details.data")];
  tables.forEach((details) => (details.open = false));
  addEventListener("beforeprint", () => tables.forEach((details) => (details.open = true)));
  addEventListener("afterprint", () => tables.forEach((details) => (details.open = false)));
}

function markHeld(): void {
  for (const held of document.querySelectorAll("[data-hold]")) {
    held.setAttribute("aria-pressed", String(held.getAttribute("data-hold") === state.held));
  }
}

document.documentElement.classList.add("scripted");
foldTables();
startTableTools();
const figures = mountAll();
const drawAll = () => figures.forEach((figure) => figure.draw());
startThemeSwitch(document.querySelector<HTMLElement>(".page-nav")!, drawAll);

document.addEventListener("click", (event) => {
  const held = (event.target as Element).closest("[data-hold]")?.getAttribute("data-hold");
  if (held === null || held === undefined) return;
  state.held = state.held === held ? null : held;
  writeState(state);
  drawAll();
  markHeld();
});

let width = 0;
new ResizeObserver(() => {
  if (document.body.clientWidth === width) return;
  width = document.body.clientWidth;
  drawAll();
}).observe(document.body);
drawAll();
