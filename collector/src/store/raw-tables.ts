// The raw tables: columns from the contract, and around them what the OpenTelemetry ClickHouse exporter has (codecs, an
// index on the trace id, the table that finds a trace's time) with the agency in front of every key. Ten minutes come
// before the service in the keys: a live page reads what just came, an exporter's query with a service and a time range
// skips granules as before. The instance comes next: its resource attributes, the longest text of a row, then stand
// below each other and take next to no room. Neither the time nor a span's name is part of the key: rows of one key keep the
// order in which they came, so that a merge copies long runs instead of single rows (it costs half), and an index of the least
// and the greatest time finds the granules of a range. Partitions and retention go by the day of receipt: an item's own time is
// the sender's word, and a thousand wrong clocks shall not make a thousand partitions.
import { TABLES, type Column, type TableName } from '@narrows/contract';
import { DAY_OF_RECEIPT, RECEIVED, secondOf } from './received.js';
import type { TableColumn, TableDefinition, ViewDefinition } from './table-definition.js';

const METRIC_KEY = ['Agency', "toStartOfTenMinutes(TimeUnix, 'UTC')", 'ServiceName', 'MetricName', 'Instance'] as const;

interface Placement { time: string; orderBy: readonly string[]; hasTraceId: boolean; shardBy: string }

const metrics: Placement = { time: 'TimeUnix', orderBy: METRIC_KEY, hasTraceId: false, shardBy: 'cityHash64(ServiceName)' };
const PLACEMENTS: Readonly<Record<TableName, Placement>> = {
  otel_traces: {
    time: 'Timestamp', hasTraceId: true, shardBy: 'cityHash64(TraceId)',
    orderBy: ['Agency', "toStartOfTenMinutes(Timestamp, 'UTC')", 'ServiceName', 'Instance'],
  },
  otel_logs: {
    time: 'Timestamp', hasTraceId: true, shardBy: 'cityHash64(TraceId, ServiceName)',
    orderBy: ['Agency', "toStartOfTenMinutes(Timestamp, 'UTC')", 'ServiceName', 'Instance'],
  },
  otel_metrics_gauge: metrics,
  otel_metrics_sum: metrics,
  otel_metrics_histogram: metrics,
  otel_metrics_exponential_histogram: metrics,
  otel_metrics_summary: metrics,
};

function withCodec({ name, type }: Column): TableColumn {
  return { name, type, codec: type.startsWith('DateTime64') ? 'Delta(8), ZSTD(1)' : 'ZSTD(1)' };
}

/** How many spans a raw row stands for: more than one where only some of the healthy traces were kept. No column of the decoder's. */
export const WEIGHT: TableColumn = { name: 'Weight', type: 'UInt32 DEFAULT 1', codec: 'ZSTD(1)' };

/** The seven tables that the decoder writes. */
export const RAW_TABLES: readonly TableDefinition[] = (Object.keys(TABLES) as TableName[]).map((name) => {
  const { time, orderBy, hasTraceId, shardBy } = PLACEMENTS[name];
  return {
    name,
    columns: [...TABLES[name].map(withCodec), ...(name === 'otel_traces' ? [WEIGHT] : [])],
    indexes: [`idx_time ${time} TYPE minmax GRANULARITY 1`, ...(hasTraceId ? ['idx_trace_id TraceId TYPE bloom_filter(0.01) GRANULARITY 1'] : [])],
    engine: 'MergeTree',
    partitionBy: "toDate(ReceivedAt, 'UTC')",
    orderBy,
    expiresFrom: "toDateTime(ReceivedAt, 'UTC')",
    shardBy,
  };
});

/** Where in time a trace lies: the exporter's table, so that a search by id need not look at every day. */
export const TRACE_TIMES_TABLE: TableDefinition = {
  name: 'otel_traces_trace_id_ts',
  columns: [
    { name: 'Agency', type: 'LowCardinality(String)', codec: 'ZSTD(1)' },
    { name: 'TraceId', type: 'String', codec: 'ZSTD(1)' },
    { name: 'Start', type: "DateTime('UTC')", codec: 'Delta(4), ZSTD(1)' },
    { name: 'End', type: "DateTime('UTC')", codec: 'Delta(4), ZSTD(1)' },
    RECEIVED,
  ],
  indexes: [],
  engine: 'MergeTree',
  partitionBy: RECEIVED.name,
  orderBy: ['Agency', 'TraceId', 'Start'],
  expiresFrom: RECEIVED.name,
  shardBy: 'cityHash64(TraceId)',
};

export const TRACE_TIMES_VIEW: ViewDefinition = {
  name: 'otel_traces_trace_id_ts_mv',
  from: 'otel_traces',
  to: 'otel_traces_trace_id_ts',
  select: [
    'Agency', 'TraceId',
    `${secondOf('min(toUnixTimestamp64Nano(Timestamp))')} AS Start`,
    `${secondOf('max(toUnixTimestamp64Nano(Timestamp) + toInt64(Duration))')} AS End`,
    DAY_OF_RECEIPT,
  ],
  where: "TraceId != ''",
  groupBy: ['Agency', 'TraceId', RECEIVED.name],
};
