// The first look against the masks themselves, and requests with a number in every field. What is found and what is not stands in
// contract/src/personal-data.test.ts. The numbers are made up.
import { describe, expect, test } from 'vitest';
import { mayHoldPersonalNumber, maskBytes, maskPersonalNumbers } from './redact.js';
import { attributesOf, decodeObject, spanRequest } from './testing/decode-rows.js';

describe('the first look never overlooks what the second one masks', () => {
  const NUMBERS = ['900101-1234567', '9001011234567', '4111-1111-1111-1111', '378282246310005', '4222222222222', '3782-822463-10005', '11-22-333333-44', '112233333344',
    'M12345678', 'S123A4567', '010-1234-5678', '01012345678', '011-234-5678', '02-345-6789', '023456789', '+82 10-1234-5678', '821012345678', '0082-2-345-6789', '(031) 345-6789'];
  const GAPS = ['', '-', ' ', '.', '/', '_', '+', ' - ', '·', '\u00a0', '–', '－', '\u200b', '%2D', '%20', '%252D', '%E2%80%93', '%25E2%2580%2593', '\\u2013', '\\n', '\\/', '&ndash;', '&nbsp;', '&#8211;', '&minus;', '%5Cu002d'];
  const AROUND = ['', ' ', '.', '"', ':', '=', '(', 'rrn=', '번호', '입니다', 'x ', 'FL048277 ', 'v2/', '10.42.1.7 ', '%20', '%3D', '%EA%B0%80', '%25', '100%', '\\n', '\\"', '\\u000a', '&#10;', '&amp;', '%5Cn', '2026-11-22 ', 'a&b=', '질병관리청 2026년 ', '_', '#'];
  const hex = (sign: string) => sign.charCodeAt(0).toString(16).padStart(2, '0');
  const SPELLINGS: ((sign: string) => string)[] = [
    (sign) => sign, (sign) => sign, (sign) => sign, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0), (sign) => `%${hex(sign)}`, (sign) => `%25${hex(sign)}`, (sign) => `%2525${hex(sign)}`,
    (sign) => `\\u00${hex(sign)}`, (sign) => `\\x${hex(sign)}`, (sign) => `&#x${hex(sign)};`, (sign) => `&#${sign.charCodeAt(0)};`, (sign) => `%5Cu00${hex(sign)}`, (sign) => encodeURIComponent(String.fromCharCode(sign.charCodeAt(0) + 0xfee0)),
    (sign) => `\\u${(sign.charCodeAt(0) + 0xfee0).toString(16)}`,
  ];
  /** A small random generator with a printed seed. */
  function randomOf(seed: number): <T>(items: readonly T[]) => T {
    let state = seed;
    return (items) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return items[Math.floor(state / 2 ** 32 * items.length)]!;
    };
  }
  const looked = (text: string) => { const bytes = Buffer.from(`${text}`); return mayHoldPersonalNumber(bytes, 0, bytes.length); };

  test('in numbers of every spelling, in every surrounding, at every offset', () => {
    let masked = 0;
    for (let seed = 1; seed <= 40_000; seed++) {
      const pick = randomOf(seed);
      const spelling = pick(SPELLINGS);
      const gap = pick(GAPS);
      const number = pick(NUMBERS).replace(/[-. ]|[0-9A-Z]/g, (sign) => (/[0-9A-Z]/.test(sign) ? spelling(sign) : gap));
      const text = `${pick(AROUND)}${pick(AROUND)}${number}${pick(AROUND)}`;
      if (maskPersonalNumbers(text, 'licence phone passport') === text) continue;
      masked++;
      expect([seed, text, looked(text)]).toEqual([seed, text, true]);
    }
    expect(masked).toBeGreaterThan(10_000);
  });

  test.each([
    'M123%2DM123A4567', 'M123-M123A4567', 'M123A-S12345678', '&#57;M123A4567', '%2D%2520M12345678', '%4D12345678', '%254D123A4567', '\\u004D12345678', '\\x4d12345678', '&#77;123A4567', '&#x4D;123A4567',
    'Ｍ12345678', 'ｓ12345678', '%EF%BC%AD12345678', '\\uff2d12345678', 'M1%32%33A4567', '%2DM123M123%39', ' x M123&#57;010&#57;', 'M123\u200bA4567',
  ])('in a passport number of which only some signs are spelled otherwise, or behind half of one: %s', (text) => {
    for (let before = 0; before < 4; before++) {
      const shifted = `${'.'.repeat(before)}${text}`;
      expect([shifted, maskPersonalNumbers(shifted, 'passport')]).not.toEqual([shifted, shifted]);
      expect([shifted, looked(shifted)]).toEqual([shifted, true]);
    }
  });

  test('in noise of digits, gaps and pieces of escapes', () => {
    const PIECES = ['0', '1', '2', '8', '9', '010', '900101', '1234567', '4567', '-', ' ', '.', '%', '25', '2D', '\\', 'u00', '3', '&', '#', ';', 'M', 'S', 'a', 'D', '가', '９', '\u200b', '%3', '\\u003', '&#5', '_', ':', ')', '82'];
    let masked = 0;
    for (let seed = 1; seed <= 60_000; seed++) {
      const pick = randomOf(seed * 7_919);
      let text = '';
      for (let i = 0; i < 14; i++) text += pick(PIECES);
      if (maskPersonalNumbers(text, 'licence phone passport') === text) continue;
      masked++;
      expect([seed, text, looked(text)]).toEqual([seed, text, true]);
    }
    expect(masked).toBeGreaterThan(500);
  });
});

test('a number is found inside bytes, as UTF-8 or whatever else they are', () => {
  const mask = (text: string) => maskPersonalNumbers(text, '');
  expect(maskBytes(Buffer.from('９００１０１－１２３４５６７'), mask).toString()).toBe('900101-*******');
  expect(maskBytes(Buffer.from([0xff, ...Buffer.from(' 9001011234567'), 0]), mask)).toEqual(Buffer.from([0xff, ...Buffer.from(' 900101-*******'), 0]));
});

describe('in a request', () => {
  const RRN = '900101-1234567';
  const values = {
    text: { stringValue: RRN }, list: { arrayValue: { values: [{ stringValue: RRN }] } }, map: { kvlistValue: { values: attributesOf({ [RRN]: RRN }) } },
    bytes: { bytesValue: Buffer.from(RRN).toString('base64') }, integer: { intValue: '9001011234567' }, double: { doubleValue: 9001011234567 }, long: { stringValue: `${'x'.repeat(32 * 1024 - 5)} ${RRN}` },
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
      for (const canary of ['1234567', '9001011', Buffer.from(RRN).toString('base64').slice(0, 16), '123456']) expect(text.includes(canary)).toBe(false);
    }
    expect(decoded.changed.redacted).toBeGreaterThan(10);
  });

  test('ids, times and values without such numbers are not touched', () => {
    const { rows, decoded } = decodeObject('traces', spanRequest({ traceId: '90010112345678900101123456789001', attributes: attributesOf({ 'url.path': '/slots/20261122', at: '1795334400000' }) }));
    expect(decoded.changed.redacted).toBe(0);
    expect(rows[0]!.TraceId).toBe('90010112345678900101123456789001');
  });
});
