import type { Fleet, FleetLayer, FleetView } from "../document";
import { amount } from "../numbers";
import { mix } from "../theme/mix";
import { entityOf } from "../theme/table";
import { base, middles, tooltip, valueAxis, timeAxis } from "./axes";
import type { Chart, KeyEntry, Scene } from "./chart";
import { niceScale, spread } from "./scale";
import { decalOf } from "./texture";
import { tooltipTable } from "./tooltip_text";

const plot = { top: 26, bottom: 26, left: 40, height: 300 };

function layerName(layer: FleetLayer): string {
  const name = layer.system ? `${layer.supplier} · ${layer.system}` : layer.supplier;
  return layer.optional ? `${name}, if signed` : name;
}

/**
 * The colour of each layer is its supplier's. Where two layers share colour and texture, the later
 * one is paler, so that both can be told apart without a colour of their own.
 */
function layerColors(section: Fleet, { palette }: Scene): string[] {
  const look = (layer: FleetLayer) =>
    `${palette.entity(layer.supplier)} ${entityOf(layer.maker).texture ?? "plain"}`;
  return section.layers.map((layer, index) => {
    const alike = section.layers.slice(0, index).filter((one) => look(one) === look(layer)).length;
    return mix(palette.entity(layer.supplier), palette.surface, 0.72 ** Math.min(alike, 3));
  });
}

/** [layer][step]: the top of each layer when all below it are stacked. */
function tops(view: FleetView): number[][] {
  const sum = view.supply[0].map(() => 0);
  return view.supply.map((layer) => layer.map((value, step) => (sum[step] += value)));
}

function scaleOf(view: FleetView) {
  const demand = view.demand ? [...view.demand.p90, ...view.demand.median] : [];
  const stack = tops(view);
  return niceScale([...stack[stack.length - 1], ...demand], 4);
}

/**
 * Capacity comes in tranches, so a layer is a staircase. Each is filled from zero to its top; the
 * highest is drawn first and the lower ones cover it, which leaves each layer its own band.
 */
function layerSeries(section: Fleet, view: FleetView, scene: Scene) {
  const { edges } = section.steps;
  const colors = layerColors(section, scene);
  return tops(view)
    .map((top, index) => {
      const layer = section.layers[index];
      const color = colors[index];
      const faded = scene.held !== null && entityOf(scene.held) !== entityOf(layer.supplier);
      const ground = scene.palette.surface;
      return {
        type: "line",
        name: layerName(layer),
        step: "end",
        symbol: "none",
        silent: true,
        data: [...top, top[top.length - 1]].map((value, step) => [edges[step], value]),
        lineStyle: { color: ground, width: 1 },
        itemStyle: {
          color,
          decal: decalOf(entityOf(layer.maker).texture, mix(ground, color, faded ? 0.9 : 0.75)),
        },
        areaStyle: { color: faded ? mix(color, ground, 0.25) : color, opacity: 1, origin: 0 },
        z: 2,
      };
    })
    .reverse();
}

interface DemandLine {
  name: string;
  values: number[];
  dashed: boolean;
}

function demandLines(view: FleetView): DemandLine[] {
  if (!view.demand) return [];
  return [
    { name: "demand P90", values: view.demand.p90, dashed: true },
    { name: "demand median", values: view.demand.median, dashed: false },
    { name: "demand P10", values: view.demand.p10, dashed: true },
  ];
}

/** Each line twice: a wide one in the colour of the surface, so that it stands out on any area. */
function demandSeries(section: Fleet, view: FleetView, scene: Scene) {
  const { edges } = section.steps;
  const at = [edges[0], ...middles(edges), edges[edges.length - 1]];
  const { palette } = scene;
  const { min, max } = scaleOf(view);
  const lines = demandLines(view);
  const ends = lines.map((line) => line.values[line.values.length - 1]);
  const shifts = spread(ends.map((end) => (plot.height * (max - end)) / (max - min)), 16);
  return lines.flatMap((line, index) => {
    const shared = {
      type: "line",
      symbol: "none",
      silent: true,
      data: [line.values[0], ...line.values, ends[index]].map((value, i) => [at[i], value]),
      z: 3,
    };
    return [
      { ...shared, name: `${line.name} halo`, lineStyle: { color: palette.surface, width: 4 } },
      {
        ...shared,
        name: line.name,
        lineStyle: {
          color: palette.ink,
          width: line.dashed ? 1.2 : 2,
          type: line.dashed ? [4, 3] : "solid",
        },
        endLabel: {
          show: !scene.narrow,
          distance: 10,
          offset: [0, shifts[index]],
          formatter: `${line.name}  ${amount(ends[index])}`,
          color: palette.ink,
          fontWeight: line.dashed ? 400 : 600,
        },
      },
    ];
  });
}

function stepText(section: Fleet, view: FleetView, step: number): string {
  const supply = section.layers.map(
    (layer, i): [string, string] => [layerName(layer), amount(view.supply[i][step])],
  );
  const demand = demandLines(view).map(
    (line): [string, string] => [line.name, amount(line.values[step])],
  );
  return tooltipTable(`${section.steps.labels[step]}, ${view.unit}`, [
    ...demand,
    ...supply.reverse(),
  ]);
}

export const fleet: Chart<Fleet> = {
  stepped: "steps",
  height: () => plot.top + plot.height + plot.bottom,
  views: (section) => section.views.map((view) => view.key),

  key(section, scene) {
    const view = section.views[scene.view];
    const colors = layerColors(section, scene);
    const entries = section.layers.map(
      (layer, i): KeyEntry => ({
        label: layerName(layer),
        figure: amount(Math.max(...view.supply[i])),
        entity: layer.supplier,
        color: colors[i],
        texture: entityOf(layer.maker).texture ?? "plain",
      }),
    );
    const lines = scene.narrow
      ? demandLines(view).map(
          (line): KeyEntry => ({
            label: line.name,
            figure: amount(line.values[line.values.length - 1]),
            line: line.dashed ? "dashed" : "solid",
          }),
        )
      : [];
    return [...lines, ...entries.reverse()];
  },

  option(section, scene) {
    const view = section.views[scene.view];
    const { palette } = scene;
    const right = scene.narrow || !view.demand ? 16 : 156;
    return {
      ...base(palette),
      grid: { top: plot.top, left: plot.left, right, height: plot.height },
      tooltip: {
        ...tooltip(palette),
        trigger: "axis",
        formatter: (points: { dataIndex: number; seriesName: string }[]) => {
          const point = points.find((p) => p.seriesName === "steps");
          return point ? stepText(section, view, point.dataIndex) : "";
        },
      },
      xAxis: timeAxis(section.steps.edges, scene),
      yAxis: {
        ...valueAxis(palette),
        ...scaleOf(view),
        name: view.unit,
        nameGap: 12,
        nameTextStyle: { color: palette.ink3, align: "left", padding: [0, 0, 0, -24] },
        axisLabel: { ...valueAxis(palette).axisLabel, formatter: (v: number) => amount(v) },
      },
      series: [
        ...layerSeries(section, view, scene),
        ...demandSeries(section, view, scene),
        {
          type: "line",
          name: "steps",
          symbol: "none",
          lineStyle: { width: 0 },
          data: middles(section.steps.edges).map((year) => [year, 0]),
        },
      ],
    };
  },
};
