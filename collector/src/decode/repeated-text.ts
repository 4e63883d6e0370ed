// A string column whose text is the same for many rows below each other: the scope's name, a metric's unit. As long as the
// text stands at the same place of the body, a row is only counted; when another text comes, or the rows end, what was
// stored of it once is repeated in a few copies.
import type { StringColumn } from './native-block.js';
import type { RequestContext, TextAt } from './request-context.js';

/** The text had to be changed, which is counted for each row: nothing is repeated. */
const NOT_REPEATED = -1;

export class RepeatedText {
  private start = 0;
  private end = 0;
  private storedFrom = 0;
  private repeats = NOT_REPEATED;

  constructor(private readonly column: StringColumn) {}

  /** The column has been emptied. */
  clear(): void { this.repeats = NOT_REPEATED; }

  /** Append so many rows. */
  pushRow(context: RequestContext, text: TextAt, rows = 1): void {
    // All empty texts are one, wherever they stand.
    const isEmpty = text.end === text.start;
    const start = isEmpty ? 0 : text.start;
    const end = isEmpty ? 0 : text.end;
    for (let left = rows; left > 0; left--) {
      if (this.repeats !== NOT_REPEATED && start === this.start && end === this.end) { this.repeats += left; return; }
      this.store(context, start, end);
    }
  }

  private store(context: RequestContext, start: number, end: number): void {
    this.endRows();
    const { column } = this;
    const { changes } = context.text;
    this.start = start;
    this.end = end;
    this.storedFrom = column.data.length;
    if (start === end) column.pushEmpty();
    else context.writeText(column, start, end);
    this.repeats = context.text.changes === changes ? 0 : NOT_REPEATED;
  }

  /** Write the rows that were only counted: to be called before the column is finished. */
  endRows(): void {
    if (this.repeats > 0) this.column.repeatLast(this.storedFrom, this.repeats);
    this.repeats = NOT_REPEATED;
  }
}
