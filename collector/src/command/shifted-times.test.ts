import { expect, test } from 'vitest';
import { NarrowsError } from '@narrows/contract';
import { shiftTimes } from './shifted-times.js';

const tag = (field: number, wire: number) => field * 8 + wire;
const message = (field: number, ...parts: Buffer[]): Buffer => { const body = Buffer.concat(parts); return Buffer.concat([Buffer.from([tag(field, 2), body.length]), body]); };
const moment = (field: number, nano: bigint): Buffer => { const bytes = Buffer.alloc(9); bytes[0] = tag(field, 1); bytes.writeBigUInt64LE(nano, 1); return bytes; };
const inScope = (...items: Buffer[]) => message(1, message(1, Buffer.alloc(0)), message(2, ...items));
const HOUR = 3_600_000_000_000n;

test('every moment of spans, points and records moves, and a moment that was not told does not', () => {
  const span = (a: bigint, b: bigint, c: bigint) => inScope(message(2, message(5, Buffer.from('x')), moment(7, a), moment(8, b), message(11, moment(1, c))));
  const spans = span(10n, 20n, 0n);
  shiftTimes('traces', spans, HOUR);
  expect(spans).toEqual(span(10n + HOUR, 20n + HOUR, 0n));

  const gauge = (a: bigint, b: bigint, value: bigint) => inScope(message(2, message(1, Buffer.from('m')), message(5, message(1, moment(2, a), moment(3, b), moment(4, value)))));
  const points = gauge(10n, 20n, 77n);
  shiftTimes('metrics', points, HOUR);
  expect(points).toEqual(gauge(10n + HOUR, 20n + HOUR, 77n));

  const log = (a: bigint, b: bigint) => inScope(message(2, moment(1, a), moment(11, b), Buffer.from([tag(2, 0), 9])));
  const records = log(10n, 20n);
  shiftTimes('logs', records, -5n);
  expect(records).toEqual(log(5n, 15n));
});

test('a body that ends inside a field is refused', () => {
  expect(() => shiftTimes('traces', Buffer.from([tag(1, 2), 9, 1]), 1n)).toThrow(NarrowsError);
});
