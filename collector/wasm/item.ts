// What spans and points have in common: messages inside them are noted as positions in the body, their attributes become a row.
import { keys, pushRow } from './attribute-row';
import { attributeEnds, pushUint32 } from './columns';
import { Bytes } from './memory';

/** Attributes, events and links of one item, each; the host has them as LIMITS. */
export const LIST_MAX: u32 = 256;

/** Errors: those of the host, where this attribute, which is one too many, is none. */
@external("host", "checkAttribute")
declare function checkAttribute(start: u32, end: u32): void;

/** Whether the messages at `positions` (links of a span, exemplars of a point) have no id that was cut. */
@external("host", "idsAreWhole")
export declare function idsAreWhole(positions: Bytes): bool;

@inline
export function pushPosition(positions: Bytes, from: u32, to: u32): void {
  positions.reserve(8);
  store<u32>(positions.start + positions.length, from);
  store<u32>(positions.start + positions.length, to, 4);
  positions.length += 8;
}

/** Append the attributes at `positions` as a row; returns how many were beyond the limit. `likeness`: the same for items that have like attributes. */
export function pushAttributes(positions: Bytes, likeness: u32, stamp: i32): u32 {
  const count = positions.length >>> 3;
  const kept = min(count, LIST_MAX);
  pushRow(positions.start, kept, likeness * 31 + kept, stamp);
  pushUint32(attributeEnds, keys.length >>> 2);
  for (let i = kept; i < count; i++) checkAttribute(load<u32>(positions.start + i * 8), load<u32>(positions.start + i * 8, 4));
  return count - kept;
}
