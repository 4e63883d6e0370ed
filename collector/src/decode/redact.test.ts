// Canaries in every spelling, and the look-alikes that must stay. The numbers are made up.
import { describe, expect, test } from 'vitest';
import { mayHoldPersonalNumber, maskPersonalNumbers } from './redact.js';
import { attributesOf, decodeObject, spanRequest } from './testing/decode-rows.js';

const HIDDEN: readonly [string, string][] = [
  ['900101-1234567', '900101-*******'], ['9001011234567', '900101-*******'], ['900101 1234567', '900101-*******'], ['900101 - 1234567', '900101-*******'],
  ['000229-3234567', '000229-*******'], ['850315-9234567', '850315-*******'], ['850315-0234567', '850315-*******'], ['900101-5234567', '900101-*******'],
  ['rrn=900101-1234567입니다', 'rrn=900101-*******입니다'], ['주민번호900101-1234567', '주민번호900101-*******'], ['_9001011234567_', '_900101-*******_'],
  ['?rrn%3D900101%2D1234567&x=1', '?rrn%3D900101-*******&x=1'], ['900101%201234567', '900101-*******'], ['%39%30%30%31%30%31%2D%31%32%33%34%35%36%37', '900101-*******'],
  ['９００１０１－１２３４５６７', '900101-*******'], ['{"log":"a\\n9001011234567"}', '{"log":"a\\n900101-*******"}'], ['110111-1234567', '110111-*******'],
  ['a 900101-1234567 b 850315-2234567', 'a 900101-******* b 850315-*******'],
  ['4111 1111 1111 1111', '************1111'], ['card 5500-0000-0000-0004.', 'card ************0004.'], ['378282246310005', '************0005'], ['3782 822463 10005', '************0005'],
];
const KEPT: readonly string[] = [
  '901301-1234567', '900132-1234567', '900100-1234567', '000000-0000000', 'a9001011234567', '9001011234567b', '90010112345678', '900101-123456',
  '0af7651916cd43dd8448eb211c80319c', '4111111111111112', '1795334400000', '2026-11-22 10:20:30.123456', '192.168.100.200:54321', '010-1234-5678', '',
  '7111111111111111', '123456789012345678901234567890',
];

test.each(HIDDEN)('%s becomes %s', (text, masked) => {
  const bytes = Buffer.from(text);
  expect(mayHoldPersonalNumber(bytes, 0, bytes.length)).toBe(true);
  expect(maskPersonalNumbers(text, '')).toBe(masked);
});
test.each(KEPT)('%s stays', (text) => { expect(maskPersonalNumbers(text, '')).toBe(text); });

test('the first look never overlooks what the second one masks, wherever in a text it stands', () => {
  for (const [text] of HIDDEN) for (let before = 0; before < 9; before++) {
    const bytes = Buffer.from(`${'.'.repeat(before)}${text}${'.'.repeat(8 - before)}`);
    expect([text, before, mayHoldPersonalNumber(bytes, 0, bytes.length)]).toEqual([text, before, true]);
  }
});

test('a bare epoch stays under a name of a time, and nowhere else', () => {
  for (const key of ['timestamp', 'created_at', 'queue.enqueued.ms', 'db.time', 'eventTime']) expect(maskPersonalNumbers('1801011234567', key)).toBe('1801011234567');
  for (const key of ['', 'rrn', 'format']) expect(maskPersonalNumbers('1801011234567', key)).toBe('180101-*******');
  expect(maskPersonalNumbers('180101-1234567', 'timestamp')).toBe('180101-*******');
});

describe('in a request', () => {
  const RRN = '900101-1234567';
  const values = {
    text: { stringValue: RRN }, list: { arrayValue: { values: [{ stringValue: RRN }] } }, map: { kvlistValue: { values: attributesOf({ [RRN]: RRN }) } },
    bytes: { bytesValue: Buffer.from(RRN).toString('base64') }, integer: { intValue: '9001011234567' }, long: { stringValue: `${'x'.repeat(32 * 1024 - 5)} ${RRN}` },
  };
  const attributes = [...Object.entries(values).map(([key, value]) => ({ key, value })), { key: `key ${RRN}`, value: {} }];

  test.each([
    ['traces', { resourceSpans: [{ resource: { attributes }, scopeSpans: [{ scope: { name: RRN, version: RRN }, spans: [{ name: RRN, traceState: RRN, attributes, status: { message: RRN }, events: [{ name: RRN, attributes }], links: [{ traceState: RRN, attributes }] }] }] }] }],
    ['logs', { resourceLogs: [{ resource: { attributes }, schemaUrl: RRN, scopeLogs: [{ scope: { attributes }, schemaUrl: RRN, logRecords: [{ body: { stringValue: RRN }, attributes, severityText: RRN, eventName: RRN }] }] }] }],
    ['metrics', { resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ metrics: [{ name: RRN, description: RRN, unit: RRN, gauge: { dataPoints: [{ attributes, exemplars: [{ filteredAttributes: attributes }] }] } }] }] }] }],
  ] as const)('no resident number of %s leaves decode, in any field', (signal, request) => {
    const { decoded } = decodeObject(signal, request);
    for (const { bytes } of decoded.blocks) {
      const text = Buffer.from(bytes).toString('latin1');
      for (const canary of ['1234567', Buffer.from(RRN).toString('base64').slice(0, 16), '123456']) expect(text.includes(canary)).toBe(false);
    }
    expect(decoded.changed.redacted).toBeGreaterThan(10);
  });

  test('ids, times and values without such numbers are not touched', () => {
    const { rows, decoded } = decodeObject('traces', spanRequest({ traceId: '90010112345678900101123456789001', attributes: attributesOf({ 'url.path': '/slots/20261122', at: '1795334400000' }) }));
    expect(decoded.changed.redacted).toBe(0);
    expect(rows[0]!.TraceId).toBe('90010112345678900101123456789001');
  });
});
