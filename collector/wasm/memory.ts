// Memory of the span rows: buffers that grow at the end of the heap and are emptied between requests, and copies of sixteen
// bytes at a time. Whoever reads or writes so may touch up to fifteen bytes behind what he means: every buffer has that room,
// and what lies there belongs to nobody. Nothing is given back here; the host drops an instance that a huge request has blown up.

/** As many as DECODED_BUFFER_BYTES_MAX of the host: a block of more is refused there, and none is built up here. */
const BYTES_MAX: u32 = 64 * 1024 * 1024;
const ROOM: u32 = 16;

/** Throws REQUEST_TOO_LARGE. */
@external("host", "tooLarge")
declare function tooLarge(): void;

/** Whether the host's views of this memory or of the values are stale. */
export let moved: bool = false;
export function setMoved(value: bool): void { moved = value; }

let heap: usize = __heap_base;

export function allocate(bytes: u32): usize {
  const at = (heap + 15) & ~(<usize>15);
  heap = at + bytes;
  const missing = <i32>((heap + 0xffff) >>> 16) - memory.size();
  if (missing > 0) {
    if (memory.grow(missing) < 0) tooLarge();
    moved = true;
  }
  return at;
}

/** Bytes appended at the end. */
@unmanaged
export class Bytes {
  start: u32;
  length: u32;
  capacity: u32;

  /** Make room for so many more, and for the end of the last copy. */
  @inline
  reserve(count: u32): void {
    if (this.length + count + ROOM > this.capacity) this.grow(count);
  }

  private grow(count: u32): void {
    const needed: u64 = <u64>this.length + count + ROOM;
    if (needed > BYTES_MAX + ROOM) tooLarge();
    let capacity: u64 = max(<u64>this.capacity * 2, 4096);
    while (capacity < needed) capacity *= 2;
    const grown = <u32>allocate(<u32>capacity);
    memory.copy(grown, this.start, this.length);
    this.start = grown;
    this.capacity = <u32>capacity;
    moved = true;
  }
}

/** Copy `count` bytes and up to fifteen behind them. */
@inline
export function copy(to: u32, from: u32, count: u32): void {
  const end = from + count;
  while (from < end) {
    v128.store(to, v128.load(from));
    from += 16;
    to += 16;
  }
}

/** Whether the `count` bytes at `a` and at `b` are the same. */
@inline
export function same(a: u32, b: u32, count: u32): bool {
  const last = a + count - 16;
  if (count >= 16) {
    while (a < last) {
      if (v128.any_true(v128.xor(v128.load(a), v128.load(b)))) return false;
      a += 16;
      b += 16;
    }
    // The last sixteen, some of them for the second time.
    return !v128.any_true(v128.xor(v128.load(last), v128.load(b - (a - last))));
  }
  if (count >= 8) return load<u64>(a) == load<u64>(b) && load<u64>(a + count - 8) == load<u64>(b + count - 8);
  return count == 0 || ((load<u64>(a) ^ load<u64>(b)) << (64 - 8 * <u64>count)) == 0;
}
