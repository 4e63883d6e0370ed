// The redactor against the decoder: what a collector makes of a redacted request must be what it makes of the request
// itself, and both must refuse the same bytes.
import { describe, expect, test } from 'vitest';
import { NarrowsError, personalDataKinds, type Signal } from '@narrows/contract';
import { createDecoder } from './decoder.js';
import { createOtlpRedactor } from './otlp-redactor.js';
import { attributesOf, decodeBytes, protobufOf, spanRequest } from './testing/decode-rows.js';

const RRN = '900101-1234567';
const VALUES = {
  text: { stringValue: `rrn ${RRN}.` }, list: { arrayValue: { values: [{ stringValue: RRN }] } }, map: { kvlistValue: { values: attributesOf({ [RRN]: RRN }) } },
  bytes: { bytesValue: Buffer.from(RRN).toString('base64') }, integer: { intValue: '9001011234567' }, long: { stringValue: `${'x'.repeat(32 * 1024 - 5)} ${RRN}` },
  created_at: { intValue: '1801011234567' }, plain: { stringValue: '홍길동' }, count: { intValue: '12' }, share: { doubleValue: 0.5 }, ok: { boolValue: true },
};
const attributes = [...Object.entries(VALUES).map(([key, value]) => ({ key, value })), { key: `key ${RRN}`, value: {} }];
const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const exemplars = [{ asInt: '7', ...ids, filteredAttributes: attributes }];
const point = { timeUnixNano: '1795334400000000001', attributes, exemplars };
const REQUESTS: readonly [Signal, object][] = [
  ['traces', { resourceSpans: [{ resource: { attributes }, schemaUrl: RRN, scopeSpans: [{ scope: { name: RRN, version: RRN, attributes }, spans: [{
    ...ids, name: RRN, kind: 2, traceState: RRN, flags: 1, attributes, startTimeUnixNano: '1795334400000000001', endTimeUnixNano: '1795334400250000002',
    status: { code: 2, message: RRN }, events: [{ timeUnixNano: '1795334400000000002', name: RRN, attributes }], links: [{ ...ids, traceState: RRN, attributes }],
  }, { ...ids, name: 'GET /' }] }] }] }],
  ['logs', { resourceLogs: [{ resource: { attributes }, scopeLogs: [{ scope: { attributes }, logRecords: [
    { body: { stringValue: RRN }, attributes, severityText: RRN, eventName: RRN, ...ids }, { body: { kvlistValue: { values: attributes.slice(0, 4) } } },
  ] }] }] }],
  ['metrics', { resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ metrics: [
    { name: RRN, description: RRN, unit: RRN, gauge: { dataPoints: [{ asDouble: 9_001_011_234_567, ...point }] } },
    { name: 's', sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [{ asInt: '9001011234567', ...point }] } },
    { name: 'h', histogram: { aggregationTemporality: 1, dataPoints: [{ count: '3', sum: 1, bucketCounts: ['1', '2'], explicitBounds: [0.5], min: 0, max: 1, ...point }] } },
    { name: 'e', exponentialHistogram: { dataPoints: [{ count: '3', scale: 2, zeroCount: '1', positive: { offset: -3, bucketCounts: ['1', '300'] }, ...point }] } },
    { name: 'q', summary: { dataPoints: [{ count: '3', quantileValues: [{ quantile: 0.5, value: 2 }], timeUnixNano: '1', attributes }] } },
  ] }] }] }],
];

const redact = (signal: Signal, bytes: Uint8Array) => createOtlpRedactor().redact(signal, 'protobuf', bytes);
/** A length-delimited field. */
const field = (number: number, content: Uint8Array) => Buffer.concat([Buffer.from([number << 3 | 2, content.length]), content]);

/** `taken`, or the code of the refusal. */
function outcomeOf(work: () => unknown): string {
  try {
    work();
    return 'taken';
  } catch (error) {
    if (!(error instanceof NarrowsError)) throw error;
    return error.code;
  }
}

/** Whole numbers below a bound, the same ones for the same seed. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe.each(REQUESTS)('%s', (signal, request) => {
  const bytes = protobufOf(signal, request);

  test('no resident number is left in the bytes, in any field', () => {
    const redacted = redact(signal, bytes);
    const text = Buffer.from(redacted.bytes).toString('latin1');
    expect(text.includes('1234567')).toBe(false);
    expect(redacted.changed.redacted).toBeGreaterThan(10);
  });

  test('a collector stores of the redacted request what it stores of the request itself', () => {
    const redacted = redact(signal, bytes);
    const direct = decodeBytes(signal, bytes);
    const relayed = decodeBytes(signal, redacted.bytes);
    expect(relayed.byTable).toEqual(direct.byTable);
    expect(relayed.decoded.changed.redacted).toBe(0);
    expect(redacted.items).toBe(direct.decoded.accepted);
  });

  test('the same request as JSON gives the same bytes', () => {
    expect(Buffer.from(createOtlpRedactor().redact(signal, 'json', Buffer.from(JSON.stringify(request))).bytes).equals(redact(signal, bytes).bytes)).toBe(true);
  });

  test('what is redacted already is passed on as it is', () => {
    const once = redact(signal, bytes).bytes;
    const twice = redact(signal, once);
    expect(Buffer.from(twice.bytes).equals(once)).toBe(true);
    expect(twice.changed.redacted).toBe(0);
  });

  const small = protobufOf(signal, JSON.parse(JSON.stringify(request).replaceAll('x'.repeat(32 * 1024 - 5), 'x')) as object);
  const clean = protobufOf(signal, JSON.parse(JSON.stringify(request).replaceAll('x'.repeat(32 * 1024 - 5), 'x').replaceAll(RRN, '홍길동').replaceAll(/"1?9?[80]01011234567"/g, '"7"')) as object);
  const redactor = createOtlpRedactor();
  const decoder = createDecoder({ pipelines: () => [] });
  const decode = (spoilt: Uint8Array) => decoder.decode({ agency: 'kdca', signal, encoding: 'protobuf', receivedAtMs: 1, batchId: 1n, bytes: spoilt });

  test('cut at any byte, it is refused where the decoder refuses it, with the same code', () => {
    for (let end = 0; end < small.length; end += 11) {
      const cut = small.slice(0, end);
      expect([end, outcomeOf(() => redactor.redact(signal, 'protobuf', cut))]).toEqual([end, outcomeOf(() => decode(cut))]);
    }
  });

  test('with bytes changed at random, it is refused where the decoder refuses it, and what it makes of the rest is never refused', () => {
    for (let seed = 1; seed <= 400; seed++) {
      const random = randomNumbers(seed);
      const spoilt = Uint8Array.from(clean);
      for (let changes = 1 + random(2); changes > 0; changes--) spoilt[random(spoilt.length)] = random(256);
      // With two faults, each may find the other one first; both are refusals.
      const isTaken = outcomeOf(() => decode(spoilt)) === 'taken';
      expect([seed, outcomeOf(() => redactor.redact(signal, 'protobuf', spoilt)) === 'taken']).toEqual([seed, isTaken]);
      if (isTaken) expect([seed, outcomeOf(() => decode(redactor.redact(signal, 'protobuf', spoilt).bytes))]).toEqual([seed, 'taken']);
    }
  });
});

test('a request without such numbers is passed on as the very same bytes', () => {
  const bytes = protobufOf('traces', spanRequest({ attributes: attributesOf({ 'url.path': '/slots/20261122', 'enduser.pseudo.id': 'f3a9' }) }));
  expect(redact('traces', bytes).bytes).toEqual(bytes);
  expect(redact('traces', bytes).bytes.buffer).toBe(bytes.buffer);
});

test('kinds that a setting leaves out stay, resident numbers never do', () => {
  const bytes = protobufOf('traces', spanRequest({ attributes: attributesOf({ phone: '010-1234-5678', rrn: RRN }) }));
  const text = Buffer.from(createOtlpRedactor(personalDataKinds('card')).redact('traces', 'protobuf', bytes).bytes);
  expect([text.includes('010-1234-5678'), text.includes(RRN)]).toEqual([true, false]);
});

test('a time stays under a name of a time, wherever the key stands in its message', () => {
  const value = field(2, field(1, Buffer.from('1801011234567')));
  const request = (key: string, keyFirst: boolean) => field(1, field(1, field(1, Buffer.concat(keyFirst ? [field(1, Buffer.from(key)), value] : [value, field(1, Buffer.from(key))]))));
  for (const keyFirst of [true, false]) {
    expect(Buffer.from(redact('traces', request('created_at', keyFirst)).bytes).includes('1801011234567')).toBe(true);
    expect(Buffer.from(redact('traces', request('rrn', keyFirst)).bytes).includes('1801011234567')).toBe(false);
  }
});

test('a field that this version does not know is left out, at any depth', () => {
  const known = protobufOf('traces', spanRequest({}));
  const unknown = field(15, Buffer.from('홍길동 서울시'));
  const redacted = redact('traces', Buffer.concat([unknown, known, field(1, field(7, Buffer.from('a name')))]));
  expect(Buffer.from(redacted.bytes).includes('a name')).toBe(false);
  expect(decodeBytes('traces', redacted.bytes).rows).toEqual(decodeBytes('traces', known).rows);
});

test('an id of a wrong length is still refused by the collector, and carries nothing there', () => {
  const span = field(1, field(2, field(2, field(1, Buffer.from(RRN)))));
  const redacted = redact('traces', span);
  expect(Buffer.from(redacted.bytes).includes('1234567')).toBe(false);
  expect(decodeBytes('traces', redacted.bytes).decoded.rejected).toEqual({ short_id: 1 });
});

test.each<[string, Buffer, string]>([
  ['a known field of another wire type', field(1, Buffer.from([0x10, 0x01])), 'DECODE_MALFORMED'],
  ['a group', Buffer.from([0x0b]), 'DECODE_MALFORMED'],
  ['a length past the end', Buffer.from([0x0a, 0x05, 0x00]), 'DECODE_TRUNCATED'],
  ['a value nested 65 deep', longField(1, longField(1, longField(1, nested(65)))), 'DECODE_TOO_DEEP'],
])('%s is refused with %s', (_name, bytes, code) => {
  expect(() => redact('traces', bytes)).toThrow(expect.objectContaining({ code }) as Error);
});

/** field 2 of KeyValue: an AnyValue of so many levels. */
function nested(levels: number): Buffer {
  let value: Buffer = Buffer.alloc(0);
  for (let level = 1; level < levels; level++) value = longField(5, longField(1, value));
  return longField(2, value);
}
function longField(number: number, content: Uint8Array): Buffer {
  const length = content.length;
  return Buffer.concat([Buffer.from([number << 3 | 2, (length & 127) | 128, length >>> 7]), content]);
}
