// Statistics that one wild value cannot move, and that small samples cannot fool. Numbers in, numbers out.

/** Median absolute deviation of a normal distribution times this is its standard deviation. */
const MAD_TO_SIGMA = 1.4826;

/** The p-quantile by the nearest rank; 0 of nothing. */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  return sorted.length === 0 ? 0 : sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))]!;
}

export const ascending = (values: Iterable<number>): Float64Array => Float64Array.from(values).sort();

export const median = (values: Iterable<number>): number => quantile(ascending(values), 0.5);

/** Robust standard deviation around `centre`. */
export function spread(values: Iterable<number>, centre: number): number {
  const away: number[] = [];
  for (const value of values) away.push(Math.abs(value - centre));
  return MAD_TO_SIGMA * median(away);
}

/** Mean after values beyond `cap` are put at it. */
export function cappedMean(values: ArrayLike<number>, cap: number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.min(values[i]!, cap);
  return values.length === 0 ? 0 : sum / values.length;
}

/** How much of a finding from so few samples is to be believed: n / (n + 4), half at four. */
export const shrinkage = (now: number, before: number): number => Math.min(now, before) / (Math.min(now, before) + 4);

const entropyOf = (yes: number, no: number): number => {
  const all = yes + no;
  return (yes > 0 ? yes * Math.log(yes / all) : 0) + (no > 0 ? no * Math.log(no / all) : 0);
};

/**
 * Log-likelihood ratio (half of the G statistic) of "the share differs" against "it is the same", in nats, with half an
 * observation added to each cell. Source: Dunning 1993, Accurate Methods for the Statistics of Surprise and Coincidence.
 */
export function differenceOfShares(yesNow: number, allNow: number, yesBefore: number, allBefore: number): number {
  const [a, b, c, d] = [yesNow + 0.5, allNow - yesNow + 0.5, yesBefore + 0.5, allBefore - yesBefore + 0.5];
  return Math.max(0, entropyOf(a, b) + entropyOf(c, d) - entropyOf(a + c, b + d));
}
