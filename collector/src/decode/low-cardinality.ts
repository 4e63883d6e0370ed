// LowCardinality(String) in Native: a dictionary that stands in the block, complete, and an index a row (layout: DESIGN.md).
import type { ByteBuffer, IntList } from './byte-buffer.js';

/** This state version, and "the dictionary is in this block, complete". */
const SHARED_DICTIONARIES_WITH_ADDITIONAL_KEYS = 1;
const HAS_ADDITIONAL_KEYS = 1 << 9;
const NEED_UPDATE_DICTIONARY = 1 << 10;

export function writeDictionaryPrefix(out: ByteBuffer): void { out.pushUint64(SHARED_DICTIONARIES_WITH_ADDITIONAL_KEYS, 0); }

/** `texts`: `count` Native strings, the first of them empty. */
export function writeDictionaryRows(out: ByteBuffer, count: number, texts: ByteBuffer, indexes: IntList): void {
  if (indexes.length === 0) return; // an empty nested column has no body at all
  const indexType = count <= 0x100 ? 0 : count <= 0x1_0000 ? 1 : 2;
  out.pushUint64(indexType | HAS_ADDITIONAL_KEYS | NEED_UPDATE_DICTIONARY, 0);
  out.pushUint64(count, 0);
  out.pushBytes(texts.bytes, 0, texts.length);
  out.pushUint64(indexes.length, 0);
  writeIndexes(out, indexes, 1 << indexType);
}

function writeIndexes(out: ByteBuffer, { values, length }: IntList, width: number): void {
  out.reserve(length * width);
  const { bytes } = out;
  let at = out.length;
  for (let i = 0; i < length; i++) {
    const index = values[i]!;
    bytes[at++] = index;
    if (width > 1) bytes[at++] = index >>> 8;
    if (width > 2) { bytes[at++] = index >>> 16; bytes[at++] = index >>> 24; }
  }
  out.length = at;
}
