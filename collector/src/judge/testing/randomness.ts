// Seeded randomness for simulated queues: the same seed is the same day. Generator: mulberry32 (Tommy Ettinger, public
// domain), good enough for queues and ten lines long.

export interface Randomness {
  uniform(): number;
  exponential(mean: number): number;
  /** With the given mean and spread of the logarithm. */
  lognormal(mean: number, spread: number): number;
}

export function randomness(seed: number): Randomness {
  let state = (seed * 0x9e3779b1) >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const exponential = (mean: number) => -mean * Math.log(1 - uniform());
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, exponential, lognormal: (mean, spread) => mean * Math.exp(spread * normal() - spread ** 2 / 2) };
}
