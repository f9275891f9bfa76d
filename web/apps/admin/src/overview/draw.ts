// What a chart is drawn with. It is loaded only when there is one to draw.
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use, type EChartsCoreOption } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { ticksOf } from "./scale.ts";

use([BarChart, LineChart, GridComponent, TooltipComponent, CanvasRenderer]);

/** One place of the horizontal axis: label stands below, words are said of it when it is
 * pointed at. */
export interface Point {
  label: string;
  words: string;
  value: number | null;
  before?: number;
}

/** What is drawn: bars with a dashed line to compare with, or a line with its area. */
export interface Picture {
  kind: "bars" | "line";
  points: readonly Point[];
  /** The bar that is now; -1 for none. */
  mark: number;
  /** Each how many-th label is written, counted from the end for a line. */
  every: number;
  /** What stands at the last value of a line. */
  last: string;
}

export interface Drawing {
  show(picture: Picture): void;
  resize(): void;
  end(): void;
}

/** Draws into an element. */
export function drawInto(box: HTMLElement): Drawing {
  const chart = init(box, null, { renderer: "canvas" });
  return {
    show: (picture) => chart.setOption(optionOf(picture, looksOf(box)), { notMerge: true }),
    resize: () => chart.resize(),
    end: () => chart.dispose(),
  };
}

type Looks = ReturnType<typeof looksOf>;

// A canvas knows no variables: colours and letters are read whenever it is drawn anew.
function looksOf(box: HTMLElement) {
  const style = getComputedStyle(box);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {
    font: style.fontFamily,
    accent: colour("--td-brand-color"),
    tint: colour("--td-brand-color-light"),
    surface: colour("--td-bg-color-container"),
    hairline: colour("--td-component-stroke"),
    edge: colour("--td-component-border"),
    text: colour("--td-text-color-primary"),
    quiet: colour("--td-text-color-secondary"),
    faint: colour("--td-text-color-placeholder"),
    moves: !matchMedia("(prefers-reduced-motion: reduce)").matches,
  };
}

function optionOf(p: Picture, looks: Looks): EChartsCoreOption {
  const { points, kind } = p;
  const bars = kind === "bars";
  const ticks = ticksOf(Math.max(0, ...points.map((q) => Math.max(q.value ?? 0, q.before ?? 0))));
  const most = ticks[ticks.length - 1]!;
  const numbers = { fontSize: 12, color: looks.quiet, fontFamily: looks.font };
  return {
    animation: looks.moves,
    animationDuration: 200,
    animationDurationUpdate: 200,
    textStyle: { fontFamily: looks.font },
    grid: { left: 12 + 8 * String(most).length, right: bars ? 4 : 10, top: 10, bottom: 28 },
    xAxis: {
      type: "category",
      boundaryGap: bars,
      data: points.map((q) => q.label),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: looks.edge } },
      axisLabel: { ...numbers, margin: 10, interval: (i: number) => (bars ? i : points.length - 1 - i) % p.every === 0, ...(bars ? {} : { alignMaxLabel: "right" }) },
    },
    yAxis: {
      type: "value",
      min: 0,
      max: most,
      interval: ticks[1],
      axisLabel: { ...numbers, margin: 10 },
      splitLine: { showMinLine: false, lineStyle: { color: looks.hairline, type: [2, 3] } },
    },
    tooltip: {
      trigger: "axis",
      // Elements would bring styles of their own, which the policy of the page forbids.
      renderMode: "richText",
      confine: true,
      transitionDuration: looks.moves ? 0.12 : 0,
      backgroundColor: looks.surface,
      borderColor: looks.edge,
      borderWidth: 1,
      padding: [6, 10],
      textStyle: { color: looks.text },
      axisPointer: { type: bars ? "shadow" : "line", shadowStyle: { color: looks.text, opacity: 0.04 }, lineStyle: { color: looks.edge, type: [2, 3] } },
      formatter: (at: { dataIndex: number }[]) => points[at[0]?.dataIndex ?? -1]?.words ?? "",
    },
    series: bars ? barsOf(p, looks) : [lineOf(p, looks, most)],
  };
}

function barsOf(p: Picture, looks: Looks) {
  return [
    {
      type: "bar",
      barWidth: "60%",
      barMaxWidth: 48,
      itemStyle: { color: looks.accent, borderRadius: [3, 3, 0, 0] },
      emphasis: { disabled: true },
      data: p.points.map((q, i) => ({ value: q.value, itemStyle: { opacity: i === p.mark ? 1 : 0.78 } })),
    },
    {
      type: "line",
      symbol: "none",
      silent: true,
      z: 3,
      lineStyle: { width: 1.5, color: looks.faint, type: [4, 3] },
      data: p.points.map((q) => q.before ?? null),
    },
  ];
}

function lineOf(p: Picture, looks: Looks, most: number) {
  const { points } = p;
  const known = (i: number) => points[i]?.value !== null && points[i]?.value !== undefined;
  const last = points.findLastIndex((_, i) => known(i));
  // The number stands below its point, or above one that is near the ground.
  const low = last >= 0 && points[last]!.value! < most * 0.2;
  const label = {
    show: true, formatter: p.last, fontSize: 13, fontWeight: 600, color: looks.text, fontFamily: looks.font,
    align: last < points.length / 2 ? "left" : "right", verticalAlign: low ? "bottom" : "top", position: [last < points.length / 2 ? 0 : 10, low ? -4 : 16],
  };
  return {
    type: "line",
    showAllSymbol: true,
    symbol: "circle",
    lineStyle: { width: 2, color: looks.accent, join: "round" },
    areaStyle: { color: looks.tint, opacity: 1 },
    itemStyle: { color: looks.accent, borderColor: looks.surface, borderWidth: 2 },
    emphasis: { disabled: true },
    data: points.map((q, i) => {
      // A value without neighbours has no line that would show it.
      const alone = known(i) && !known(i - 1) && !known(i + 1);
      return i === last || alone ? { value: q.value, symbolSize: 10, ...(i === last ? { label } : {}) } : { value: q.value, symbol: "none" };
    }),
  };
}
