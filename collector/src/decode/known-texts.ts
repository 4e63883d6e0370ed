// A column whose texts are a few fixed ones, by their number. Where a text stands in the dictionary is remembered for the
// request, so that it is not looked up for each row.
import type { DictionaryColumn } from './native-block.js';

/** A column of a few fixed texts, by their OTLP numbers; unknown numbers are the first, "unspecified" or "unset". */
export class NumberedTexts {
  private readonly indexes: Int32Array;

  constructor(private readonly column: DictionaryColumn, private readonly texts: readonly Uint8Array[]) { this.indexes = new Int32Array(texts.length); }

  /** The column has been emptied. */
  clear(): void { this.indexes.fill(-1); }

  pushAll(numbers: Uint8Array): void {
    for (const number of numbers) {
      const known = number < this.texts.length ? number : 0;
      let index = this.indexes[known]!;
      if (index < 0) index = this.indexes[known] = this.column.dictionary.indexOf(this.texts[known]!);
      this.column.push(index);
    }
  }
}
