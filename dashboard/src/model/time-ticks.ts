// Moments that deserve a label on a time axis: whole steps that a clock knows, as many as there is room for.

const STEPS_SECONDS = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400];

/** Whole steps in [fromMs, toMs], at most `most` of them. */
export function timeTicks(fromMs: number, toMs: number, most: number): number[] {
  const wantedSeconds = (toMs - fromMs) / 1_000 / Math.max(1, Math.floor(most));
  const stepMs = (STEPS_SECONDS.find((step) => step >= wantedSeconds) ?? 86_400) * 1_000;
  const ticks: number[] = [];
  for (let at = Math.ceil(fromMs / stepMs) * stepMs; at <= toMs; at += stepMs) ticks.push(at);
  return ticks;
}
