// A string column whose text is the same for many rows below each other: the scope's name, a metric's unit. The text is
// cleaned once, as long as it stands at the same place of the body, and its stored bytes are copied for each further row.
import type { StringColumn } from './native-block.js';
import type { RequestContext, TextAt } from './request-context.js';

export class RepeatedText {
  private start = 0;
  private end = 0;
  private storedFrom = 0;
  private storedTo = 0;

  constructor(private readonly column: StringColumn) {}

  /** The column has been emptied. */
  clear(): void { this.start = this.end = this.storedFrom = this.storedTo = 0; }

  pushRow(context: RequestContext, text: TextAt): void {
    const { column } = this;
    if (text.end === text.start) { column.pushEmpty(); return; }
    if (text.start === this.start && text.end === this.end && this.storedTo > 0) {
      column.data.pushOwn(this.storedFrom, this.storedTo);
      column.rows++;
      return;
    }
    const { changes } = context.text;
    const from = column.data.length;
    context.writeText(column, text.start, text.end);
    this.start = text.start;
    this.end = text.end;
    this.storedFrom = from;
    // What had to be changed is counted each time.
    this.storedTo = context.text.changes === changes ? column.data.length : 0;
  }
}
