// The Universal Scalability Law: throughput X of a system in which n are at work at once, X(n) = γn / (1 + σ(n − 1) +
// κn(n − 1)); σ is what waits in line for something shared, κ what everybody must settle with everybody. With κ > 0 there
// is a number at which X is highest, and beyond it more work at once means less work done.

export interface Scalability { gamma: number; sigma: number; kappa: number }

export const throughputAt = ({ gamma, sigma, kappa }: Scalability, n: number): number =>
  (n <= 0 ? 0 : (gamma * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1)));

/** n* = √((1 − σ)/κ), where throughput is highest, and at least one: with nobody at work nothing is done. Infinity where it never falls. */
export const peakOf = ({ sigma, kappa }: Scalability): number => (kappa > 0 ? Math.sqrt(Math.max(kappa, 1 - sigma) / kappa) : Infinity);

/** Solve the normal equations of at most three unknowns; null where they have no single solution. */
function solve(matrix: number[][], right: number[]): number[] | null {
  const size = right.length;
  const rows = matrix.map((row, index) => [...row, right[index]!]);
  for (let column = 0; column < size; column += 1) {
    const pivot = rows.slice(column).reduce((best, row, index) => (Math.abs(row[column]!) > Math.abs(rows[best]![column]!) ? column + index : best), column);
    if (Math.abs(rows[pivot]![column]!) < 1e-12) return null;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let row = 0; row < size; row += 1) {
      if (row === column) continue;
      const times = rows[row]![column]! / rows[column]![column]!;
      for (let at = column; at <= size; at += 1) rows[row]![at]! -= times * rows[column]![at]!;
    }
  }
  return rows.map((row, index) => row[size]! / row[index]!);
}

/**
 * Fit the law to pairs of (at work, per second): n/X is linear in 1, n − 1 and n(n − 1), with no coefficient below zero.
 * Null for fewer than six pairs or where n hardly varies.
 *
 * Source: N. J. Gunther, "Guerrilla Capacity Planning", Springer 2007, ch. 5; "A General Theory of Computational
 *         Scalability Based on Rational Functions", arXiv:0808.1431
 * Cost:   O(pairs)
 */
export function fitScalability(pairs: readonly { n: number; perSecond: number }[]): Scalability | null {
  const used = pairs.filter(({ n, perSecond }) => n > 0 && perSecond > 0);
  const spread = used.reduce((range, { n }) => ({ least: Math.min(range.least, n), most: Math.max(range.most, n) }), { least: Infinity, most: 0 });
  if (used.length < 6 || spread.most < 1.5 * spread.least) return null;
  let best: { error: number; fit: Scalability } | null = null;
  for (const terms of [[0, 1, 2], [0, 2], [0, 1], [0]]) {
    const features = (n: number) => terms.map((term) => (term === 0 ? 1 : term === 1 ? n - 1 : n * (n - 1)));
    // Each pair weighs by X²/n², so that errors count as shares and the few crowded seconds do not decide alone.
    const weight = ({ n, perSecond }: { n: number; perSecond: number }) => (perSecond / n) ** 2;
    const matrix = terms.map((_, i) => terms.map((__, j) => used.reduce((sum, pair) => sum + weight(pair) * features(pair.n)[i]! * features(pair.n)[j]!, 0)));
    const solved = solve(matrix, terms.map((_, i) => used.reduce((sum, pair) => sum + weight(pair) * features(pair.n)[i]! * (pair.n / pair.perSecond), 0)));
    if (solved === null || solved.some((value) => value < 0) || solved[0]! <= 0) continue;
    const of = (term: number) => (terms.includes(term) ? solved[terms.indexOf(term)]! / solved[0]! : 0);
    const fit = { gamma: 1 / solved[0]!, sigma: of(1), kappa: of(2) };
    const error = used.reduce((sum, { n, perSecond }) => sum + (throughputAt(fit, n) / perSecond - 1) ** 2, 0);
    if (best === null || error < best.error * 0.98) best = { error, fit };
  }
  return best?.fit ?? null;
}

/**
 * How much better the law tells what ended each second than a place would that does `each` a second for everybody at work up
 * to a plateau and then no more: ln P(law) − ln P(plateau), both Poisson, the plateau as high as tells it best. Since a
 * likelihood ratio needs no fixed span of time, it is as early as those seconds allow.
 *
 * Source: A. Wald, "Sequential Tests of Statistical Hypotheses", Annals of Mathematical Statistics 16 (1945), generalised
 * Cost:   O(seconds)
 */
export function logRatioToPlateau(law: Scalability, seconds: readonly { n: number; ended: number }[], each: number): number {
  let plateau = Math.max(...seconds.map(({ ended }) => ended));
  for (let turn = 0; turn < 10; turn += 1) {
    const full = seconds.filter(({ n }) => each * n >= plateau);
    if (full.length === 0) break;
    plateau = Math.max(1e-9, full.reduce((sum, { ended }) => sum + ended, 0) / full.length);
  }
  return seconds.reduce((sum, { n, ended }) => {
    const [byLaw, byPlateau] = [Math.max(1e-9, throughputAt(law, n)), Math.max(1e-9, Math.min(each * n, plateau))];
    return sum + ended * Math.log(byLaw / byPlateau) - byLaw + byPlateau;
  }, 0);
}

/** Fewest at work that give this throughput; null where the peak lies below it. */
export function atWorkFor(law: Scalability, perSecond: number): number | null {
  const top = Math.min(peakOf(law), 1e6);
  if (throughputAt(law, top) < perSecond) return null;
  let [low, high] = [0, top];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (throughputAt(law, middle) < perSecond) low = middle;
    else high = middle;
  }
  return high;
}
