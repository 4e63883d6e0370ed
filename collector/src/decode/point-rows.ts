// Rows of the metric points of one table, as far as they come from the points alone (`collector/wasm/point-rows.ts`): the points of a
// metric go in together, and it stops where something is to be done or said about one of them.
import { Rows, type Exports } from './rows.js';

/** Kinds of points by what stands in them. */
export const POINTS = { number: 0, histogram: 1, exponential: 2, summary: 3 } as const;
export type PointKind = (typeof POINTS)[keyof typeof POINTS];

/** Names of its columns. */
export type PointColumn = 'values' | 'keys' | 'attributeEnds' | 'starts' | 'timestamps' | 'flags' | 'numbers' | 'counts' | 'sums' | 'minima' | 'maxima' | 'scales' | 'zeroCounts'
  | 'positiveOffsets' | 'negativeOffsets' | 'bucketCounts' | 'bucketEnds' | 'negativeCounts' | 'negativeEnds' | 'bounds' | 'boundEnds' | 'quantiles' | 'quantileValues' | 'quantileEnds';
interface PointExports extends Exports {
  points(kind: number, start: number, end: number, rowsMax: number, likeness: number, stamp: number): number;
}

/** Why `append` stopped: at the end, before a point too many, behind the row of a point with exemplars, behind a point without a row. */
export const STOP = { atEnd: 0, atMax: 1, hasExemplars: 2, timeOutOfRange: 3, shortId: 4, malformed: 5 } as const;
const MOVED = 1 << 3;

export class PointRows extends Rows<PointExports, PointColumn | 'stopped' | 'attributesAt' | 'exemplarsAt'> {
  private stoppedAt = 0;

  /** Append the points of the data message at [start, end) of the body, at most `rowsMax`. `likeness`: the same for points of one metric. Answers: `STOP`. */
  append(kind: PointKind, start: number, end: number, rowsMax: number, likeness: number): number {
    const answer = this.exports.points(kind, start + this.bodyAt, end + this.bodyAt, rowsMax, likeness, this.slots.version);
    if ((answer & MOVED) !== 0) this.see();
    return answer & ~MOVED;
  }

  /** Where to go on. */
  get next(): number { return this.words[this.stoppedAt]! - this.bodyAt; }
  /** The last point. */
  get pointStart(): number { return this.words[this.stoppedAt + 1]! - this.bodyAt; }
  get pointEnd(): number { return this.words[this.stoppedAt + 2]! - this.bodyAt; }
  /** Rows that were appended. */
  get appended(): number { return this.words[this.stoppedAt + 3]!; }
  /** Flags of the last point. */
  get flags(): number { return this.words[this.stoppedAt + 4]!; }

  protected override see(): void {
    super.see();
    this.stoppedAt = this.address('stopped') >>> 2;
  }
}
