// The protobuf wire format as `wire-reader.ts` reads it, for the fields of a span. No length is believed before it has been
// compared with the end of its message. What is malformed is only noticed here: the host reads that span again and says why.
export const VARINT: u32 = 0;
export const FIXED64: u32 = 1;
export const BYTES: u32 = 2;
export const GROUP: u32 = 3;
export const FIXED32: u32 = 5;
/** In place of a position. */
export const MALFORMED: u32 = 0;

/** The end of a group that began before `at`. Errors: those of the host's reader. */
@external("host", "skipGroup")
declare function skipGroup(field: u32, at: u32, end: u32): u32;

/** The last varint. */
export let value: u64 = 0;

/** Read a varint of at most ten bytes into `value`; returns where it ends. Bits beyond 64 are dropped. */
export function varint(at: u32, end: u32): u32 {
  let read: u64 = 0;
  for (let shift: u64 = 0; shift < 70; shift += 7) {
    if (at >= end) return MALFORMED;
    const byte: u64 = load<u8>(at++);
    read |= (byte & 127) << shift;
    if (byte < 128) {
      value = read;
      return at;
    }
  }
  return MALFORMED;
}

/** A tag or a length: 32 bits in at most five bytes. */
export function shortVarint(at: u32, end: u32): u32 {
  const after = varint(at, end);
  return after != MALFORMED && after - at <= 5 && value >>> 32 == 0 ? after : MALFORMED;
}

/** Step over the value of a field that nobody reads, and is none of those that somebody does. */
export function skip(tag: u32, at: u32, end: u32): u32 {
  switch (tag & 7) {
    case VARINT: return varint(at, end);
    case FIXED64: return end - at >= 8 ? at + 8 : MALFORMED;
    case FIXED32: return end - at >= 4 ? at + 4 : MALFORMED;
    case GROUP: return skipGroup(tag >>> 3, at, end);
    default: return MALFORMED;
  }
}
