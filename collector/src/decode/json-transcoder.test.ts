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
