// The records of a segment, put together by table as the store loads them.
import { TABLES, type SegmentLoad, type SpoolTable, type TableName } from '@narrows/contract';
import type { SpoolRecord } from './record.js';

/** One load a table, in the order of first appearance. `again`: a process before this one may have loaded them. */
export function loadsOf(segmentId: string, records: readonly SpoolRecord[], again: boolean): SegmentLoad[] {
  const loads = new Map<TableName, SegmentLoad & { batches: NonNullable<SegmentLoad['batches']> }>();
  for (const record of records) {
    const { agency, batchId, receivedAtMs } = record;
    for (const { table, rows, bytes } of record.blocks) {
      if (!isTableName(table)) throw new TypeError(`segment ${segmentId} holds ${table}, which no store has; it belongs to a relay`);
      const load = loads.get(table) ?? { segmentId, table, rows: 0, blocks: [], batches: [], again };
      load.rows += rows;
      load.blocks.push(bytes);
      load.batches.push({ agency, batchId, receivedAtMs });
      loads.set(table, load);
    }
  }
  return [...loads.values()];
}

/** Whether a store has such a table; a relay's have none. */
export function isTableName(name: SpoolTable): name is TableName { return Object.hasOwn(TABLES, name); }
