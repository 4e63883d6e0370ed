// OTLP protobuf told as if it had happened at another time: every moment in it moved by the same number of nanoseconds, in
// place, since moments are eight bytes whatever they say. Durations, ids and order stay as they are.
import { NarrowsError, type Signal } from '@narrows/contract';

/** Which fields of a message are moments, and which are messages that have some inside. Source: opentelemetry-proto 1.x. */
interface Shape { times: readonly number[]; nested: Readonly<Record<number, Shape>> }

const EXEMPLAR: Shape = { times: [2], nested: {} };
const NUMBER_POINT: Shape = { times: [2, 3], nested: { 5: EXEMPLAR } };
const HISTOGRAM_POINT: Shape = { times: [2, 3], nested: { 8: EXEMPLAR } };
const EXPONENTIAL_POINT: Shape = { times: [2, 3], nested: { 11: EXEMPLAR } };
const SUMMARY_POINT: Shape = { times: [2, 3], nested: {} };
const points = (shape: Shape): Shape => ({ times: [], nested: { 1: shape } });
const METRIC: Shape = { times: [], nested: { 5: points(NUMBER_POINT), 7: points(NUMBER_POINT), 9: points(HISTOGRAM_POINT), 10: points(EXPONENTIAL_POINT), 11: points(SUMMARY_POINT) } };
const SPAN: Shape = { times: [7, 8], nested: { 11: { times: [1], nested: {} } } };
const LOG_RECORD: Shape = { times: [1, 11], nested: {} };
/** request → resource → scope → item: field 1, 2, 2 for every signal. */
const request = (item: Shape): Shape => ({ times: [], nested: { 1: { times: [], nested: { 2: { times: [], nested: { 2: item } } } } } });
const REQUESTS: Readonly<Record<Signal, Shape>> = { traces: request(SPAN), metrics: request(METRIC), logs: request(LOG_RECORD) };

/** Move all moments of one request by `nano`, in place; "not told" (0) stays. Errors: DECODE_MALFORMED, DECODE_TRUNCATED. */
export function shiftTimes(signal: Signal, bytes: Buffer, nano: bigint): void {
  shift(bytes, 0, bytes.length, REQUESTS[signal], nano);
}

function shift(bytes: Buffer, from: number, to: number, { times, nested }: Shape, nano: bigint): void {
  for (let at = from; at < to;) {
    const tag = readVarint(bytes, at, to);
    const field = tag.value >>> 3;
    const wire = tag.value & 7;
    if (wire === 2) {
      const length = readVarint(bytes, tag.next, to);
      const end = length.next + length.value;
      if (end > to) throw truncated(end, to);
      const inner = nested[field];
      if (inner) shift(bytes, length.next, end, inner, nano);
      at = end;
    } else if (wire === 1) {
      if (tag.next + 8 > to) throw truncated(tag.next + 8, to);
      if (times.includes(field)) shiftMoment(bytes, tag.next, nano);
      at = tag.next + 8;
    } else if (wire === 5) at = tag.next + 4;
    else if (wire === 0) at = readVarint(bytes, tag.next, to).next;
    else throw new NarrowsError('DECODE_MALFORMED', `wire type ${wire} at byte ${at}`);
  }
}

function shiftMoment(bytes: Buffer, at: number, nano: bigint): void {
  const moment = bytes.readBigUInt64LE(at);
  if (moment !== 0n) bytes.writeBigUInt64LE(BigInt.asUintN(64, moment + nano), at);
}

function readVarint(bytes: Buffer, from: number, to: number): { value: number; next: number } {
  let value = 0;
  for (let at = from, factor = 1; at < to; at++, factor *= 128) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return { value, next: at + 1 };
  }
  throw truncated(to + 1, to);
}

const truncated = (wanted: number, length: number) => new NarrowsError('DECODE_TRUNCATED', `a field ends at byte ${wanted} of ${length}`);
