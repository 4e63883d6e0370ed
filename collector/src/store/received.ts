// What the tables that views fill have in common: the day on which their rows were received, by which they are cut and
// forgotten, and moments that stay within what a DateTime can say, whatever clock the sender had.
import type { TableColumn } from './table-definition.js';

export const RECEIVED: TableColumn = { name: 'Received', type: 'Date' };
export const DAY_OF_RECEIPT = "toDate(ReceivedAt, 'UTC') AS Received";

const NANO_PER_SECOND = 1_000_000_000;
/** The last second of a DateTime, in 2106. */
const SECOND_MAX = 4_294_967_295;

/** Nanoseconds since 1970 to whole steps of so many seconds. In integers: a double cannot hold nanoseconds. */
export function secondOf(nano: string, stepSeconds = 1): string {
  const steps = `intDiv(${nano}, ${stepSeconds * NANO_PER_SECOND})`;
  return `toDateTime(greatest(0, least(${SECOND_MAX}, ${steps}${stepSeconds === 1 ? '' : ` * ${stepSeconds}`})), 'UTC')`;
}
