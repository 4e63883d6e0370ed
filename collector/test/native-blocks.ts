// Test support: column blocks made by the engine itself, so that the store's tests do not depend on the decoder. Rows are
// a function of the row number and a seed: the same call gives the same bytes.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TABLES, type ColumnBlock, type LoadedBatch, type TableName } from '@narrows/contract';
import { EngineProcess } from '../dist/store/engine-process.js';

export interface BlockMaker {
  /** Received on the day of the spans, or so many days later. */
  make(table: TableName, rows: number, seed: number, daysLater?: number): Promise<ColumnBlock & { table: TableName }>;
  close(): Promise<void>;
}

/** 2026-11-01T23:59:58Z: the rows of a block lie on both sides of midnight, in two partitions. */
export const BLOCKS_FROM_NANO = 1_793_577_598_000_000_000n;
const h = (salt: string): string => `sipHash64(number, {seed:UInt64}, '${salt}')`;
const pick = (salt: string, ...values: string[]): string => `[${values.map((value) => `'${value}'`).join(', ')}][1 + ${h(salt)} % ${values.length}]`;
const PLACE = {
  Agency: pick('agency', 'first', 'second'),
  Pipeline: pick('pipeline', 'vaccine', ''),
  Stage: pick('stage', 'identity', 'booking', ''),
  Channel: pick('channel', 'pass-skt', 'kcb', ''),
  Instance: pick('instance', 'a', 'b'),
  ServiceName: pick('service', 'identity', 'booking', 'web'),
  ReceivedAt: `toDateTime64(${BLOCKS_FROM_NANO / 1_000_000_000n}, 3, 'UTC') + toIntervalDay({days:UInt32})`,
  BatchId: '{seed:UInt64}',
} as const;
const TIME = `fromUnixTimestamp64Nano(toInt64(${BLOCKS_FROM_NANO}) + toInt64(${h('time')} % 4000000000))`;
const METRIC = {
  ...PLACE, TimeUnix: TIME, StartTimeUnix: TIME, Value: `toFloat64(${h('value')} % 100)`,
  MetricName: pick('metric', 'narrows.active.transactions', 'narrows.active.begun', 'narrows.active.oldest_ms', 'identity.pool.size', 'v8js.gc.duration', 'process.cpu.utilization'),
  Attributes: `map('narrows.operation', ${pick('operation', 'POST /verify', 'GET /slots')}, 'narrows.age_band', ${pick('band', '0-3s', '3-8s')}, `
    + `'narrows.active.state', 'sql', 'narrows.span.kind', 'server')`,
} as const;

/** Columns that are not left at their type's default. */
const EXPRESSIONS: Readonly<Record<TableName, Readonly<Record<string, string>>>> = {
  otel_traces: {
    ...PLACE, Timestamp: TIME,
    TraceId: `lower(hex(${h('trace')})) || lower(hex({seed:UInt64}))`, SpanId: `lower(hex(${h('span')}))`,
    SpanName: pick('name', 'POST /verify', 'GET /slots'), SpanKind: "'Server'", Transaction: `${h('transaction')} % 2`,
    Duration: `${h('duration')} % 90000000000`, StatusCode: pick('status', 'Unset', 'Ok', 'Error'),
    Peer: pick('peer', 'postgresql', 'registry:80'), PeerKind: pick('kind', 'sql', 'http', ''),
    DownstreamNano: `toInt64(${h('downstream')} % 1000) - 500`, Outcome: pick('outcome', 'reserved', 'not-eligible', ''),
    Person: `if(${h('p')} % 3 = 0, '', toString(${h('person')} % 50))`, Session: `toString(${h('session')} % 70)`, Client: pick('client', '', 'c1', 'c2'),
    SpanAttributes: `map('http.route', ${pick('route', '/verify', '/slots')}, 'newline', 'a\\nb')`,
    'Events.Timestamp': `[${TIME}]`, 'Events.Name': "['exception']", 'Events.Attributes': "[map('exception.type', 'Error')]",
  },
  otel_logs: { ...PLACE, Timestamp: TIME, Body: `concat('line ', toString(number), '\\n')`, SeverityText: "'INFO'" },
  otel_metrics_gauge: METRIC,
  otel_metrics_sum: { ...METRIC, IsMonotonic: `${h('monotonic')} % 2`, AggregationTemporality: '1' },
  otel_metrics_histogram: { ...METRIC, Count: '10', Sum: '5.5', BucketCounts: '[4, 6]', ExplicitBounds: '[0.1]' },
  otel_metrics_exponential_histogram: METRIC,
  otel_metrics_summary: METRIC,
};

/** The batches of a block, as the spool would name them. */
export function batchesOfBlock(seed: number, daysLater = 0): LoadedBatch[] {
  const receivedAtMs = Number(BLOCKS_FROM_NANO / 1_000_000n) + daysLater * 86_400_000;
  return ['first', 'second'].map((agency) => ({ agency, batchId: BigInt(seed), receivedAtMs }));
}

/** An engine of its own, in a folder that goes with it. */
export async function startBlockMaker(): Promise<BlockMaker> {
  const directory = await mkdtemp(join(tmpdir(), 'narrows-blocks-'));
  const engine = await EngineProcess.start(directory);
  return {
    async make(table, rows, seed, daysLater = 0) {
      const expressions = EXPRESSIONS[table];
      const columns = TABLES[table].map(({ name, type }) => `CAST(${expressions[name] ?? `defaultValueOfTypeName('${type}')`} AS ${type}) AS \`${name}\``);
      const sql = `SELECT ${columns.join(', ')} FROM numbers(${rows}) FORMAT Native`;
      return { table, rows, bytes: await engine.run({ sql, params: { seed, days: daysLater }, settings: { max_threads: 1 } }) };
    },
    async close() {
      await engine.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
