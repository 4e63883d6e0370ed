// Round ticks for an axis of time that begins at zero.

const STEPS = [1, 2, 5];

/** At most `most` ticks in [beginNano, endNano), at a round step of 1, 2 or 5 × 10ⁿ nanoseconds. */
export function axisTicks(beginNano: number, endNano: number, most: number): number[] {
  const spanNano = endNano - beginNano;
  if (spanNano <= 0 || most < 1) return [];
  const roughStep = spanNano / most;
  const power = 10 ** Math.floor(Math.log10(roughStep));
  const step = (STEPS.find((candidate) => candidate * power >= roughStep) ?? 10) * power;
  const ticks: number[] = [];
  for (let at = Math.ceil(beginNano / step) * step; at < endNano; at += step) ticks.push(at);
  return ticks;
}
