// The axis of a chart: from 0 in round steps, with at most six ticks.

/** The ticks for values up to a greatest one. */
export function ticksOf(greatest: number): number[] {
  const most = Math.max(greatest, 1);
  const rough = most / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((n) => n * power).find((s) => s >= rough)!);
  const ticks: number[] = [];
  for (let at = 0; ; at += step) {
    ticks.push(at);
    if (at >= most) return ticks;
  }
}

/** Lines of a path through points; a gap in the values is a gap in the line. */
export function pathOf(points: readonly ({ x: number; y: number } | null)[]): string {
  let path = "";
  let pen = false;
  for (const p of points) {
    if (p === null) {
      pen = false;
      continue;
    }
    path += `${pen ? "L" : "M"}${p.x.toFixed(1)} ${p.y.toFixed(1)}`;
    pen = true;
  }
  return path;
}
