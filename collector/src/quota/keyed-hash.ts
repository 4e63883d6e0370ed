// HalfSipHash-1-3 of bytes with a key that is new in each process: a sender who knows this file still cannot make values
// that collide, and so cannot slip many of them through a budget as one.
// Source: J.-P. Aumasson, github.com/veorq/SipHash, halfsiphash.c (cROUNDS 1, dROUNDS 3, 32-bit output)

export class KeyedHash {
  #v0 = 0;
  #v1 = 0;
  #v2 = 0;
  #v3 = 0;

  constructor(readonly key0: number, readonly key1: number) {}

  /** 32 bits, unsigned. */
  of(bytes: Uint8Array, start: number, end: number): number {
    this.#v0 = this.key0;
    this.#v1 = this.key1;
    this.#v2 = 0x6c79_6765 ^ this.key0;
    this.#v3 = 0x7465_6462 ^ this.key1;
    let at = start;
    for (; at + 4 <= end; at += 4) this.#absorb(bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
    let last = (end - start) << 24;
    for (let shift = 0; at < end; at++, shift += 8) last |= bytes[at]! << shift;
    this.#absorb(last);
    this.#v2 ^= 0xff;
    this.#round(); this.#round(); this.#round();
    return (this.#v1 ^ this.#v3) >>> 0;
  }

  #absorb(word: number): void {
    this.#v3 ^= word;
    this.#round();
    this.#v0 ^= word;
  }

  #round(): void {
    let v0 = this.#v0, v1 = this.#v1, v2 = this.#v2, v3 = this.#v3;
    v0 = (v0 + v1) | 0; v1 = rotate(v1, 5) ^ v0; v0 = rotate(v0, 16);
    v2 = (v2 + v3) | 0; v3 = rotate(v3, 8) ^ v2;
    v0 = (v0 + v3) | 0; v3 = rotate(v3, 7) ^ v0;
    v2 = (v2 + v1) | 0; v1 = rotate(v1, 13) ^ v2; v2 = rotate(v2, 16);
    this.#v0 = v0; this.#v1 = v1; this.#v2 = v2; this.#v3 = v3;
  }
}

const rotate = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));
