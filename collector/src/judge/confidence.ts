// How sure are we? Independent evidences, each between 0 (speaks against) and 1 (speaks for), are added as log-odds to
// a prior, and the sum is read back as a probability. More of any evidence never lowers the result; a history too short
// to know what is normal does. The weights of each kind stand beside its rule, with the reasons in DESIGN.md.

export interface Weight {
  /** 0–1. */
  strength: number;
  /** Log-odds added at strength 0 and at strength 1; between them linear. */
  absent: number;
  full: number;
}

/** Seconds of data below which the judge does not yet know the place well, and what that costs in log-odds. */
const KNOWN_AFTER_SECONDS = 20;
const UNKNOWN_COSTS = 1;

/** Where `value` stands between `from` (0) and `to` (1). */
export function ramp(value: number, from: number, to: number): number {
  const share = (value - from) / (to - from);
  return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : value === Infinity ? 1 : 0;
}

/** 0 where far fewer were counted lately than should have been if it went on, 1 from half as many on: what is over is over. One more of both, for small numbers. */
export const goesOn = (counted: number, expected: number): number => ramp((counted + 1) / (expected + 1), 0.15, 0.5);

/** Probability from prior log-odds and weighted evidence. Monotone in every strength and in the history. */
export function confidenceOf(prior: number, weights: readonly Weight[], historySeconds: number): number {
  let logOdds = prior - UNKNOWN_COSTS * (1 - ramp(historySeconds, 0, KNOWN_AFTER_SECONDS));
  for (const { strength, absent, full } of weights) logOdds += absent + (full - absent) * ramp(strength, 0, 1);
  return 1 / (1 + Math.exp(-logOdds));
}
