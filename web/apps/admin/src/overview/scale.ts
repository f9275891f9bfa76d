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
