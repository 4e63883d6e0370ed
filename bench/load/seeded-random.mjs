// Randomness by seed: the same seed writes the same bytes on every machine, so that two programs are measured on one load.

/** A well mixed 32-bit value of a 32-bit value, one to one (the finaliser of MurmurHash3): different inputs never meet. */
export function mix(value) {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

export class SeededRandom {
  #state;

  constructor(seed) { this.#state = mix(seed + 0x51ed270b); }

  /** 0 ≤ n < 2^32. */
  next() {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    return mix(this.#state);
  }

  below(limit) { return this.next() % limit; }
  pick(list) { return list[this.below(list.length)]; }
  fraction() { return this.next() / 2 ** 32; }
  hex(digits) { return Array.from({ length: digits }, () => this.below(16).toString(16)).join(''); }
}
