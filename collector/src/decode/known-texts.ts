// Columns whose texts come again and again: a few fixed ones by their number, and names that many items of a request share.
// Where a text stands in the dictionary is remembered for the request, so that it is not looked up for each row.
import type { AttributeWriter } from './attributes.js';
import type { DictionaryColumn } from './native-block.js';
import type { WireReader } from './wire-reader.js';
import { sameWords } from './words.js';

/** A column of a few fixed texts, by their OTLP numbers; unknown numbers are the first, "unspecified" or "unset". */
export class NumberedTexts {
  private readonly indexes: Int32Array;

  constructor(private readonly column: DictionaryColumn, private readonly texts: readonly Uint8Array[]) { this.indexes = new Int32Array(texts.length); }

  /** The column has been emptied. */
  clear(): void { this.indexes.fill(-1); }

  push(number: number): void {
    const known = number < this.texts.length ? number : 0;
    let index = this.indexes[known]!;
    if (index < 0) index = this.indexes[known] = this.column.dictionary.indexOf(this.texts[known]!);
    this.column.push(index);
  }
}

const PLACES = 256;

/** A column of names as they stand in the body. Direct-mapped: two names on one place are looked up each time. */
export class NameTexts {
  private readonly starts = new Int32Array(PLACES);
  private readonly lengths = new Int32Array(PLACES);
  private readonly indexes = new Int32Array(PLACES);

  constructor(private readonly column: DictionaryColumn) {}

  /** The column has been emptied. */
  clear(): void { this.lengths.fill(-1); }

  /** `likeness`: the same for the same name. */
  push(wire: WireReader, attributes: AttributeWriter, start: number, end: number, likeness: number): void {
    const place = Math.imul(likeness, 0x9e37_79b1) >>> 24;
    if (this.lengths[place] !== end - start || !sameWords(wire.view, start, this.starts[place]!, end - start)) {
      this.indexes[place] = attributes.textIndex(this.column, start, end);
      this.starts[place] = start;
      this.lengths[place] = end - start;
    }
    this.column.push(this.indexes[place]!);
  }
}
