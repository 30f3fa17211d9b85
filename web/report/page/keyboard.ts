import type { EChartsType } from "./echarts";

interface Stepping {
  host: HTMLElement;
  chart: EChartsType;
  series: string;
  /** Says the point's figures to a screen reader. */
  spoken: HTMLElement;
}

function seriesIndex(chart: EChartsType, name: string): number {
  const series = (chart.getOption().series ?? []) as { name?: string }[];
  return series.findIndex((one) => one.name === name);
}

function pointCount(chart: EChartsType, index: number): number {
  const series = (chart.getOption().series ?? []) as { data?: unknown[] }[];
  return series[index]?.data?.length ?? 0;
}

/** Arrow keys visit the points of one series, Escape leaves; the same text as the pointer shows. */
export function startKeyboard({ host, chart, series, spoken }: Stepping): void {
  let at = -1;
  const hide = () => {
    at = -1;
    chart.dispatchAction({ type: "hideTip" });
    spoken.textContent = "";
  };
  host.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") return hide();
    if (step === undefined) return;
    event.preventDefault();
    const index = seriesIndex(chart, series);
    const count = pointCount(chart, index);
    if (count === 0) return;
    at = Math.min(count - 1, Math.max(0, at + step));
    chart.dispatchAction({ type: "showTip", seriesIndex: index, dataIndex: at });
    const tip = host.querySelector("table");
    const rows = [...(tip?.rows ?? [])].map((row) => [...row.cells].map((c) => c.textContent).join(" "));
    const heading = tip?.parentElement?.querySelector("b")?.textContent ?? "";
    spoken.textContent = [heading, ...rows].join(", ");
  });
  host.addEventListener("blur", hide);
}
