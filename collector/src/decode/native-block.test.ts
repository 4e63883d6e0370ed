// The column writers by themselves: dictionaries of every width, rows that do not add up. That the engine reads what they
// write is shown in test/decode-native.test.ts.
import { expect, test } from 'vitest';
import { ByteBuffer, DECODED_BUFFER_BYTES_MAX, encodeText } from './byte-buffer.js';
import { Dictionary } from './dictionary.js';
import { KeyBook } from './key-book.js';
import { DictionaryColumn, MapColumn, NativeBlock } from './native-block.js';
import { readNativeBlock } from './testing/native-reader.js';
import { TextWriter } from './text-writer.js';

test.each([1, 255, 256, 65_535, 65_536, 100_000])('%i distinct names come back in order, whatever width their indexes have', (count) => {
  const column = new DictionaryColumn();
  for (let i = 0; i < count; i++) column.push(column.dictionary.indexOf(encodeText(`name-${i}`)));
  column.push(column.dictionary.indexOf(encodeText('name-0')));
  const out = new ByteBuffer();
  out.pushVarint(1);
  out.pushVarint(count + 1);
  for (const text of ['n', 'LowCardinality(String)']) { out.pushVarint(text.length); out.pushBytes(encodeText(text)); }
  column.writePrefix(out);
  column.writeData(out);
  const names = readNativeBlock(out.toBytes()).map((row) => row.n);
  expect(names.every((name, i) => name === `name-${i === count ? 0 : i}`)).toBe(true);
});

test('a dictionary knows only what was added since it was cleared', () => {
  const dictionary = new Dictionary();
  const a = encodeText('a');
  expect([dictionary.find(a, 0, 1), dictionary.indexOf(a), dictionary.indexOf(a), dictionary.indexOf(a, 0, 0)]).toEqual([-1, 1, 1, 0]);
  dictionary.clear();
  expect([dictionary.find(a, 0, 1), dictionary.count]).toEqual([-1, 1]);
});

test.each([0, 1, 2, 7, 100_000])('a row of no, one or three entries that is repeated %i times reads as if it had been written as often', (times) => {
  for (const entries of [[], [['', '']], [['a', 'x'], ['b', ''], ['c', 'a longer text than the others']]] as const) {
    const [repeated, written] = [new MapColumn(), new MapColumn()];
    const book = new KeyBook();
    const text = new TextWriter();
    const push = (map: MapColumn) => {
      for (const [key, value] of entries) {
        const bytes = encodeText(key);
        const number = book.numberOf(bytes, 0, bytes.length);
        const known = map.keys.find(number);
        map.keys.indexes.push(known >= 0 ? known : map.keys.add(book, number, text, bytes, 0, bytes.length));
        map.values.push(encodeText(value));
      }
      map.endRow();
    };
    for (const map of [repeated, written]) push(map);
    repeated.repeatLast(entries.length, 0, times);
    for (let i = 0; i < times; i++) push(written);
    const [left, right] = [repeated, written].map((map) => { const out = new ByteBuffer(); map.writeData(out); return out.toBytes(); });
    expect(Buffer.compare(left!, right!)).toBe(0);
    expect(repeated.rows).toBe(times + 1);
  }
});

test('a block whose columns have different numbers of rows never leaves', () => {
  const block = new NativeBlock('otel_logs');
  block.rows = 1;
  expect(() => block.finish(new ByteBuffer())).toThrow(expect.objectContaining({ code: 'INTERNAL' }) as Error);
});

test('a column is found by its name and its very type', () => {
  const block = new NativeBlock('otel_logs');
  expect(() => block.column('Body', 'UInt8')).toThrow(/otel_logs.Body is String, not UInt8/);
  expect(() => block.column('Boddy', 'String')).toThrow(/missing/);
});

test('a buffer refuses to grow past its limit, and gives a large one back when it is cleared', () => {
  const buffer = new ByteBuffer(16);
  expect(() => buffer.reserve(DECODED_BUFFER_BYTES_MAX + 1)).toThrow(expect.objectContaining({ code: 'REQUEST_TOO_LARGE' }) as Error);
  buffer.reserve(8 * 1024 * 1024);
  buffer.clear();
  expect(buffer.bytes.length).toBe(16);
});
