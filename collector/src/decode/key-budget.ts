// The seam to the budgets of different keys: a key column keeps a value's name only while its agency has room for another
// one. Asked when a request shows a value for the first time, so it costs nothing a row. Attributes keep the real value.
import { KEY_COLUMNS, OVERFLOW, type KeyColumn } from '@narrows/contract';
import { encodeText } from './byte-buffer.js';

export interface KeyBudget {
  /** Whether the value bytes[start, end) of this column is one of those told apart. */
  admits(column: KeyColumn, bytes: Uint8Array, start: number, end: number): boolean;
}

export const UNLIMITED_KEYS: KeyBudget = { admits: () => true };
export const OVERFLOW_TEXT = encodeText(OVERFLOW);
export const isKeyColumn = (name: string): name is KeyColumn => (KEY_COLUMNS as readonly string[]).includes(name);
