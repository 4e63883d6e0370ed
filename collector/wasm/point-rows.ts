// Metric points, run after run: the message that holds the points of a metric goes in, and what of their rows comes from the points alone
// comes out, column by column. It stops behind a point about which the host has something to do or to say: exemplars, a refusal.
// An instance has the points of one table. Metrics, resources, places in pipelines and exemplars are the host's (`src/decode/metric-points.ts`).
import {
  boundEnds, bounds, bucketCounts, bucketEnds, counts, flags, maxima, minima, negativeCounts, negativeEnds, negativeOffsets, numbers, positiveOffsets,
  pushUint32, pushUint64, quantileEnds, quantileValues, quantiles, scales, starts, sums, timestamps, zeroCounts,
} from './columns';
import { idsAreWhole, pushAttributes, pushPosition } from './item';
import { Bytes, copy, moved, setMoved } from './memory';
import { BYTES, FIXED64, MALFORMED, VARINT, shortVarint, skip, value, varint } from './wire';

/** Kinds of points; the host has them as POINTS. Gauges and sums have the same. */
const NUMBER: u32 = 0;
const HISTOGRAM: u32 = 1;
const EXPONENTIAL: u32 = 2;

/** Fields that are read, a bit for each. */
const NUMBER_FIELDS: u32 = 0b1_1111_1100;
const HISTOGRAM_FIELDS: u32 = 0b1_1111_1111_1100;
const EXPONENTIAL_FIELDS: u32 = 0b111_1111_1111_1110;
const SUMMARY_FIELDS: u32 = 0b1_1111_1100;
const PAIR_FIELDS: u32 = 0b110;

/** Why `points` stopped; the host has them as STOP. */
const AT_END: i32 = 0;
const AT_MAX: i32 = 1;
const HAS_EXEMPLARS: i32 = 2;
const TIME_OUT_OF_RANGE: i32 = 3;
const SHORT_ID: i32 = 4;
const IS_MALFORMED: i32 = 5;
const MOVED: i32 = 1 << 3;

/** Where `points` stopped: where to go on, begin and end of the last point, rows that it wrote, flags of the last one. */
export const stopped = memory.data(20);
/** Of the last point. */
export const attributesAt = changetype<Bytes>(memory.data(12));
export const exemplarsAt = changetype<Bytes>(memory.data(12));
const quantilesAt = changetype<Bytes>(memory.data(12));

/** The field that was read last: a number's bits, or where its bytes stand. */
let tag: u32 = 0;
let bits: u64 = 0;
let from: u32 = 0;
let to: u32 = 0;

/** The point under the eye; doubles as their bits, so that each not-a-number stays the one it is. */
let start: u64 = 0;
let time: u64 = 0;
let flag: u32 = 0;
let number: u64 = 0;
let count: u64 = 0;
let sum: u64 = 0;
let minimum: u64 = 0;
let maximum: u64 = 0;
let zeroCount: u64 = 0;
let scale: i32 = 0;
let positiveOffset: i32 = 0;
let negativeOffset: i32 = 0;

/** Append rows of the points in the data message at [at, end), at most `rowsMax`. `likeness`: the same for points of one metric. */
export function points(kind: u32, at: u32, end: u32, rowsMax: u32, likeness: u32, stamp: i32): i32 {
  let rows: u32 = 0;
  let answer = AT_END;
  let pointFrom: u32 = 0;
  let pointTo: u32 = 0;
  while (at < end) {
    const fieldAt = at;
    at = readField(at, end, 0);
    if (at == MALFORMED) { // The host has seen that it is not.
      answer = IS_MALFORMED;
      break;
    }
    if (tag != (1 << 3 | BYTES)) continue;
    if (rows == rowsMax) {
      at = fieldAt;
      answer = AT_MAX;
      break;
    }
    pointFrom = from;
    pointTo = to;
    answer = point(kind, pointFrom, pointTo, likeness, stamp);
    if (answer > HAS_EXEMPLARS) break;
    rows++;
    if (answer == HAS_EXEMPLARS) break;
  }
  store<u32>(stopped, at);
  store<u32>(stopped, pointFrom, 4);
  store<u32>(stopped, pointTo, 8);
  store<u32>(stopped, rows, 12);
  store<u32>(stopped, flag, 16);
  if (moved) {
    setMoved(false);
    answer |= MOVED;
  }
  return answer;
}

function point(kind: u32, at: u32, end: u32, likeness: u32, stamp: i32): i32 {
  // Buckets are written while they are read; of a point that is refused they are cut back.
  const bucketsFrom = bucketCounts.length;
  const negativeFrom = negativeCounts.length;
  const boundsFrom = bounds.length;
  forget();
  const isSound = kind == NUMBER ? readNumberPoint(at, end) : kind == HISTOGRAM ? readHistogramPoint(at, end) : kind == EXPONENTIAL ? readExponentialPoint(at, end) : readSummaryPoint(at, end);
  if (!isSound) return IS_MALFORMED;
  const refusal = <i64>(time | start) < 0 ? TIME_OUT_OF_RANGE : exemplarsAt.length > 0 && !idsAreWhole(exemplarsAt) ? SHORT_ID : 0;
  if (refusal != 0) {
    bucketCounts.length = bucketsFrom;
    negativeCounts.length = negativeFrom;
    bounds.length = boundsFrom;
    return refusal;
  }
  pushAttributes(attributesAt, likeness, stamp);
  pushUint64(starts, start);
  pushUint64(timestamps, time);
  pushUint32(flags, flag);
  if (kind == NUMBER) pushUint64(numbers, number);
  else {
    pushUint64(counts, count);
    pushUint64(sums, sum);
    if (kind == HISTOGRAM) writeHistogram();
    else if (kind == EXPONENTIAL) writeExponential();
    else if (!writeQuantiles()) return IS_MALFORMED;
  }
  return exemplarsAt.length > 0 ? HAS_EXEMPLARS : AT_END;
}

function forget(): void {
  start = time = number = count = sum = minimum = maximum = zeroCount = 0;
  flag = 0;
  scale = positiveOffset = negativeOffset = 0;
  attributesAt.length = exemplarsAt.length = quantilesAt.length = 0;
}

/** Read a field of any kind; returns where it ends. `known`: fields that must not be groups or of 32 bits, as no field here is. */
@inline
function readField(at: u32, end: u32, known: u32): u32 {
  tag = load<u8>(at);
  if (tag > 7 && tag < 128) at++;
  else {
    at = shortVarint(at, end);
    tag = <u32>value;
    if (at == MALFORMED || tag < 8) return MALFORMED;
  }
  switch (tag & 7) {
    case FIXED64:
      if (end - at < 8) return MALFORMED;
      bits = load<u64>(at);
      return at + 8;
    case BYTES: {
      let length: u32 = at < end ? load<u8>(at) : 255;
      if (length < 128) at++;
      else {
        at = shortVarint(at, end);
        if (at == MALFORMED) return MALFORMED;
        length = <u32>value;
      }
      if (length > end - at) return MALFORMED;
      from = at;
      to = at + length;
      return to;
    }
    case VARINT: return varint(at, end);
    default: return isKnown(known) ? MALFORMED : skip(tag, at, end);
  }
}

@inline
function isKnown(known: u32): bool { return tag >>> 3 < 32 && (known >>> (tag >>> 3) & 1) != 0; }

/** NumberDataPoint: start_time_unix_nano = 2, time_unix_nano = 3, as_double = 4, exemplars = 5, as_int = 6, attributes = 7, flags = 8. */
function readNumberPoint(at: u32, end: u32): bool {
  while (at < end) {
    at = readField(at, end, NUMBER_FIELDS);
    if (at == MALFORMED) return false;
    switch (tag) {
      case 2 << 3 | FIXED64: start = bits; break;
      case 3 << 3 | FIXED64: time = bits; break;
      case 4 << 3 | FIXED64: number = bits; break;
      case 5 << 3 | BYTES: pushPosition(exemplarsAt, from, to); break;
      case 6 << 3 | FIXED64: number = reinterpret<u64>(<f64>(<i64>bits)); break;
      case 7 << 3 | BYTES: pushPosition(attributesAt, from, to); break;
      case 8 << 3 | VARINT: flag = <u32>value; break;
      default: if (isKnown(NUMBER_FIELDS)) return false;
    }
  }
  return true;
}

/**
 * HistogramDataPoint: start_time_unix_nano = 2, time_unix_nano = 3, count = 4, sum = 5, bucket_counts = 6 (packed fixed64),
 * explicit_bounds = 7 (packed double), exemplars = 8, attributes = 9, flags = 10, min = 11, max = 12.
 */
function readHistogramPoint(at: u32, end: u32): bool {
  while (at < end) {
    at = readField(at, end, HISTOGRAM_FIELDS);
    if (at == MALFORMED) return false;
    switch (tag) {
      case 2 << 3 | FIXED64: start = bits; break;
      case 3 << 3 | FIXED64: time = bits; break;
      case 4 << 3 | FIXED64: count = bits; break;
      case 5 << 3 | FIXED64: sum = bits; break;
      case 6 << 3 | FIXED64: pushUint64(bucketCounts, bits); break;
      case 6 << 3 | BYTES: if (!pushPacked(bucketCounts)) return false; break;
      case 7 << 3 | FIXED64: pushUint64(bounds, bits); break;
      case 7 << 3 | BYTES: if (!pushPacked(bounds)) return false; break;
      case 8 << 3 | BYTES: pushPosition(exemplarsAt, from, to); break;
      case 9 << 3 | BYTES: pushPosition(attributesAt, from, to); break;
      case 10 << 3 | VARINT: flag = <u32>value; break;
      case 11 << 3 | FIXED64: minimum = bits; break;
      case 12 << 3 | FIXED64: maximum = bits; break;
      default: if (isKnown(HISTOGRAM_FIELDS)) return false;
    }
  }
  return true;
}

/** Append a packed field of 8-byte numbers: the wire and the column hold them in the same bytes. */
function pushPacked(column: Bytes): bool {
  const length = to - from;
  if ((length & 7) != 0) return false;
  column.reserve(length);
  copy(column.start + column.length, from, length);
  column.length += length;
  return true;
}

/**
 * ExponentialHistogramDataPoint: attributes = 1, start_time_unix_nano = 2, time_unix_nano = 3, count = 4, sum = 5, scale = 6, zero_count = 7,
 * positive = 8, negative = 9, flags = 10, exemplars = 11, min = 12, max = 13, zero_threshold = 14 (not stored, as the exporter has no column for it).
 */
function readExponentialPoint(at: u32, end: u32): bool {
  while (at < end) {
    at = readField(at, end, EXPONENTIAL_FIELDS);
    if (at == MALFORMED) return false;
    switch (tag) {
      case 1 << 3 | BYTES: pushPosition(attributesAt, from, to); break;
      case 2 << 3 | FIXED64: start = bits; break;
      case 3 << 3 | FIXED64: time = bits; break;
      case 4 << 3 | FIXED64: count = bits; break;
      case 5 << 3 | FIXED64: sum = bits; break;
      case 6 << 3 | VARINT: scale = zigzag32(); break;
      case 7 << 3 | FIXED64: zeroCount = bits; break;
      case 8 << 3 | BYTES: {
        if (!readBuckets(bucketCounts, positiveOffset)) return false;
        positiveOffset = offset;
        break;
      }
      case 9 << 3 | BYTES: {
        if (!readBuckets(negativeCounts, negativeOffset)) return false;
        negativeOffset = offset;
        break;
      }
      case 10 << 3 | VARINT: flag = <u32>value; break;
      case 11 << 3 | BYTES: pushPosition(exemplarsAt, from, to); break;
      case 12 << 3 | FIXED64: minimum = bits; break;
      case 13 << 3 | FIXED64: maximum = bits; break;
      case 14 << 3 | FIXED64: break;
      default: if (isKnown(EXPONENTIAL_FIELDS)) return false;
    }
  }
  return true;
}

/** The last varint as a sint32. */
@inline
function zigzag32(): i32 { return <i32>(<u32>value >>> 1) ^ -(<i32>value & 1); }

let offset: i32 = 0;

/** Append the counts of the Buckets message that was read last, its offset goes to `offset`, or the one before where it has none. Buckets: offset = 1, bucket_counts = 2. */
function readBuckets(column: Bytes, offsetBefore: i32): bool {
  let at = from;
  const end = to;
  offset = offsetBefore;
  while (at < end) {
    at = readField(at, end, PAIR_FIELDS);
    if (at == MALFORMED) return false;
    if (tag == (1 << 3 | VARINT)) offset = zigzag32();
    else if (tag == (2 << 3 | VARINT)) pushUint64(column, value);
    else if (tag == (2 << 3 | BYTES)) {
      for (let countAt = from; countAt < at; pushUint64(column, value)) {
        countAt = varint(countAt, at);
        if (countAt == MALFORMED) return false;
      }
    } else if (isKnown(PAIR_FIELDS)) return false;
  }
  return true;
}

/** SummaryDataPoint: start_time_unix_nano = 2, time_unix_nano = 3, count = 4, sum = 5, quantile_values = 6, attributes = 7, flags = 8. */
function readSummaryPoint(at: u32, end: u32): bool {
  while (at < end) {
    at = readField(at, end, SUMMARY_FIELDS);
    if (at == MALFORMED) return false;
    switch (tag) {
      case 2 << 3 | FIXED64: start = bits; break;
      case 3 << 3 | FIXED64: time = bits; break;
      case 4 << 3 | FIXED64: count = bits; break;
      case 5 << 3 | FIXED64: sum = bits; break;
      case 6 << 3 | BYTES: pushPosition(quantilesAt, from, to); break;
      case 7 << 3 | BYTES: pushPosition(attributesAt, from, to); break;
      case 8 << 3 | VARINT: flag = <u32>value; break;
      default: if (isKnown(SUMMARY_FIELDS)) return false;
    }
  }
  return true;
}

function writeHistogram(): void {
  pushUint32(bucketEnds, bucketCounts.length >>> 3);
  pushUint32(boundEnds, bounds.length >>> 3);
  pushUint64(minima, minimum);
  pushUint64(maxima, maximum);
}

function writeExponential(): void {
  pushUint32(scales, scale);
  pushUint64(zeroCounts, zeroCount);
  pushUint32(positiveOffsets, positiveOffset);
  pushUint32(bucketEnds, bucketCounts.length >>> 3);
  pushUint32(negativeOffsets, negativeOffset);
  pushUint32(negativeEnds, negativeCounts.length >>> 3);
  pushUint64(minima, minimum);
  pushUint64(maxima, maximum);
}

/** ValueAtQuantile: quantile = 1, value = 2. */
function writeQuantiles(): bool {
  for (let i: u32 = 0; i < quantilesAt.length; i += 8) {
    let at = load<u32>(quantilesAt.start + i);
    const end = load<u32>(quantilesAt.start + i, 4);
    let quantile: u64 = 0;
    let valueAt: u64 = 0;
    while (at < end) {
      at = readField(at, end, PAIR_FIELDS);
      if (at == MALFORMED) return false;
      if (tag == (1 << 3 | FIXED64)) quantile = bits;
      else if (tag == (2 << 3 | FIXED64)) valueAt = bits;
      else if (isKnown(PAIR_FIELDS)) return false;
    }
    pushUint64(quantiles, quantile);
    pushUint64(quantileValues, valueAt);
  }
  pushUint32(quantileEnds, quantiles.length >>> 3);
  return true;
}
