// What OTLP/JSON may look like: 64-bit integers as strings or numbers, enums as names or numbers, ids as hex, members that
// nobody knows.
import { NarrowsError } from '@narrows/contract';
import { expect, test } from 'vitest';
import { decodeBytes, decodeObject, spanRequest } from './testing/decode-rows.js';

const json = (text: string) => decodeBytes('traces', Buffer.from(text), 'json');
const span = (members: string) => json(`{"resourceSpans":[{"scopeSpans":[{"spans":[{${members}}]}]}]}`).rows[0]!;

test('64-bit integers are exact as strings and as numbers', () => {
  for (const time of ['1795334400000000001', '"1795334400000000001"']) expect(span(`"startTimeUnixNano": ${time} ,"endTimeUnixNano":${time}`).Timestamp).toBe(1_795_334_400_000_000_001n);
  expect(span('"attributes":[{"key":"a","value":{"intValue":9007199254740993}},{"key":"b","value":{"intValue":-9223372036854775808}}]').SpanAttributes)
    .toEqual([['a', '9007199254740993'], ['b', '-9223372036854775808']]);
});

test('digits inside a string stay what they are when long integers stand beside them', () => {
  const name = 'a: 1795334400000000001, \\"[12345678901234567890]';
  expect(span(`"name":"${name}","startTimeUnixNano":1795334400000000001`).SpanName).toBe(JSON.parse(`"${name}"`));
});

test('enums come as numbers or as names', () => {
  for (const kind of ['2', '"SPAN_KIND_SERVER"']) expect(span(`"kind":${kind},"status":{"code":"STATUS_CODE_ERROR"}`)).toMatchObject({ SpanKind: 'Server', StatusCode: 'Error' });
  expect(span('"kind":99')).toMatchObject({ SpanKind: 'Unspecified' });
});

test('ids are hex in either case, bytes are base64', () => {
  expect(span('"traceId":"0AF7651916CD43DD8448EB211C80319C","attributes":[{"key":"b","value":{"bytesValue":"AQID"}}]'))
    .toMatchObject({ TraceId: '0af7651916cd43dd8448eb211c80319c', SpanAttributes: [['b', 'AQID']] });
});

test('doubles may be NaN or infinite, as text', () => {
  expect(span('"attributes":[{"key":"a","value":{"doubleValue":"NaN"}},{"key":"b","value":{"doubleValue":"-Infinity"}}]').SpanAttributes).toEqual([['a', 'NaN'], ['b', '-Infinity']]);
});

test('unknown members and nulls are ignored, an empty body is an empty request', () => {
  expect(span('"name":"n","novelty":{"deep":[1]},"status":null').SpanName).toBe('n');
  for (const empty of ['', '{}', '{"resourceSpans":[]}']) expect(json(empty).decoded).toMatchObject({ accepted: 0, blocks: [] });
});

test.each(['nonsense', '[]', '"x"', 'null', '{"resourceSpans":{}}', '{"resourceSpans":[1]}', '{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":5}]}]}]}',
  '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"xyz"}]}]}]}', '{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"-1"}]}]}]}',
  '{"resourceSpans":[{"scopeSpans":[{"spans":[{"kind":1.5}]}]}]}'])('%s is refused as malformed', (text) => {
  expect(() => json(text)).toThrow(expect.objectContaining({ code: 'DECODE_MALFORMED' }) as NarrowsError);
});

test('a lone surrogate and invalid UTF-8 in the body are replaced and counted', () => {
  const { rows, decoded } = json('{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"a\\ud800"}]}]}]}');
  expect([rows[0]!.SpanName, decoded.changed.invalidUtf8]).toEqual(['a\ufffd', 1]);
});

test('maps inside values are written as JSON with sorted keys', () => {
  const value = { kvlistValue: { values: [{ key: 'b', value: { boolValue: true } }, { key: 'a', value: { arrayValue: { values: [{}, { intValue: '9007199254740993' }, { doubleValue: 1.5 }, { bytesValue: 'AQ==' }] } } }] } };
  expect(decodeObject('traces', spanRequest({ attributes: [{ key: 'm', value }] })).rows[0]!.SpanAttributes).toEqual([['m', '{"a":[null,9007199254740993,1.5,"AQ=="],"b":true}']]);
});

test('an integer too long for a double is refused where a text belongs, and where JSON has no number', () => {
  for (const text of ['{"resourceSpans":[{"schemaUrl":12345678901234567}]}', '{12345678901234567:1}', '{"x":00012345678901234567}', '{"x":12345678901234567-1}']) {
    expect(() => json(text)).toThrow(expect.objectContaining({ code: 'DECODE_MALFORMED' }) as NarrowsError);
  }
});

test('original field names are taken as well as lowerCamelCase ones', () => {
  expect(json('{"resource_spans":[{"scope_spans":[{"spans":[{"name":"n","start_time_unix_nano":"7"}]}]}]}').rows[0]).toMatchObject({ SpanName: 'n', Timestamp: 7n });
});

test('base64 comes in either alphabet, with or without padding; anything else is refused', () => {
  const bytes = (text: string) => span(`"attributes":[{"key":"b","value":{"bytesValue":"${text}"}}]`).SpanAttributes;
  for (const text of ['+/8=', '-_8', '+/8']) expect(bytes(text)).toEqual([['b', '+/8=']]);
  for (const text of ['!!!', 'A', 'A=B=']) expect(() => bytes(text)).toThrow(expect.objectContaining({ code: 'DECODE_MALFORMED' }) as NarrowsError);
});

test('a long text beside a long integer, a million digits and a million escapes are read in one walk', () => {
  const long = `"startTimeUnixNano":1795334400000000001,"name":"${'x'.repeat(10_000_000)}"`;
  expect(span(long)).toMatchObject({ Timestamp: 1_795_334_400_000_000_001n });
  expect(span(`"name":"${'\\"'.repeat(1_000_000)}","x":${'1'.repeat(1_000_000)}.5`).SpanName).toMatch(/^"+$/);
  expect(() => json(`{"a":1234567890123456,"b":"${'\\"'.repeat(1_000_000)}`)).toThrow(expect.objectContaining({ code: 'DECODE_MALFORMED' }) as NarrowsError);
});

test('eight million brackets inside one another are refused before they are parsed', () => {
  expect(() => json(`{"a":${'['.repeat(8_000_000)}${']'.repeat(8_000_000)}}`)).toThrow(expect.objectContaining({ code: 'DECODE_TOO_DEEP' }) as NarrowsError);
});
