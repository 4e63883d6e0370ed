// Randomness from a seed: the same seed brings the same crowd and the same service times. Streams are forked by name,
// so that one more draw in one place changes nothing anywhere else.

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [from, to). */
  between(from: number, to: number): number;
  /** Exponential with this mean. */
  exponential(mean: number): number;
  /** Lognormal with this median; `spread` is the standard deviation of its logarithm. */
  lognormal(median: number, spread: number): number;
  /** Index drawn by weight. */
  weighted(weights: readonly number[]): number;
  /** An independent stream. */
  fork(name: string): Random;
}

/** FNV-1a, 32 bit: spreads seed and name over the generator's state. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  return sum >>> 0;
}

/** Mulberry32 by Tommy Ettinger: 32 bits of state, passes gjrand; plenty for a crowd. */
export function createRandom(seed: number | string): Random {
  let state = hash(String(seed));
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (from, to) => from + next() * (to - from),
    exponential: (mean) => -Math.log(1 - next()) * mean,
    lognormal: (median, spread) => {
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return median * Math.exp(spread * normal);
    },
    weighted: (weights) => {
      let left = next() * weights.reduce((sum, weight) => sum + weight, 0);
      for (let i = 0; i < weights.length; i++) {
        left -= weights[i] ?? 0;
        if (left < 0) return i;
      }
      return weights.length - 1;
    },
    fork: (name) => createRandom(`${seed}/${name}`),
  };
}
