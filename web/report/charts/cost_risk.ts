import type { CostRisk } from "../document";
import { fixed, money, moneyUnit } from "../numbers";
import { base, tooltip, valueAxis } from "./axes";
import type { Chart, Scene } from "./chart";
import { brokenName, placeLabels } from "./label_places";
import { niceScale } from "./scale";
import { tooltipTable } from "./tooltip_text";

const plot = { top: 28, bottom: 46, left: 44, right: 20 };

function heightOf(scene: Scene): number {
  return scene.narrow ? 320 : 376;
}

function pointText(name: string, cost: number, cvar: number): string {
  return tooltipTable(name, [
    ["expected cost", money(cost)],
    ["CVaR", money(cvar)],
  ]);
}

export const costRisk: Chart<CostRisk> = {
  stepped: "baselines",
  height: (_, scene) => heightOf(scene),

  option(section, scene) {
    const { palette } = scene;
    const { plan, baselines, frontier, perfect_foresight_usd: foresight } = section;
    const points = [plan, ...baselines, ...frontier];
    const { usd: unit, name: symbol } = moneyUnit(points.map((p) => p.cvar_usd));
    const limit = foresight === null ? [] : [foresight / unit];
    const x = niceScale([...points.map((p) => p.expected_cost_usd / unit), ...limit], 6, false);
    const y = niceScale(points.map((p) => p.cvar_usd / unit), 5, false);
    const height = heightOf(scene);
    const pixel = ([cost, risk]: number[]): [number, number] => [
      plot.left + ((scene.width - plot.left - plot.right) * (cost - x.min)) / (x.max - x.min),
      plot.top + ((height - plot.top - plot.bottom) * (y.max - risk)) / (y.max - y.min),
    ];
    const at = (p: { expected_cost_usd: number; cvar_usd: number }) => [
      p.expected_cost_usd / unit,
      p.cvar_usd / unit,
    ];
    const names = baselines.map((p) => brokenName(p.name, 18));
    const [planX, planY] = pixel(at(plan));
    const planLabel = Array.from({ length: 9 }, (_, i) => planX + 10 + 9 * i).flatMap(
      (px): [number, number][] => [
        [px, planY - 20],
        [px, planY - 5],
      ],
    );
    const line = frontier.map(at).map(pixel);
    const between = line.slice(1).flatMap(([px, py], i) =>
      [0.25, 0.5, 0.75].map((t): [number, number] => [
        px + t * (line[i][0] - px),
        py + t * (line[i][1] - py),
      ]),
    );
    const places = placeLabels(
      baselines.map((p, i) => ({ at: pixel(at(p)), lines: names[i] })),
      [...line, ...between, ...planLabel, [planX, planY]],
      { left: plot.left, right: scene.width, top: plot.top - 12, bottom: height - plot.bottom },
    );
    const percent = fixed(100 * section.cvar_level, 0);
    return {
      ...base(palette),
      grid: plot,
      tooltip: { ...tooltip(palette), trigger: "item" },
      xAxis: {
        ...valueAxis(palette),
        ...x,
        axisLine: { show: true, lineStyle: { color: palette.ink3 } },
        name: `expected cost, ${symbol}`,
        nameLocation: "middle",
        nameGap: 30,
      },
      yAxis: {
        ...valueAxis(palette),
        ...y,
        name: `CVaR ${percent}%, ${symbol}`,
        nameGap: 12,
        nameTextStyle: { color: palette.ink3, align: "left", padding: [0, 0, 0, -36] },
      },
      series: [
        {
          type: "line",
          name: "perfect foresight",
          silent: true,
          symbol: "none",
          data: limit.flatMap((cost) => [
            [cost, y.min],
            [cost, y.max],
          ]),
          lineStyle: { color: palette.ink2, width: 1, type: [4, 3] },
        },
        {
          type: "scatter",
          name: "perfect foresight label",
          silent: true,
          symbolSize: 0,
          data: limit.map((cost) => [cost, y.min]),
          label: {
            show: true,
            position: "right",
            distance: 5,
            offset: [0, -18],
            align: "left",
            formatter: `perfect foresight\n${fixed(limit[0] ?? 0, 1)}`,
            color: palette.ink2,
            fontSize: 11,
            lineHeight: 13,
          },
        },
        {
          type: "line",
          name: "frontier",
          smooth: 0.25,
          symbol: "circle",
          symbolSize: 6,
          data: frontier.map(at),
          lineStyle: { color: palette.ink, width: 1.8 },
          itemStyle: { color: palette.ink },
          tooltip: {
            formatter: ({ dataIndex }: { dataIndex: number }) => {
              const p = frontier[dataIndex];
              return pointText(`λ ${p.lambda}`, p.expected_cost_usd, p.cvar_usd);
            },
          },
        },
        {
          type: "scatter",
          name: "baselines",
          symbolSize: 10,
          data: baselines.map((p, i) => ({
            value: at(p),
            label: {
              show: true,
              position: places[i],
              formatter: names[i].join("\n"),
              color: palette.ink2,
              fontSize: 11.5,
              lineHeight: 14,
            },
          })),
          itemStyle: { color: palette.surface, borderColor: palette.ink3, borderWidth: 2 },
          tooltip: {
            formatter: ({ dataIndex }: { dataIndex: number }) => {
              const p = baselines[dataIndex];
              return pointText(p.name, p.expected_cost_usd, p.cvar_usd);
            },
          },
        },
        {
          type: "scatter",
          name: "plan",
          symbolSize: 15,
          data: [at(plan)],
          itemStyle: { color: palette.hairline, borderColor: palette.ink, borderWidth: 3 },
          label: {
            show: true,
            position: "right",
            distance: 8,
            offset: [0, -12],
            align: "left",
            formatter:
              section.plan_lambda === null
                ? `{name|${plan.name}}`
                : `{name|${plan.name}}\n{lambda|λ ${section.plan_lambda}}`,
            rich: {
              name: { color: palette.ink, fontWeight: 600, fontSize: 12.5, lineHeight: 15 },
              lambda: { color: palette.ink2, fontSize: 11.5, lineHeight: 15 },
            },
          },
          tooltip: {
            formatter: () => pointText(plan.name, plan.expected_cost_usd, plan.cvar_usd),
          },
          z: 5,
        },
      ],
    };
  },
};
