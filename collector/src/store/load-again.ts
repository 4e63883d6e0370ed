// A load that may have been made before, by a process or an engine that did not live to say so. The engine's memory of loads
// (its deduplication log) is never synced, so after a power loss it may have forgotten a load whose rows are on the disk.
// The raw rows themselves are asked, since each carries its batch and its moment of receipt; and what a rollup says of
// the moments they fall into is told anew from the raw rows, as its view's own SELECT has it. A crash in the middle
// leaves the raw rows, and with them the reason to do it again.
import { randomUUID } from 'node:crypto';
import { NarrowsError, type LoadedBatch, type SegmentLoad } from '@narrows/contract';
import { ALL_TABLES, ALL_VIEWS, localName, qualified, selectOf, type DdlShape } from './ddl.js';
import { escaped } from './sql-text.js';
import type { TableDefinition, ViewDefinition } from './table-definition.js';
import { THINNED_LOADS_TABLE } from './thinned-tables.js';

export interface Reloading {
  select<T>(sql: string): Promise<T[]>;
  command(sql: string): Promise<void>;
  insert(load: SegmentLoad, token: string): Promise<void>;
}

/** Store it and roll it up once, whatever was there. Nothing else may be loading meanwhile: what another load adds to a moment between reading and writing would be counted twice. */
export async function loadAgain(store: Reloading, load: SegmentLoad, batches: readonly LoadedBatch[], token: string, shape: DdlShape): Promise<void> {
  const raw = localName(load.table, shape);
  const areBatches = isOneOf(batches);
  const [running] = await store.select<{ loads: number }>(`SELECT count() AS loads FROM system.processes WHERE startsWith(query_id, '${token}/')`);
  if (running?.loads) throw new NarrowsError('STORE_UNAVAILABLE', `the first load of ${token} is still under way`, { retryAfterSeconds: 2 });
  const [found] = await store.select<{ rows: number }>(`SELECT count() AS rows FROM ${raw} WHERE ${areBatches}`);
  const rows = found?.rows ?? 0;
  // The raw part is the first that an insert commits: without it no rollup has seen the load either.
  if (rows === 0) {
    await store.insert(load, token);
    return;
  }
  if (load.table === 'otel_traces' && await meetsThinned(store, raw, areBatches, shape)) {
    // What the rollups say of these moments cannot be told anew from raw rows: the engine's memory of loads is all there is.
    await store.insert(load, token);
    return;
  }
  if (rows !== load.rows) {
    // The crash fell between two partitions. The engine may remember one of them, so it comes under a new name.
    await store.command(`DELETE FROM ${raw} WHERE ${areBatches}`);
    await store.insert(load, `${token}:${randomUUID()}`);
  }
  const views = ALL_VIEWS.filter((view) => view.from === load.table);
  for (const target of new Set(views.map((view) => view.to))) {
    const table = ALL_TABLES.find(({ name }) => name === target);
    if (table) await tellAnew(store, table, views.filter((view) => view.to === target), areBatches, shape);
  }
}

/** Whether spans were thinned that may share a rollup's moments, ten seconds at most, with those of these batches. */
async function meetsThinned(store: Reloading, raw: string, areBatches: string, shape: DdlShape): Promise<boolean> {
  const end = 'toUnixTimestamp64Nano(Timestamp) + toInt64(Duration)';
  const [met] = await store.select<{ loads: number }>(`SELECT count() AS loads FROM ${qualified(THINNED_LOADS_TABLE.name, shape)} AS thinned
    INNER JOIN (SELECT Agency, intDiv(min(${end}), 1000000000) AS first, intDiv(max(${end}), 1000000000) AS last FROM ${raw} WHERE ${areBatches} GROUP BY Agency) AS mine
    ON thinned.Agency = mine.Agency WHERE toInt64(toUnixTimestamp(LastAt)) + 10 >= least(first, 4294967295) AND toInt64(toUnixTimestamp(FirstAt)) - 10 <= greatest(last, 0)`);
  return (met?.loads ?? 0) > 0;
}

async function tellAnew(store: Reloading, table: TableDefinition, views: readonly ViewDefinition[], areBatches: string, shape: DdlShape): Promise<void> {
  // An index of traces: one line more says nothing new.
  if (table.engine === 'MergeTree') {
    for (const view of views) await store.command(insertOf(view, areBatches, shape));
    return;
  }
  const moments = views.map((view) => `SELECT Agency AS agency, toString(At) AS at, toString(Received) AS received FROM (${selectOf(narrowed(view, areBatches), shape)})`);
  const keys = await store.select<{ agency: string; at: string; received: string }>(moments.join(' UNION DISTINCT '));
  if (keys.length === 0) return;
  // The days by themselves as well: partitions of other days are then not looked at, neither of the rollup nor of the raw table.
  const days = [...new Set(keys.map(({ received }) => `'${received}'`))].join(', ');
  const areMoments = `Received IN (${days}) AND (Agency, At, Received) IN (${keys.map(({ agency, at, received }) => `('${escaped(agency)}', '${at}', '${received}')`).join(', ')})`;
  await store.command(`DELETE FROM ${localName(table.name, shape)} WHERE ${areMoments}`);
  // Also from the other raw tables that fill it: their part was deleted as well.
  for (const view of ALL_VIEWS.filter(({ to }) => to === table.name)) await store.command(insertOf(view, areMoments, shape));
}

function narrowed(view: ViewDefinition, condition: string): ViewDefinition { return { ...view, where: `(${view.where}) AND ${condition}` }; }

function insertOf(view: ViewDefinition, condition: string, shape: DdlShape): string {
  const columns = view.select.map((expression) => `\`${expression.split(' AS ').at(-1) ?? expression}\``).join(', ');
  return `INSERT INTO ${localName(view.to, shape)} (${columns}) ${selectOf(narrowed(view, condition), shape)}`;
}

/** By batch and moment of receipt: the same bytes may have come a second time, long after the duplicate window. */
function isOneOf(batches: readonly LoadedBatch[]): string {
  const times = batches.map(({ receivedAtMs }) => receivedAtMs);
  const bounds = [Math.min, Math.max].map((edge) => times.reduce((a, b) => edge(a, b)));
  const agencies = [...new Set(batches.map(({ agency }) => `'${escaped(agency)}'`))].join(', ');
  const ids = batches.map(({ batchId, receivedAtMs }) => `(${BigInt.asUintN(64, batchId)}, ${receivedAtMs})`).join(', ');
  return `Agency IN (${agencies}) AND ReceivedAt >= fromUnixTimestamp64Milli(${bounds[0]}) AND ReceivedAt <= fromUnixTimestamp64Milli(${bounds[1]})`
    + ` AND (BatchId, toUnixTimestamp64Milli(ReceivedAt)) IN (${ids})`;
}
