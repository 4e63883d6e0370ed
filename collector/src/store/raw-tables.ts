// The raw tables: columns from the contract, and around them what the OpenTelemetry ClickHouse exporter has (codecs,
// partitions by day, an index on the trace id, the table that finds a trace's time) with the agency in front of every
// key. Ten minutes come before the service in the keys: a live page reads what just came, an exporter's query with a
// service and a time range skips granules as before.
import { TABLES, type Column, type TableName } from '@narrows/contract';
import type { TableColumn, TableDefinition, ViewDefinition } from './table-definition.js';

const METRIC_KEY = ['Agency', "toStartOfTenMinutes(TimeUnix, 'UTC')", 'ServiceName', 'MetricName', 'TimeUnix'] as const;

interface Placement { time: string; orderBy: readonly string[]; hasTraceId: boolean; shardBy: string }

const metrics: Placement = { time: 'TimeUnix', orderBy: METRIC_KEY, hasTraceId: false, shardBy: 'cityHash64(ServiceName)' };
const PLACEMENTS: Readonly<Record<TableName, Placement>> = {
  otel_traces: {
    time: 'Timestamp', hasTraceId: true, shardBy: 'cityHash64(TraceId)',
    orderBy: ['Agency', "toStartOfTenMinutes(Timestamp, 'UTC')", 'ServiceName', 'SpanName', 'Timestamp'],
  },
  otel_logs: {
    time: 'Timestamp', hasTraceId: true, shardBy: 'cityHash64(TraceId, ServiceName)',
    orderBy: ['Agency', "toStartOfTenMinutes(Timestamp, 'UTC')", 'ServiceName', 'Timestamp'],
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

/** The seven tables that the decoder writes. */
export const RAW_TABLES: readonly TableDefinition[] = (Object.keys(TABLES) as TableName[]).map((name) => {
  const { time, orderBy, hasTraceId, shardBy } = PLACEMENTS[name];
  return {
    name,
    columns: TABLES[name].map(withCodec),
    indexes: hasTraceId ? ['idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1'] : [],
    engine: 'MergeTree',
    partitionBy: `toDate(${time}, 'UTC')`,
    orderBy,
    expiresFrom: `toDateTime(${time}, 'UTC')`,
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
  ],
  indexes: ['idx_trace_id TraceId TYPE bloom_filter(0.01) GRANULARITY 1'],
  engine: 'MergeTree',
  partitionBy: 'toDate(Start)',
  orderBy: ['Agency', 'TraceId', 'Start'],
  expiresFrom: 'Start',
  shardBy: 'cityHash64(TraceId)',
};

export const TRACE_TIMES_VIEW: ViewDefinition = {
  name: 'otel_traces_trace_id_ts_mv',
  from: 'otel_traces',
  to: 'otel_traces_trace_id_ts',
  select: [
    'Agency', 'TraceId',
    "toDateTime(min(Timestamp), 'UTC') AS Start",
    "toDateTime(intDiv(max(toUnixTimestamp64Nano(Timestamp) + toInt64(Duration)), 1000000000), 'UTC') AS End",
  ],
  where: "TraceId != ''",
  groupBy: ['Agency', 'TraceId'],
};
