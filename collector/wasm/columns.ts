// The columns of the spans, or of the points of one table, of one request, as far as they come from these alone. The host reads where they stand when the
// last span is in, and takes them over in one copy each.
import { Bytes } from './memory';

export const traceIds = changetype<Bytes>(memory.data(12));
export const spanIds = changetype<Bytes>(memory.data(12));
export const parentSpanIds = changetype<Bytes>(memory.data(12));
export const traceStates = changetype<Bytes>(memory.data(12));
export const statusMessages = changetype<Bytes>(memory.data(12));
export const timestamps = changetype<Bytes>(memory.data(12));
export const durations = changetype<Bytes>(memory.data(12));
/** Index of the name in its dictionary, 32 bits. */
export const names = changetype<Bytes>(memory.data(12));
/** Attributes of this item and all before it, 32 bits. */
export const attributeEnds = changetype<Bytes>(memory.data(12));
export const flags = changetype<Bytes>(memory.data(12));
export const droppedAttributes = changetype<Bytes>(memory.data(12));
export const droppedEvents = changetype<Bytes>(memory.data(12));
export const droppedLinks = changetype<Bytes>(memory.data(12));
/** 1 for a root, a server and a consumer. */
export const transactions = changetype<Bytes>(memory.data(12));
/** Their OTLP numbers, 255 for all above. */
export const kinds = changetype<Bytes>(memory.data(12));
export const statusCodes = changetype<Bytes>(memory.data(12));

/** Of points, from here on. Ends count all elements of this row and those before it, 32 bits. */
export const starts = changetype<Bytes>(memory.data(12));
/** Of gauges and sums. */
export const numbers = changetype<Bytes>(memory.data(12));
export const counts = changetype<Bytes>(memory.data(12));
export const sums = changetype<Bytes>(memory.data(12));
export const minima = changetype<Bytes>(memory.data(12));
export const maxima = changetype<Bytes>(memory.data(12));
export const scales = changetype<Bytes>(memory.data(12));
export const zeroCounts = changetype<Bytes>(memory.data(12));
export const positiveOffsets = changetype<Bytes>(memory.data(12));
export const negativeOffsets = changetype<Bytes>(memory.data(12));
/** Of a histogram; of an exponential one the positive ones. */
export const bucketCounts = changetype<Bytes>(memory.data(12));
export const bucketEnds = changetype<Bytes>(memory.data(12));
export const negativeCounts = changetype<Bytes>(memory.data(12));
export const negativeEnds = changetype<Bytes>(memory.data(12));
export const bounds = changetype<Bytes>(memory.data(12));
export const boundEnds = changetype<Bytes>(memory.data(12));
export const quantiles = changetype<Bytes>(memory.data(12));
export const quantileValues = changetype<Bytes>(memory.data(12));
export const quantileEnds = changetype<Bytes>(memory.data(12));

export function clearColumns(): void {
  traceIds.length = spanIds.length = parentSpanIds.length = traceStates.length = statusMessages.length = 0;
  timestamps.length = durations.length = names.length = attributeEnds.length = flags.length = 0;
  droppedAttributes.length = droppedEvents.length = droppedLinks.length = transactions.length = kinds.length = statusCodes.length = 0;
  starts.length = numbers.length = counts.length = sums.length = minima.length = maxima.length = scales.length = zeroCounts.length = positiveOffsets.length = negativeOffsets.length = 0;
  bucketCounts.length = bucketEnds.length = negativeCounts.length = negativeEnds.length = bounds.length = boundEnds.length = quantiles.length = quantileValues.length = quantileEnds.length = 0;
}

@inline
export function pushByte(column: Bytes, value: u32): void {
  column.reserve(1);
  store<u8>(column.start + column.length++, value);
}

@inline
export function pushUint32(column: Bytes, value: u32): void {
  column.reserve(4);
  store<u32>(column.start + column.length, value);
  column.length += 4;
}

@inline
export function pushUint64(column: Bytes, value: u64): void {
  column.reserve(8);
  store<u64>(column.start + column.length, value);
  column.length += 8;
}

/** Append an id of at most sixteen bytes as a Native string of lower-case hex digits. */
export function pushHexId(column: Bytes, at: u32, end: u32): void {
  const digits = (end - at) * 2;
  column.reserve(34);
  const to = column.start + column.length;
  store<u8>(to, digits);
  const bytes = v128.load(at);
  const high = hexDigits(i8x16.shr_u(bytes, 4));
  const low = hexDigits(v128.and(bytes, i8x16.splat(15)));
  v128.store(to + 1, v128.shuffle<u8>(high, low, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
  v128.store(to + 17, v128.shuffle<u8>(high, low, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31));
  column.length += digits + 1;
}

@inline
function hexDigits(halves: v128): v128 {
  return v128.swizzle(i8x16(48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 97, 98, 99, 100, 101, 102), halves);
}
