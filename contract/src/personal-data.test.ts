// Canaries in every spelling, and the look-alikes of ordinary telemetry that must stay. The numbers are made up.
import { describe, expect, test } from 'vitest';
import { maskPersonalData, maskPersonalInteger, personalDataKinds } from './personal-data.js';

const PLAIN: readonly [string, string][] = [
  ['900101-1234567', '900101-*******'], ['9001011234567', '900101-*******'], ['900101 - 1234567', '900101-*******'], ['000229-3234567', '000229-*******'],
  ['850315-9234567', '850315-*******'], ['850315-0234567', '850315-*******'], ['900101-5234567', '900101-*******'], ['900101-8234567', '900101-*******'],
  ['주민번호900101-1234567입니다', '주민번호900101-*******입니다'], ['_9001011234567_', '_900101-*******_'], ['110111-1234567', '110111-*******'],
  ['a 900101-1234567 b 850315-2234567', 'a 900101-******* b 850315-*******'], ['999999 900101-1234567', '999999 900101-*******'],
  ['4111 1111 1111 1111', '************1111'], ['card 5500-0000-0000-0004.', 'card ************0004.'], ['378282246310005', '************0005'], ['3782 822463 10005', '************0005'],
  ['2222 4111 1111 1111 1111', '2222 ************1111'],
  ['11-22-333333-44', '11-**-******-**'], ['28 22 333333 44', '28-**-******-**'], ['운전면허 112233333344', '운전면허 11-**-******-**'], ['{"licenseNo":"112233333344"}', '{"licenseNo":"11-**-******-**"}'],
  ['M12345678', 'M********'], ['S123A4567', 'S********'], ['M789C1234입니다', 'M********입니다'], ['여권 m12345678', '여권 m********'],
  ['010-1234-5678', '010-****-****'], ['01012345678', '010-****-****'], ['011-234-5678', '011-****-****'], ['0192345678', '019-****-****'], ['전화:010.1234.5678', '전화:010-****-****'],
  ['+82 10-1234-5678', '+82-10-****-****'], ['+821012345678', '+82-10-****-****'], ['821012345678', '82-10-****-****'], ['+82 (0)10 1234 5678', '+82-10-****-****'], ['0082-2-345-6789', '0082-2-****-****'],
  ['02-345-6789', '02-****-****'], ['(031) 345-6789', '(031-****-****'], ['02)2345-6789', '02-****-****'], ['연락처 0223456789', '연락처 02-****-****'], ['070-2345-6789', '070-****-****'],
];
test.each(PLAIN)('%s becomes %s', (text, masked) => { expect(maskPersonalData(text)).toBe(masked); });

test('a mask is not masked again', () => {
  for (const [, masked] of PLAIN) expect(maskPersonalData(masked)).toBe(masked);
});

describe('whatever way it is spelled', () => {
  const hex = (text: string, before: string) => text.replace(/./gs, (sign) => before + sign.charCodeAt(0).toString(16).padStart(2, '0'));
  const wide = (text: string) => text.replace(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));
  const spelled = (text: string) => [
    text, wide(text), text.replaceAll('-', '%2D'), text.replaceAll('-', '%252d'), hex(text, '%'), hex(text, '%25'), hex(text, '%2525'), encodeURIComponent(wide(text)),
    hex(text, '\\u00'), hex(text, '\\x'), hex(text, '&#x').replace(/x../g, '$&;'), text.replace(/./g, (sign) => `&#${sign.charCodeAt(0)};`), encodeURIComponent(hex(text, '\\u00')), `\\n${text}`, `%5Cn${text}`, `rrn%3D${text}&x=1`, `\\"${text}\\"`,
    ...['', ' ', '  ', '\u00a0', '\u3000', '.', '·', '・', '/', '\\/', '–', '—', '−', '‐', '\u200b-\u200b', '\ufeff-', '\u00ad-', '%20', '+', '%E2%80%93', '%25E2%2580%2593', '%C2%A0', '&ndash;', '&nbsp;', '&#8211;', '\\u2013', '\\u002d', '\\t', '\t']
      .map((gap) => text.replaceAll('-', gap)),
  ];
  // A licence without any separator needs a word that says what it is.
  test.each(['900101-1234567', '010-1234-5678', '11-22-333333-44', '4111-1111-1111-1111'])('%s is found', (number) => {
    for (const text of spelled(number)) expect([text, maskPersonalData(text, 'driver.license').includes('****')]).toEqual([text, true]);
  });

  test('what stands around a number in an escaped text stays as it was', () => {
    expect(maskPersonalData('?a=%EA%B0%80&rrn%3D900101%2D1234567&x=%2F1')).toBe('?a=%EA%B0%80&rrn%3D900101-*******&x=%2F1');
    expect(maskPersonalData('{"log":"a\\n9001011234567","b":"\\u00e9"}')).toBe('{"log":"a\\n900101-*******","b":"\\u00e9"}');
    expect(maskPersonalData('100%900101-1234567')).toBe('100%900101-*******');
  });
});

describe('ordinary telemetry stays', () => {
  test.each([
    '901301-1234567', '900132-1234567', '900100-1234567', '000000-0000000', 'a9001011234567', '9001011234567b', '90010112345678', '900101-123456',
    '0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331', '550e8400-e29b-41d4-a716-446655440000', '00000000-0000-4000-8000-010123456789', '4111111111111112', '7111111111111111', '123456789012345678901234567890',
    '1795334400000', '1795334400', '1795334400123456789', '2026-11-22 10:20:30.123456', '2026-11-22T01:02:03.456Z', '20261122-102030', '2026. 11. 22. 10시 20분',
    '192.168.100.200:54321', '10.42.0.15', '1.2.3-alpha.20261122', 'Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0', 'Chrome/131.0.6778.86 Safari/537.36',
    'SELECT * FROM slots WHERE day = 20261122 AND clinic IN (11110, 11140, 26110) LIMIT 5000 OFFSET 120000', '/api/v2/bookings/BK00902036/passengers/2', '/slots/20261122/0930', 'order 202611220012', 'offer:621321',
    '104857600', '512110190592', '0.010123456789', '0.9182736455463728', '-1', '1e21', 'd20261122', 'm12345678', 'FL048277', 'worker-010', 'thread-0123', '112233333344', '0223456789', '02-1-2', '', 'v1.31.0-gke.1146000',
    '%EC%A7%88%EB%B3%91%EA%B4%80%EB%A6%AC%EC%B2%AD', '진료 예약 2026년 11월 22일 09시 30분', '\\u00e9\\u00e8', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', '3.14159265358979', 'ttl 86400000 ms',
  ])('%s', (text) => { expect(maskPersonalData(text)).toBe(text); });

  test('a bare epoch stays under a name of a time, in the text too, and nowhere else', () => {
    for (const key of ['timestamp', 'created_at', 'queue.enqueued.ms', 'db.time', 'eventTime', 'createdAt', 'ts']) expect(maskPersonalData('1801011234567', key)).toBe('1801011234567');
    for (const text of ['{"timestamp":1801011234567}', 'WHERE created_at >= 1801011234567', '"{\\"ts\\": \\"1801011234567\\"}"', 'expiresAt=1801011234567']) expect(maskPersonalData(text)).toBe(text);
    for (const key of ['', 'rrn', 'format', 'birth_date']) expect(maskPersonalData('1801011234567', key)).toBe('180101-*******');
    expect(maskPersonalData('180101-1234567', 'timestamp')).toBe('180101-*******');
    expect(maskPersonalData('9001011234567', 'timestamp')).toBe('900101-*******');
  });
});

test('a number that came as an integer is found without its leading zeros', () => {
  expect(maskPersonalInteger('9001011234567')).toBe('900101-*******');
  expect(maskPersonalInteger('503043234567')).toBe('050304-*******');
  expect(maskPersonalInteger('1013234567', 'rrn')).toBe('000101-*******');
  for (const [digits, key] of [['503043234567', 'disk.bytes'], ['503043234567', 'duration_ns'], ['1013234567', ''], ['503041234567', '']] as const) expect(maskPersonalInteger(digits, key)).toBe(digits);
});

test('kinds can be left out, but never resident numbers', () => {
  const text = '900101-1234567 010-1234-5678 4111 1111 1111 1111';
  expect(maskPersonalData(text, '', personalDataKinds('card'))).toBe('900101-******* 010-1234-5678 ************1111');
  expect(maskPersonalData(text, '', personalDataKinds(''))).toBe('900101-******* 010-1234-5678 4111 1111 1111 1111');
  expect(maskPersonalData(text, '', personalDataKinds('all'))).toBe('900101-******* 010-****-**** ************1111');
  expect(() => personalDataKinds('card,ssn')).toThrow(/must be "all" or a list of/);
});

test('32 KiB of numbers, and of what is nearly one, are read once for each rule and layer', () => {
  const many = maskPersonalData('900101-1234567,'.repeat(2_000));
  expect(many).toBe('900101-*******,'.repeat(2_000));
  for (const near of ['%25', '4111 ', '010-', '&amp;', '\\\\', '82', '11-22-333333-', '900101-123456-']) {
    const text = near.repeat(Math.ceil(32_768 / near.length));
    expect(maskPersonalData(text).length).toBeGreaterThan(0);
  }
});
