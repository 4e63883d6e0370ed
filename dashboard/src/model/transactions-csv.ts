// The list of traces as a CSV file that is safe to open in a spreadsheet: a value that a spreadsheet would run as a
// formula gets an apostrophe in front (OWASP, CSV injection), everything is quoted, and a byte order mark makes Excel
// read Korean.
import type { TransactionRow } from '@narrows/contract';

const COLUMNS = ['traceId', 'spanId', 'endMs', 'durationMs', 'service', 'operation', 'pipeline', 'stage', 'channel', 'outcome', 'person', 'error', 'httpStatus', 'statusMessage'] as const satisfies readonly (keyof TransactionRow)[];

export function transactionsCsv(rows: readonly TransactionRow[]): string {
  const lines = [COLUMNS.join(','), ...rows.map((row) => COLUMNS.map((column) => csvCell(column === 'endMs' ? new Date(row.endMs).toISOString() : row[column])).join(','))];
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}

export function csvCell(value: string | number | boolean): string {
  const text = String(value);
  const safe = typeof value === 'string' && /^[\s]*[=+\-@\t\r|%]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
