// The day second by second, from inside: the ground truth that anything a screen says can be held against.

export const SECOND_COLUMNS = ['waiting', 'peopleInLine', 'inside', 'identityQueued', 'identityBusy', 'identityWorkers', 'servers', 'requests', 'verified', 'thrownBack', 'booked'] as const;
export type SecondColumn = (typeof SECOND_COLUMNS)[number];
export type SecondRow = Record<SecondColumn, number>;

export class SecondSeries {
  readonly #rows: SecondRow[] = [];
  get rows(): readonly SecondRow[] { return this.#rows; }
  add(row: SecondRow): void { this.#rows.push(row); }

  /** One JSON object a line, moments in Unix ms: the second that ended then. */
  *lines(beginMs: number): Generator<string> {
    for (const [i, row] of this.#rows.entries()) yield `${JSON.stringify({ atMs: beginMs + (i + 1) * 1_000, ...row })}\n`;
  }
}
