// The rows of one agency in every table that has any: counted, deleted for good, or let go when they are older than the agency wants
// them kept. A deletion rewrites the parts it touches and is waited for; what is deleted is on no disk afterwards.
import { ALL_TABLES, localName, onCluster, qualified, type DdlShape } from './ddl.js';
import { escaped } from './sql-text.js';
import type { TableDefinition } from './table-definition.js';

const holdsRows = (table: TableDefinition): boolean => table.engine !== 'Null' && table.columns.some(({ name }) => name === 'Agency');

/** One statement for all tables: `table`, `rows`. */
export function countOfAgency(agency: string, shape: DdlShape): string {
  return ALL_TABLES.filter(holdsRows).map(({ name }) => `SELECT '${name}' AS table, toFloat64(count()) AS rows FROM ${qualified(name, shape)} WHERE Agency = '${escaped(agency)}'`).join(' UNION ALL ');
}

export function deletionOfAgency(agency: string, shape: DdlShape): string[] {
  return ALL_TABLES.filter(holdsRows).map((table) => `ALTER TABLE ${localName(table.name, shape)}${onCluster(shape)} DELETE WHERE Agency = '${escaped(agency)}'`);
}

/** Of tables whose rows end at all: those received before a day. */
export function expiryOfAgency(agency: string, before: Date, shape: DdlShape): string[] {
  const day = before.toISOString().slice(0, 10);
  return ALL_TABLES.filter((table) => holdsRows(table) && table.expiresFrom !== null)
    .map((table) => `ALTER TABLE ${localName(table.name, shape)}${onCluster(shape)} DELETE WHERE Agency = '${escaped(agency)}' AND ${table.expiresFrom!} < toDate('${day}')`);
}

/** Of the tables that know a trace by its id. */
export function deletionOfTraces(agency: string, traceIds: readonly string[], shape: DdlShape): string[] {
  const list = traceIds.map((id) => `'${escaped(id)}'`).join(', ');
  return ALL_TABLES.filter((table) => holdsRows(table) && table.columns.some(({ name }) => name === 'TraceId'))
    .map((table) => `ALTER TABLE ${localName(table.name, shape)}${onCluster(shape)} DELETE WHERE Agency = '${escaped(agency)}' AND TraceId IN (${list})`);
}
