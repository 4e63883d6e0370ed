-- The tables of schema 3 as the program of that time made them in an embedded store, for the test of the way up from there.
CREATE TABLE IF NOT EXISTS `narrows`.`narrows_schema` (
  `Version` UInt32,
  `AppliedAt` DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree
PARTITION BY tuple()
ORDER BY (Version)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1;
CREATE TABLE IF NOT EXISTS `narrows`.`otel_traces` (
  `Timestamp` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `TraceId` String CODEC(ZSTD(1)),
  `SpanId` String CODEC(ZSTD(1)),
  `ParentSpanId` String CODEC(ZSTD(1)),
  `TraceState` String CODEC(ZSTD(1)),
  `SpanName` LowCardinality(String) CODEC(ZSTD(1)),
  `SpanKind` LowCardinality(String) CODEC(ZSTD(1)),
  `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
  `ResourceAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `ScopeName` String CODEC(ZSTD(1)),
  `ScopeVersion` String CODEC(ZSTD(1)),
  `SpanAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `Duration` UInt64 CODEC(ZSTD(1)),
  `StatusCode` LowCardinality(String) CODEC(ZSTD(1)),
  `StatusMessage` String CODEC(ZSTD(1)),
  `Events.Timestamp` Array(DateTime64(9)) CODEC(ZSTD(1)),
  `Events.Name` Array(LowCardinality(String)) CODEC(ZSTD(1)),
  `Events.Attributes` Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
  `Links.TraceId` Array(String) CODEC(ZSTD(1)),
  `Links.SpanId` Array(String) CODEC(ZSTD(1)),
  `Links.TraceState` Array(String) CODEC(ZSTD(1)),
  `Links.Attributes` Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
  `Flags` UInt32 CODEC(ZSTD(1)),
  `DroppedAttributesCount` UInt32 CODEC(ZSTD(1)),
  `DroppedEventsCount` UInt32 CODEC(ZSTD(1)),
  `DroppedLinksCount` UInt32 CODEC(ZSTD(1)),
  `Transaction` UInt8 CODEC(ZSTD(1)),
  `Peer` LowCardinality(String) CODEC(ZSTD(1)),
  `PeerKind` LowCardinality(String) CODEC(ZSTD(1)),
  `DownstreamNano` Int64 CODEC(ZSTD(1)),
  `Outcome` LowCardinality(String) CODEC(ZSTD(1)),
  `Person` String CODEC(ZSTD(1)),
  `Session` String CODEC(ZSTD(1)),
  `Client` String CODEC(ZSTD(1)),
  `Agency` LowCardinality(String) CODEC(ZSTD(1)),
  `Pipeline` LowCardinality(String) CODEC(ZSTD(1)),
  `Stage` LowCardinality(String) CODEC(ZSTD(1)),
  `Channel` LowCardinality(String) CODEC(ZSTD(1)),
  `Instance` LowCardinality(String) CODEC(ZSTD(1)),
  `ReceivedAt` DateTime64(3) CODEC(Delta(8), ZSTD(1)),
  `BatchId` UInt64 CODEC(ZSTD(1)),
  `Weight` UInt32 DEFAULT 1 CODEC(ZSTD(1)),
  INDEX idx_time Timestamp TYPE minmax GRANULARITY 1,
  INDEX idx_trace_id TraceId TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(ReceivedAt, 'UTC')
ORDER BY (Agency, toStartOfTenMinutes(Timestamp, 'UTC'), ServiceName, Instance, SpanName)
TTL toDateTime(ReceivedAt, 'UTC') + toIntervalDay(14)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1;
CREATE TABLE IF NOT EXISTS `narrows`.`otel_logs` (
  `Timestamp` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `TraceId` String CODEC(ZSTD(1)),
  `SpanId` String CODEC(ZSTD(1)),
  `TraceFlags` UInt8 CODEC(ZSTD(1)),
  `SeverityText` LowCardinality(String) CODEC(ZSTD(1)),
  `SeverityNumber` UInt8 CODEC(ZSTD(1)),
  `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
  `Body` String CODEC(ZSTD(1)),
  `ResourceSchemaUrl` LowCardinality(String) CODEC(ZSTD(1)),
  `ResourceAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `ScopeSchemaUrl` LowCardinality(String) CODEC(ZSTD(1)),
  `ScopeName` String CODEC(ZSTD(1)),
  `ScopeVersion` LowCardinality(String) CODEC(ZSTD(1)),
  `ScopeAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `LogAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `EventName` String CODEC(ZSTD(1)),
  `ObservedTimestamp` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `DroppedAttributesCount` UInt32 CODEC(ZSTD(1)),
  `Agency` LowCardinality(String) CODEC(ZSTD(1)),
  `Pipeline` LowCardinality(String) CODEC(ZSTD(1)),
  `Stage` LowCardinality(String) CODEC(ZSTD(1)),
  `Channel` LowCardinality(String) CODEC(ZSTD(1)),
  `Instance` LowCardinality(String) CODEC(ZSTD(1)),
  `ReceivedAt` DateTime64(3) CODEC(Delta(8), ZSTD(1)),
  `BatchId` UInt64 CODEC(ZSTD(1)),
  INDEX idx_time Timestamp TYPE minmax GRANULARITY 1,
  INDEX idx_trace_id TraceId TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(ReceivedAt, 'UTC')
ORDER BY (Agency, toStartOfTenMinutes(Timestamp, 'UTC'), ServiceName, Instance)
TTL toDateTime(ReceivedAt, 'UTC') + toIntervalDay(14)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1;
CREATE TABLE IF NOT EXISTS `narrows`.`otel_metrics_gauge` (
  `ResourceAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `ResourceSchemaUrl` String CODEC(ZSTD(1)),
  `ScopeName` String CODEC(ZSTD(1)),
  `ScopeVersion` String CODEC(ZSTD(1)),
  `ScopeAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `ScopeDroppedAttrCount` UInt32 CODEC(ZSTD(1)),
  `ScopeSchemaUrl` String CODEC(ZSTD(1)),
  `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
  `MetricName` String CODEC(ZSTD(1)),
  `MetricDescription` String CODEC(ZSTD(1)),
  `MetricUnit` String CODEC(ZSTD(1)),
  `Attributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `StartTimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `TimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `Value` Float64 CODEC(ZSTD(1)),
  `Flags` UInt32 CODEC(ZSTD(1)),
  `Exemplars.FilteredAttributes` Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
  `Exemplars.TimeUnix` Array(DateTime64(9)) CODEC(ZSTD(1)),
  `Exemplars.Value` Array(Float64) CODEC(ZSTD(1)),
  `Exemplars.SpanId` Array(String) CODEC(ZSTD(1)),
  `Exemplars.TraceId` Array(String) CODEC(ZSTD(1)),
  `Agency` LowCardinality(String) CODEC(ZSTD(1)),
  `Pipeline` LowCardinality(String) CODEC(ZSTD(1)),
  `Stage` LowCardinality(String) CODEC(ZSTD(1)),
  `Channel` LowCardinality(String) CODEC(ZSTD(1)),
  `Instance` LowCardinality(String) CODEC(ZSTD(1)),
  `ReceivedAt` DateTime64(3) CODEC(Delta(8), ZSTD(1)),
  `BatchId` UInt64 CODEC(ZSTD(1)),
  INDEX idx_time TimeUnix TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(ReceivedAt, 'UTC')
ORDER BY (Agency, toStartOfTenMinutes(TimeUnix, 'UTC'), ServiceName, MetricName, Instance)
TTL toDateTime(ReceivedAt, 'UTC') + toIntervalDay(14)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1;
CREATE TABLE IF NOT EXISTS `narrows`.`otel_metrics_sum` (
  `ResourceAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `ResourceSchemaUrl` String CODEC(ZSTD(1)),
  `ScopeName` String CODEC(ZSTD(1)),
  `ScopeVersion` String CODEC(ZSTD(1)),
  `ScopeAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `ScopeDroppedAttrCount` UInt32 CODEC(ZSTD(1)),
  `ScopeSchemaUrl` String CODEC(ZSTD(1)),
  `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
  `MetricName` String CODEC(ZSTD(1)),
  `MetricDescription` String CODEC(ZSTD(1)),
  `MetricUnit` String CODEC(ZSTD(1)),
  `Attributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `StartTimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `TimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `Value` Float64 CODEC(ZSTD(1)),
  `Flags` UInt32 CODEC(ZSTD(1)),
  `Exemplars.FilteredAttributes` Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
  `Exemplars.TimeUnix` Array(DateTime64(9)) CODEC(ZSTD(1)),
  `Exemplars.Value` Array(Float64) CODEC(ZSTD(1)),
  `Exemplars.SpanId` Array(String) CODEC(ZSTD(1)),
  `Exemplars.TraceId` Array(String) CODEC(ZSTD(1)),
  `AggregationTemporality` Int32 CODEC(ZSTD(1)),
  `IsMonotonic` Bool CODEC(ZSTD(1)),
  `Agency` LowCardinality(String) CODEC(ZSTD(1)),
  `Pipeline` LowCardinality(String) CODEC(ZSTD(1)),
  `Stage` LowCardinality(String) CODEC(ZSTD(1)),
  `Channel` LowCardinality(String) CODEC(ZSTD(1)),
  `Instance` LowCardinality(String) CODEC(ZSTD(1)),
  `ReceivedAt` DateTime64(3) CODEC(Delta(8), ZSTD(1)),
  `BatchId` UInt64 CODEC(ZSTD(1)),
  INDEX idx_time TimeUnix TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(ReceivedAt, 'UTC')
ORDER BY (Agency, toStartOfTenMinutes(TimeUnix, 'UTC'), ServiceName, MetricName, Instance)
TTL toDateTime(ReceivedAt, 'UTC') + toIntervalDay(14)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1;
CREATE TABLE IF NOT EXISTS `narrows`.`otel_metrics_histogram` (
  `ResourceAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `ResourceSchemaUrl` String CODEC(ZSTD(1)),
  `ScopeName` String CODEC(ZSTD(1)),
  `ScopeVersion` String CODEC(ZSTD(1)),
  `ScopeAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `ScopeDroppedAttrCount` UInt32 CODEC(ZSTD(1)),
  `ScopeSchemaUrl` String CODEC(ZSTD(1)),
  `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
  `MetricName` String CODEC(ZSTD(1)),
  `MetricDescription` String CODEC(ZSTD(1)),
  `MetricUnit` String CODEC(ZSTD(1)),
  `Attributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `StartTimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `TimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `Count` UInt64 CODEC(ZSTD(1)),
  `Sum` Float64 CODEC(ZSTD(1)),
  `BucketCounts` Array(UInt64) CODEC(ZSTD(1)),
  `ExplicitBounds` Array(Float64) CODEC(ZSTD(1)),
  `Exemplars.FilteredAttributes` Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
  `Exemplars.TimeUnix` Array(DateTime64(9)) CODEC(ZSTD(1)),
  `Exemplars.Value` Array(Float64) CODEC(ZSTD(1)),
  `Exemplars.SpanId` Array(String) CODEC(ZSTD(1)),
  `Exemplars.TraceId` Array(String) CODEC(ZSTD(1)),
  `Flags` UInt32 CODEC(ZSTD(1)),
  `Min` Float64 CODEC(ZSTD(1)),
  `Max` Float64 CODEC(ZSTD(1)),
  `AggregationTemporality` Int32 CODEC(ZSTD(1)),
  `Agency` LowCardinality(String) CODEC(ZSTD(1)),
  `Pipeline` LowCardinality(String) CODEC(ZSTD(1)),
  `Stage` LowCardinality(String) CODEC(ZSTD(1)),
  `Channel` LowCardinality(String) CODEC(ZSTD(1)),
  `Instance` LowCardinality(String) CODEC(ZSTD(1)),
  `ReceivedAt` DateTime64(3) CODEC(Delta(8), ZSTD(1)),
  `BatchId` UInt64 CODEC(ZSTD(1)),
  INDEX idx_time TimeUnix TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(ReceivedAt, 'UTC')
ORDER BY (Agency, toStartOfTenMinutes(TimeUnix, 'UTC'), ServiceName, MetricName, Instance)
TTL toDateTime(ReceivedAt, 'UTC') + toIntervalDay(14)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1;
CREATE TABLE IF NOT EXISTS `narrows`.`otel_metrics_exponential_histogram` (
  `ResourceAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `ResourceSchemaUrl` String CODEC(ZSTD(1)),
  `ScopeName` String CODEC(ZSTD(1)),
  `ScopeVersion` String CODEC(ZSTD(1)),
  `ScopeAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `ScopeDroppedAttrCount` UInt32 CODEC(ZSTD(1)),
  `ScopeSchemaUrl` String CODEC(ZSTD(1)),
  `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
  `MetricName` String CODEC(ZSTD(1)),
  `MetricDescription` String CODEC(ZSTD(1)),
  `MetricUnit` String CODEC(ZSTD(1)),
  `Attributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `StartTimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `TimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `Count` UInt64 CODEC(ZSTD(1)),
  `Sum` Float64 CODEC(ZSTD(1)),
  `Scale` Int32 CODEC(ZSTD(1)),
  `ZeroCount` UInt64 CODEC(ZSTD(1)),
  `PositiveOffset` Int32 CODEC(ZSTD(1)),
  `PositiveBucketCounts` Array(UInt64) CODEC(ZSTD(1)),
  `NegativeOffset` Int32 CODEC(ZSTD(1)),
  `NegativeBucketCounts` Array(UInt64) CODEC(ZSTD(1)),
  `Exemplars.FilteredAttributes` Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
  `Exemplars.TimeUnix` Array(DateTime64(9)) CODEC(ZSTD(1)),
  `Exemplars.Value` Array(Float64) CODEC(ZSTD(1)),
  `Exemplars.SpanId` Array(String) CODEC(ZSTD(1)),
  `Exemplars.TraceId` Array(String) CODEC(ZSTD(1)),
  `Flags` UInt32 CODEC(ZSTD(1)),
  `Min` Float64 CODEC(ZSTD(1)),
  `Max` Float64 CODEC(ZSTD(1)),
  `AggregationTemporality` Int32 CODEC(ZSTD(1)),
  `Agency` LowCardinality(String) CODEC(ZSTD(1)),
  `Pipeline` LowCardinality(String) CODEC(ZSTD(1)),
  `Stage` LowCardinality(String) CODEC(ZSTD(1)),
  `Channel` LowCardinality(String) CODEC(ZSTD(1)),
  `Instance` LowCardinality(String) CODEC(ZSTD(1)),
  `ReceivedAt` DateTime64(3) CODEC(Delta(8), ZSTD(1)),
  `BatchId` UInt64 CODEC(ZSTD(1)),
  INDEX idx_time TimeUnix TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(ReceivedAt, 'UTC')
ORDER BY (Agency, toStartOfTenMinutes(TimeUnix, 'UTC'), ServiceName, MetricName, Instance)
TTL toDateTime(ReceivedAt, 'UTC') + toIntervalDay(14)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1;
CREATE TABLE IF NOT EXISTS `narrows`.`otel_metrics_summary` (
  `ResourceAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `ResourceSchemaUrl` String CODEC(ZSTD(1)),
  `ScopeName` String CODEC(ZSTD(1)),
  `ScopeVersion` String CODEC(ZSTD(1)),
  `ScopeAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `ScopeDroppedAttrCount` UInt32 CODEC(ZSTD(1)),
  `ScopeSchemaUrl` String CODEC(ZSTD(1)),
  `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
  `MetricName` String CODEC(ZSTD(1)),
  `MetricDescription` String CODEC(ZSTD(1)),
  `MetricUnit` String CODEC(ZSTD(1)),
  `Attributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `StartTimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `TimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `Count` UInt64 CODEC(ZSTD(1)),
  `Sum` Float64 CODEC(ZSTD(1)),
  `ValueAtQuantiles.Quantile` Array(Float64) CODEC(ZSTD(1)),
  `ValueAtQuantiles.Value` Array(Float64) CODEC(ZSTD(1)),
  `Flags` UInt32 CODEC(ZSTD(1)),
  `Agency` LowCardinality(String) CODEC(ZSTD(1)),
  `Pipeline` LowCardinality(String) CODEC(ZSTD(1)),
  `Stage` LowCardinality(String) CODEC(ZSTD(1)),
  `Channel` LowCardinality(String) CODEC(ZSTD(1)),
  `Instance` LowCardinality(String) CODEC(ZSTD(1)),
  `ReceivedAt` DateTime64(3) CODEC(Delta(8), ZSTD(1)),
  `BatchId` UInt64 CODEC(ZSTD(1)),
  INDEX idx_time TimeUnix TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(ReceivedAt, 'UTC')
ORDER BY (Agency, toStartOfTenMinutes(TimeUnix, 'UTC'), ServiceName, MetricName, Instance)
TTL toDateTime(ReceivedAt, 'UTC') + toIntervalDay(14)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1;
CREATE TABLE IF NOT EXISTS `narrows`.`otel_traces_trace_id_ts` (
  `Agency` LowCardinality(String) CODEC(ZSTD(1)),
  `TraceId` String CODEC(ZSTD(1)),
  `Start` DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
  `End` DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
  `Received` Date
)
ENGINE = MergeTree
PARTITION BY Received
ORDER BY (Agency, TraceId, Start)
TTL Received + toIntervalDay(14)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1;
CREATE TABLE IF NOT EXISTS `narrows`.`rollup_place_1s` (
  `Agency` LowCardinality(String),
  `At` DateTime('UTC'),
  `Pipeline` LowCardinality(String),
  `Stage` LowCardinality(String),
  `Channel` LowCardinality(String),
  `Service` LowCardinality(String),
  `Completions` SimpleAggregateFunction(sum, UInt64),
  `Errors` SimpleAggregateFunction(sum, UInt64),
  `ResidenceNanoSum` SimpleAggregateFunction(sum, UInt64),
  `DownstreamNanoSum` SimpleAggregateFunction(sum, UInt64),
  `DownstreamReported` SimpleAggregateFunction(sum, UInt64),
  `ApdexSatisfied` SimpleAggregateFunction(sum, UInt64),
  `ApdexTolerating` SimpleAggregateFunction(sum, UInt64),
  `Durations` AggregateFunction(quantilesDD(0.01, 0.5, 0.95, 0.99), UInt64),
  `Received` Date
)
ENGINE = AggregatingMergeTree
PARTITION BY Received
ORDER BY (Agency, At, Pipeline, Stage, Channel, Service)
TTL Received + toIntervalDay(14)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1;
CREATE TABLE IF NOT EXISTS `narrows`.`rollup_edge_1s` (
  `Agency` LowCardinality(String),
  `At` DateTime('UTC'),
  `Service` LowCardinality(String),
  `Peer` LowCardinality(String),
  `PeerKind` LowCardinality(String),
  `Calls` SimpleAggregateFunction(sum, UInt64),
  `Errors` SimpleAggregateFunction(sum, UInt64),
  `DurationNanoSum` SimpleAggregateFunction(sum, UInt64),
  `Received` Date
)
ENGINE = AggregatingMergeTree
PARTITION BY Received
ORDER BY (Agency, At, Service, Peer, PeerKind)
TTL Received + toIntervalDay(14)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1;
CREATE TABLE IF NOT EXISTS `narrows`.`rollup_hitmap_5s` (
  `Agency` LowCardinality(String),
  `At` DateTime('UTC'),
  `Pipeline` LowCardinality(String),
  `Stage` LowCardinality(String),
  `Channel` LowCardinality(String),
  `Service` LowCardinality(String),
  `Transaction` UInt8,
  `Cell` UInt8,
  `Ok` SimpleAggregateFunction(sum, UInt64),
  `Error` SimpleAggregateFunction(sum, UInt64),
  `Received` Date
)
ENGINE = AggregatingMergeTree
PARTITION BY Received
ORDER BY (Agency, At, Pipeline, Stage, Channel, Service, Transaction, Cell)
TTL Received + toIntervalDay(14)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1;
CREATE TABLE IF NOT EXISTS `narrows`.`rollup_people_10s` (
  `Agency` LowCardinality(String),
  `At` DateTime('UTC'),
  `Pipeline` LowCardinality(String),
  `Outcome` LowCardinality(String),
  `Stage` LowCardinality(String),
  `Count` SimpleAggregateFunction(sum, UInt64),
  `Named` SimpleAggregateFunction(sum, UInt64),
  `Persons` AggregateFunction(uniqCombined64, String),
  `Sessions` AggregateFunction(uniqCombined64, String),
  `Clients` AggregateFunction(uniqCombined64, String),
  `Received` Date
)
ENGINE = AggregatingMergeTree
PARTITION BY Received
ORDER BY (Agency, At, Pipeline, Outcome, Stage)
TTL Received + toIntervalDay(14)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1;
CREATE TABLE IF NOT EXISTS `narrows`.`rollup_active_1s` (
  `Agency` LowCardinality(String),
  `At` DateTime('UTC'),
  `Pipeline` LowCardinality(String),
  `Stage` LowCardinality(String),
  `Channel` LowCardinality(String),
  `Service` LowCardinality(String),
  `Instance` LowCardinality(String),
  `Operation` LowCardinality(String),
  `Kind` LowCardinality(String),
  `Band` LowCardinality(String),
  `State` LowCardinality(String),
  `Series` UInt64,
  `Open` SimpleAggregateFunction(max, Float64),
  `Received` Date
)
ENGINE = AggregatingMergeTree
PARTITION BY Received
ORDER BY (Agency, At, Pipeline, Stage, Channel, Service, Instance, Operation, Kind, Band, State, Series)
TTL Received + toIntervalDay(14)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1;
CREATE TABLE IF NOT EXISTS `narrows`.`rollup_begun_1s` (
  `Agency` LowCardinality(String),
  `At` DateTime('UTC'),
  `Pipeline` LowCardinality(String),
  `Stage` LowCardinality(String),
  `Channel` LowCardinality(String),
  `Service` LowCardinality(String),
  `Instance` LowCardinality(String),
  `Begun` SimpleAggregateFunction(sum, Float64),
  `Received` Date
)
ENGINE = AggregatingMergeTree
PARTITION BY Received
ORDER BY (Agency, At, Pipeline, Stage, Channel, Service, Instance)
TTL Received + toIntervalDay(14)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1;
CREATE TABLE IF NOT EXISTS `narrows`.`rollup_oldest_1s` (
  `Agency` LowCardinality(String),
  `At` DateTime('UTC'),
  `Pipeline` LowCardinality(String),
  `Stage` LowCardinality(String),
  `Channel` LowCardinality(String),
  `Service` LowCardinality(String),
  `Instance` LowCardinality(String),
  `OldestMs` SimpleAggregateFunction(max, Float64),
  `Received` Date
)
ENGINE = AggregatingMergeTree
PARTITION BY Received
ORDER BY (Agency, At, Pipeline, Stage, Channel, Service, Instance)
TTL Received + toIntervalDay(14)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1;
CREATE TABLE IF NOT EXISTS `narrows`.`rollup_instance_5s` (
  `Agency` LowCardinality(String),
  `At` DateTime('UTC'),
  `Service` LowCardinality(String),
  `Instance` LowCardinality(String),
  `Version` LowCardinality(String),
  `Completions` SimpleAggregateFunction(sum, UInt64),
  `Errors` SimpleAggregateFunction(sum, UInt64),
  `ResidenceNanoSum` SimpleAggregateFunction(sum, UInt64),
  `DownstreamNanoSum` SimpleAggregateFunction(sum, UInt64),
  `DownstreamReported` SimpleAggregateFunction(sum, UInt64),
  `Received` Date
)
ENGINE = AggregatingMergeTree
PARTITION BY Received
ORDER BY (Agency, At, Service, Instance, Version)
TTL Received + toIntervalDay(14)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1;
CREATE TABLE IF NOT EXISTS `narrows`.`rollup_runtime_1s` (
  `Agency` LowCardinality(String),
  `At` DateTime('UTC'),
  `Service` LowCardinality(String),
  `Instance` LowCardinality(String),
  `MetricName` LowCardinality(String),
  `Meaning` LowCardinality(String),
  `Series` UInt64,
  `Value` SimpleAggregateFunction(max, Float64),
  `Added` SimpleAggregateFunction(sum, Float64),
  `Received` Date
)
ENGINE = AggregatingMergeTree
PARTITION BY Received
ORDER BY (Agency, At, Service, Instance, MetricName, Meaning, Series)
TTL Received + toIntervalDay(14)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1;
CREATE TABLE IF NOT EXISTS `narrows`.`rollup_stage_gauge_1s` (
  `Agency` LowCardinality(String),
  `At` DateTime('UTC'),
  `Pipeline` LowCardinality(String),
  `Stage` LowCardinality(String),
  `Channel` LowCardinality(String),
  `Service` LowCardinality(String),
  `Instance` LowCardinality(String),
  `MetricName` LowCardinality(String),
  `Series` UInt64,
  `Value` SimpleAggregateFunction(max, Float64),
  `Received` Date
)
ENGINE = AggregatingMergeTree
PARTITION BY Received
ORDER BY (Agency, At, Pipeline, Stage, Channel, Service, Instance, MetricName, Series)
TTL Received + toIntervalDay(14)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1;
CREATE TABLE IF NOT EXISTS `narrows`.`thinned_loads` (
  `Agency` LowCardinality(String),
  `Segment` String,
  `KeepOneIn` UInt32,
  `Spans` UInt64,
  `FirstAt` DateTime('UTC'),
  `LastAt` DateTime('UTC'),
  `Received` Date
)
ENGINE = MergeTree
PARTITION BY Received
ORDER BY (Agency, FirstAt)
TTL Received + toIntervalDay(14)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1;
CREATE TABLE IF NOT EXISTS `narrows`.`otel_traces_thinned` (
  `Timestamp` DateTime64(9),
  `ServiceName` LowCardinality(String),
  `ResourceAttributes` Map(LowCardinality(String), String),
  `Duration` UInt64,
  `StatusCode` LowCardinality(String),
  `Transaction` UInt8,
  `Peer` LowCardinality(String),
  `PeerKind` LowCardinality(String),
  `DownstreamNano` Int64,
  `Outcome` LowCardinality(String),
  `Person` String,
  `Session` String,
  `Client` String,
  `Agency` LowCardinality(String),
  `Pipeline` LowCardinality(String),
  `Stage` LowCardinality(String),
  `Channel` LowCardinality(String),
  `Instance` LowCardinality(String),
  `ReceivedAt` DateTime64(3),
  `Segment` String,
  `KeepOneIn` UInt32
)
ENGINE = Null;
CREATE MATERIALIZED VIEW IF NOT EXISTS `narrows`.`otel_traces_trace_id_ts_mv` TO `narrows`.`otel_traces_trace_id_ts` AS
SELECT Agency,
  TraceId,
  toDateTime(greatest(0, least(4294967295, intDiv(min(toUnixTimestamp64Nano(Timestamp)), 1000000000))), 'UTC') AS Start,
  toDateTime(greatest(0, least(4294967295, intDiv(max(toUnixTimestamp64Nano(Timestamp) + toInt64(Duration)), 1000000000))), 'UTC') AS End,
  toDate(ReceivedAt, 'UTC') AS Received
FROM `narrows`.`otel_traces`
WHERE TraceId != ''
GROUP BY Agency, TraceId, Received;
CREATE MATERIALIZED VIEW IF NOT EXISTS `narrows`.`rollup_place_1s_stage_mv` TO `narrows`.`rollup_place_1s` AS
SELECT Agency,
  toDateTime(greatest(0, least(4294967295, intDiv(toUnixTimestamp64Nano(Timestamp) + toInt64(Duration), 1000000000))), 'UTC') AS At,
  Pipeline,
  Stage,
  Channel,
  ServiceName AS Service,
  count() AS Completions,
  countIf(StatusCode = 'Error') AS Errors,
  sum(Duration) AS ResidenceNanoSum,
  sum(toUInt64(greatest(DownstreamNano, 0))) AS DownstreamNanoSum,
  countIf(DownstreamNano >= 0) AS DownstreamReported,
  countIf(Duration <= 1200000000 AND NOT StatusCode = 'Error') AS ApdexSatisfied,
  countIf(Duration > 1200000000 AND Duration <= 4800000000 AND NOT StatusCode = 'Error') AS ApdexTolerating,
  quantilesDDState(0.01, 0.5, 0.95, 0.99)(Duration) AS Durations,
  toDate(ReceivedAt, 'UTC') AS Received
FROM `narrows`.`otel_traces`
WHERE Stage != ''
GROUP BY Agency, At, Pipeline, Stage, Channel, Service, Received;
CREATE MATERIALIZED VIEW IF NOT EXISTS `narrows`.`rollup_place_1s_service_mv` TO `narrows`.`rollup_place_1s` AS
SELECT Agency,
  toDateTime(greatest(0, least(4294967295, intDiv(toUnixTimestamp64Nano(Timestamp) + toInt64(Duration), 1000000000))), 'UTC') AS At,
  '' AS Pipeline,
  '' AS Stage,
  '' AS Channel,
  ServiceName AS Service,
  count() AS Completions,
  countIf(StatusCode = 'Error') AS Errors,
  sum(Duration) AS ResidenceNanoSum,
  sum(toUInt64(greatest(DownstreamNano, 0))) AS DownstreamNanoSum,
  countIf(DownstreamNano >= 0) AS DownstreamReported,
  countIf(Duration <= 1200000000 AND NOT StatusCode = 'Error') AS ApdexSatisfied,
  countIf(Duration > 1200000000 AND Duration <= 4800000000 AND NOT StatusCode = 'Error') AS ApdexTolerating,
  quantilesDDState(0.01, 0.5, 0.95, 0.99)(Duration) AS Durations,
  toDate(ReceivedAt, 'UTC') AS Received
FROM `narrows`.`otel_traces`
WHERE Transaction = 1
GROUP BY Agency, At, Pipeline, Stage, Channel, Service, Received;
CREATE MATERIALIZED VIEW IF NOT EXISTS `narrows`.`rollup_edge_1s_mv` TO `narrows`.`rollup_edge_1s` AS
SELECT Agency,
  toDateTime(greatest(0, least(4294967295, intDiv(toUnixTimestamp64Nano(Timestamp) + toInt64(Duration), 1000000000))), 'UTC') AS At,
  ServiceName AS Service,
  Peer,
  PeerKind,
  count() AS Calls,
  countIf(StatusCode = 'Error') AS Errors,
  sum(Duration) AS DurationNanoSum,
  toDate(ReceivedAt, 'UTC') AS Received
FROM `narrows`.`otel_traces`
WHERE PeerKind != ''
GROUP BY Agency, At, Service, Peer, PeerKind, Received;
CREATE MATERIALIZED VIEW IF NOT EXISTS `narrows`.`rollup_hitmap_5s_mv` TO `narrows`.`rollup_hitmap_5s` AS
SELECT Agency,
  toDateTime(greatest(0, least(4294967295, intDiv(toUnixTimestamp64Nano(Timestamp) + toInt64(Duration), 5000000000) * 5)), 'UTC') AS At,
  Pipeline,
  Stage,
  Channel,
  ServiceName AS Service,
  Transaction,
  toUInt8(multiIf(Duration < 5000000000, 0 + intDiv(Duration - 0, 125000000), Duration < 10000000000, 40 + intDiv(Duration - 5000000000, 250000000), Duration < 20000000000, 60 + intDiv(Duration - 10000000000, 500000000), Duration < 40000000000, 80 + intDiv(Duration - 20000000000, 1000000000), Duration < 80000000000, 100 + intDiv(Duration - 40000000000, 2000000000), 119)) AS Cell,
  countIf(NOT StatusCode = 'Error') AS Ok,
  countIf(StatusCode = 'Error') AS Error,
  toDate(ReceivedAt, 'UTC') AS Received
FROM `narrows`.`otel_traces`
WHERE Transaction = 1 OR Stage != ''
GROUP BY Agency, At, Pipeline, Stage, Channel, Service, Transaction, Cell, Received;
CREATE MATERIALIZED VIEW IF NOT EXISTS `narrows`.`rollup_people_10s_mv` TO `narrows`.`rollup_people_10s` AS
SELECT Agency,
  toDateTime(greatest(0, least(4294967295, intDiv(toUnixTimestamp64Nano(Timestamp) + toInt64(Duration), 10000000000) * 10)), 'UTC') AS At,
  Pipeline,
  Outcome,
  Stage,
  count() AS Count,
  countIf(Person != '') AS Named,
  uniqCombined64IfState(Person, Person != '') AS Persons,
  uniqCombined64IfState(Session, Session != '') AS Sessions,
  uniqCombined64IfState(Client, Client != '') AS Clients,
  toDate(ReceivedAt, 'UTC') AS Received
FROM `narrows`.`otel_traces`
WHERE Pipeline != ''
GROUP BY Agency, At, Pipeline, Outcome, Stage, Received;
CREATE MATERIALIZED VIEW IF NOT EXISTS `narrows`.`rollup_active_1s_mv` TO `narrows`.`rollup_active_1s` AS
SELECT Agency,
  toDateTime(greatest(0, least(4294967295, intDiv(toUnixTimestamp64Nano(TimeUnix), 1000000000))), 'UTC') AS At,
  Pipeline,
  Stage,
  Channel,
  ServiceName AS Service,
  Instance,
  if(Instance = '(overflow)', '(overflow)', Attributes['narrows.operation']) AS Operation,
  if(Instance = '(overflow)', '(overflow)', Attributes['narrows.span.kind']) AS Kind,
  if(Instance = '(overflow)', '(overflow)', Attributes['narrows.age_band']) AS Band,
  if(Instance = '(overflow)', '(overflow)', Attributes['narrows.active.state']) AS State,
  if(Instance = '(overflow)', 0, cityHash64(Attributes)) AS Series,
  max(Value) AS Open,
  toDate(ReceivedAt, 'UTC') AS Received
FROM `narrows`.`otel_metrics_gauge`
WHERE MetricName = 'narrows.active.transactions'
GROUP BY Agency, At, Pipeline, Stage, Channel, Service, Instance, Operation, Kind, Band, State, Series, Received;
CREATE MATERIALIZED VIEW IF NOT EXISTS `narrows`.`rollup_begun_1s_mv` TO `narrows`.`rollup_begun_1s` AS
SELECT Agency,
  toDateTime(greatest(0, least(4294967295, intDiv(toUnixTimestamp64Nano(TimeUnix), 1000000000))), 'UTC') AS At,
  Pipeline,
  Stage,
  Channel,
  ServiceName AS Service,
  Instance,
  sum(Value) AS Begun,
  toDate(ReceivedAt, 'UTC') AS Received
FROM `narrows`.`otel_metrics_sum`
WHERE MetricName = 'narrows.active.begun'
GROUP BY Agency, At, Pipeline, Stage, Channel, Service, Instance, Received;
CREATE MATERIALIZED VIEW IF NOT EXISTS `narrows`.`rollup_oldest_1s_mv` TO `narrows`.`rollup_oldest_1s` AS
SELECT Agency,
  toDateTime(greatest(0, least(4294967295, intDiv(toUnixTimestamp64Nano(TimeUnix), 1000000000))), 'UTC') AS At,
  Pipeline,
  Stage,
  Channel,
  ServiceName AS Service,
  Instance,
  max(Value) AS OldestMs,
  toDate(ReceivedAt, 'UTC') AS Received
FROM `narrows`.`otel_metrics_gauge`
WHERE MetricName = 'narrows.active.oldest_ms'
GROUP BY Agency, At, Pipeline, Stage, Channel, Service, Instance, Received;
CREATE MATERIALIZED VIEW IF NOT EXISTS `narrows`.`rollup_instance_5s_mv` TO `narrows`.`rollup_instance_5s` AS
SELECT Agency,
  toDateTime(greatest(0, least(4294967295, intDiv(toUnixTimestamp64Nano(Timestamp) + toInt64(Duration), 5000000000) * 5)), 'UTC') AS At,
  ServiceName AS Service,
  Instance,
  toLowCardinality(ResourceAttributes['service.version']) AS Version,
  count() AS Completions,
  countIf(StatusCode = 'Error') AS Errors,
  sum(Duration) AS ResidenceNanoSum,
  sum(toUInt64(greatest(DownstreamNano, 0))) AS DownstreamNanoSum,
  countIf(DownstreamNano >= 0) AS DownstreamReported,
  toDate(ReceivedAt, 'UTC') AS Received
FROM `narrows`.`otel_traces`
WHERE Transaction = 1
GROUP BY Agency, At, Service, Instance, Version, Received;
CREATE MATERIALIZED VIEW IF NOT EXISTS `narrows`.`rollup_runtime_1s_from_otel_metrics_gauge_mv` TO `narrows`.`rollup_runtime_1s` AS
SELECT Agency,
  toDateTime(greatest(0, least(4294967295, intDiv(toUnixTimestamp64Nano(TimeUnix), 1000000000))), 'UTC') AS At,
  ServiceName AS Service,
  Instance,
  MetricName,
  'gauge' AS Meaning,
  if(Instance = '(overflow)', 0, cityHash64(Attributes)) AS Series,
  max(Value) AS Value,
  sum(0.) AS Added,
  toDate(ReceivedAt, 'UTC') AS Received
FROM `narrows`.`otel_metrics_gauge`
WHERE MetricName IN ('process.cpu.utilization', 'system.cpu.utilization', 'jvm.cpu.recent_utilization', 'process.runtime.jvm.cpu.utilization', 'nodejs.eventloop.utilization', 'v8js.gc.duration', 'jvm.gc.duration', 'process.runtime.jvm.gc.duration', 'v8js.memory.heap.used', 'v8js.memory.heap.limit', 'jvm.memory.used', 'jvm.memory.limit') AND (MetricName != 'system.cpu.utilization' OR Attributes['cpu.mode'] = 'idle' OR Attributes['system.cpu.state'] = 'idle' OR Attributes['state'] = 'idle')
GROUP BY Agency, At, Service, Instance, MetricName, Meaning, Series, Received;
CREATE MATERIALIZED VIEW IF NOT EXISTS `narrows`.`rollup_runtime_1s_from_otel_metrics_sum_mv` TO `narrows`.`rollup_runtime_1s` AS
SELECT Agency,
  toDateTime(greatest(0, least(4294967295, intDiv(toUnixTimestamp64Nano(TimeUnix), 1000000000))), 'UTC') AS At,
  ServiceName AS Service,
  Instance,
  MetricName,
  'gauge' AS Meaning,
  if(Instance = '(overflow)', 0, cityHash64(Attributes)) AS Series,
  max(Value) AS Value,
  sum(0.) AS Added,
  toDate(ReceivedAt, 'UTC') AS Received
FROM `narrows`.`otel_metrics_sum`
WHERE MetricName IN ('process.cpu.utilization', 'system.cpu.utilization', 'jvm.cpu.recent_utilization', 'process.runtime.jvm.cpu.utilization', 'nodejs.eventloop.utilization', 'v8js.gc.duration', 'jvm.gc.duration', 'process.runtime.jvm.gc.duration', 'v8js.memory.heap.used', 'v8js.memory.heap.limit', 'jvm.memory.used', 'jvm.memory.limit') AND (MetricName != 'system.cpu.utilization' OR Attributes['cpu.mode'] = 'idle' OR Attributes['system.cpu.state'] = 'idle' OR Attributes['state'] = 'idle')
GROUP BY Agency, At, Service, Instance, MetricName, Meaning, Series, Received;
CREATE MATERIALIZED VIEW IF NOT EXISTS `narrows`.`rollup_runtime_1s_from_otel_metrics_histogram_mv` TO `narrows`.`rollup_runtime_1s` AS
SELECT Agency,
  toDateTime(greatest(0, least(4294967295, intDiv(toUnixTimestamp64Nano(TimeUnix), 1000000000))), 'UTC') AS At,
  ServiceName AS Service,
  Instance,
  MetricName,
  if(AggregationTemporality = 2, 'total', 'added') AS Meaning,
  if(Instance = '(overflow)', 0, cityHash64(Attributes)) AS Series,
  max(if(AggregationTemporality = 2, Sum, 0.)) AS Value,
  sum(if(AggregationTemporality = 2, 0., Sum)) AS Added,
  toDate(ReceivedAt, 'UTC') AS Received
FROM `narrows`.`otel_metrics_histogram`
WHERE MetricName IN ('process.cpu.utilization', 'system.cpu.utilization', 'jvm.cpu.recent_utilization', 'process.runtime.jvm.cpu.utilization', 'nodejs.eventloop.utilization', 'v8js.gc.duration', 'jvm.gc.duration', 'process.runtime.jvm.gc.duration', 'v8js.memory.heap.used', 'v8js.memory.heap.limit', 'jvm.memory.used', 'jvm.memory.limit') AND (MetricName != 'system.cpu.utilization' OR Attributes['cpu.mode'] = 'idle' OR Attributes['system.cpu.state'] = 'idle' OR Attributes['state'] = 'idle')
GROUP BY Agency, At, Service, Instance, MetricName, Meaning, Series, Received;
CREATE MATERIALIZED VIEW IF NOT EXISTS `narrows`.`rollup_stage_gauge_1s_from_otel_metrics_gauge_mv` TO `narrows`.`rollup_stage_gauge_1s` AS
SELECT Agency,
  toDateTime(greatest(0, least(4294967295, intDiv(toUnixTimestamp64Nano(TimeUnix), 1000000000))), 'UTC') AS At,
  Pipeline,
  Stage,
  Channel,
  ServiceName AS Service,
  Instance,
  MetricName,
  cityHash64(Attributes) AS Series,
  max(Value) AS Value,
  toDate(ReceivedAt, 'UTC') AS Received
FROM `narrows`.`otel_metrics_gauge`
WHERE Stage != '' AND NOT startsWith(MetricName, 'narrows.active.')
GROUP BY Agency, At, Pipeline, Stage, Channel, Service, Instance, MetricName, Series, Received;
CREATE MATERIALIZED VIEW IF NOT EXISTS `narrows`.`rollup_stage_gauge_1s_from_otel_metrics_sum_mv` TO `narrows`.`rollup_stage_gauge_1s` AS
SELECT Agency,
  toDateTime(greatest(0, least(4294967295, intDiv(toUnixTimestamp64Nano(TimeUnix), 1000000000))), 'UTC') AS At,
  Pipeline,
  Stage,
  Channel,
  ServiceName AS Service,
  Instance,
  MetricName,
  cityHash64(Attributes) AS Series,
  max(Value) AS Value,
  toDate(ReceivedAt, 'UTC') AS Received
FROM `narrows`.`otel_metrics_sum`
WHERE Stage != '' AND NOT startsWith(MetricName, 'narrows.active.') AND NOT IsMonotonic
GROUP BY Agency, At, Pipeline, Stage, Channel, Service, Instance, MetricName, Series, Received;
CREATE MATERIALIZED VIEW IF NOT EXISTS `narrows`.`rollup_place_1s_stage_mv_thinned` TO `narrows`.`rollup_place_1s` AS
SELECT Agency,
  toDateTime(greatest(0, least(4294967295, intDiv(toUnixTimestamp64Nano(Timestamp) + toInt64(Duration), 1000000000))), 'UTC') AS At,
  Pipeline,
  Stage,
  Channel,
  ServiceName AS Service,
  count() AS Completions,
  countIf(StatusCode = 'Error') AS Errors,
  sum(Duration) AS ResidenceNanoSum,
  sum(toUInt64(greatest(DownstreamNano, 0))) AS DownstreamNanoSum,
  countIf(DownstreamNano >= 0) AS DownstreamReported,
  countIf(Duration <= 1200000000 AND NOT StatusCode = 'Error') AS ApdexSatisfied,
  countIf(Duration > 1200000000 AND Duration <= 4800000000 AND NOT StatusCode = 'Error') AS ApdexTolerating,
  quantilesDDState(0.01, 0.5, 0.95, 0.99)(Duration) AS Durations,
  toDate(ReceivedAt, 'UTC') AS Received
FROM `narrows`.`otel_traces_thinned`
WHERE Stage != ''
GROUP BY Agency, At, Pipeline, Stage, Channel, Service, Received;
CREATE MATERIALIZED VIEW IF NOT EXISTS `narrows`.`rollup_place_1s_service_mv_thinned` TO `narrows`.`rollup_place_1s` AS
SELECT Agency,
  toDateTime(greatest(0, least(4294967295, intDiv(toUnixTimestamp64Nano(Timestamp) + toInt64(Duration), 1000000000))), 'UTC') AS At,
  '' AS Pipeline,
  '' AS Stage,
  '' AS Channel,
  ServiceName AS Service,
  count() AS Completions,
  countIf(StatusCode = 'Error') AS Errors,
  sum(Duration) AS ResidenceNanoSum,
  sum(toUInt64(greatest(DownstreamNano, 0))) AS DownstreamNanoSum,
  countIf(DownstreamNano >= 0) AS DownstreamReported,
  countIf(Duration <= 1200000000 AND NOT StatusCode = 'Error') AS ApdexSatisfied,
  countIf(Duration > 1200000000 AND Duration <= 4800000000 AND NOT StatusCode = 'Error') AS ApdexTolerating,
  quantilesDDState(0.01, 0.5, 0.95, 0.99)(Duration) AS Durations,
  toDate(ReceivedAt, 'UTC') AS Received
FROM `narrows`.`otel_traces_thinned`
WHERE Transaction = 1
GROUP BY Agency, At, Pipeline, Stage, Channel, Service, Received;
CREATE MATERIALIZED VIEW IF NOT EXISTS `narrows`.`rollup_edge_1s_mv_thinned` TO `narrows`.`rollup_edge_1s` AS
SELECT Agency,
  toDateTime(greatest(0, least(4294967295, intDiv(toUnixTimestamp64Nano(Timestamp) + toInt64(Duration), 1000000000))), 'UTC') AS At,
  ServiceName AS Service,
  Peer,
  PeerKind,
  count() AS Calls,
  countIf(StatusCode = 'Error') AS Errors,
  sum(Duration) AS DurationNanoSum,
  toDate(ReceivedAt, 'UTC') AS Received
FROM `narrows`.`otel_traces_thinned`
WHERE PeerKind != ''
GROUP BY Agency, At, Service, Peer, PeerKind, Received;
CREATE MATERIALIZED VIEW IF NOT EXISTS `narrows`.`rollup_hitmap_5s_mv_thinned` TO `narrows`.`rollup_hitmap_5s` AS
SELECT Agency,
  toDateTime(greatest(0, least(4294967295, intDiv(toUnixTimestamp64Nano(Timestamp) + toInt64(Duration), 5000000000) * 5)), 'UTC') AS At,
  Pipeline,
  Stage,
  Channel,
  ServiceName AS Service,
  Transaction,
  toUInt8(multiIf(Duration < 5000000000, 0 + intDiv(Duration - 0, 125000000), Duration < 10000000000, 40 + intDiv(Duration - 5000000000, 250000000), Duration < 20000000000, 60 + intDiv(Duration - 10000000000, 500000000), Duration < 40000000000, 80 + intDiv(Duration - 20000000000, 1000000000), Duration < 80000000000, 100 + intDiv(Duration - 40000000000, 2000000000), 119)) AS Cell,
  countIf(NOT StatusCode = 'Error') AS Ok,
  countIf(StatusCode = 'Error') AS Error,
  toDate(ReceivedAt, 'UTC') AS Received
FROM `narrows`.`otel_traces_thinned`
WHERE Transaction = 1 OR Stage != ''
GROUP BY Agency, At, Pipeline, Stage, Channel, Service, Transaction, Cell, Received;
CREATE MATERIALIZED VIEW IF NOT EXISTS `narrows`.`rollup_people_10s_mv_thinned` TO `narrows`.`rollup_people_10s` AS
SELECT Agency,
  toDateTime(greatest(0, least(4294967295, intDiv(toUnixTimestamp64Nano(Timestamp) + toInt64(Duration), 10000000000) * 10)), 'UTC') AS At,
  Pipeline,
  Outcome,
  Stage,
  count() AS Count,
  countIf(Person != '') AS Named,
  uniqCombined64IfState(Person, Person != '') AS Persons,
  uniqCombined64IfState(Session, Session != '') AS Sessions,
  uniqCombined64IfState(Client, Client != '') AS Clients,
  toDate(ReceivedAt, 'UTC') AS Received
FROM `narrows`.`otel_traces_thinned`
WHERE Pipeline != ''
GROUP BY Agency, At, Pipeline, Outcome, Stage, Received;
CREATE MATERIALIZED VIEW IF NOT EXISTS `narrows`.`rollup_instance_5s_mv_thinned` TO `narrows`.`rollup_instance_5s` AS
SELECT Agency,
  toDateTime(greatest(0, least(4294967295, intDiv(toUnixTimestamp64Nano(Timestamp) + toInt64(Duration), 5000000000) * 5)), 'UTC') AS At,
  ServiceName AS Service,
  Instance,
  toLowCardinality(ResourceAttributes['service.version']) AS Version,
  count() AS Completions,
  countIf(StatusCode = 'Error') AS Errors,
  sum(Duration) AS ResidenceNanoSum,
  sum(toUInt64(greatest(DownstreamNano, 0))) AS DownstreamNanoSum,
  countIf(DownstreamNano >= 0) AS DownstreamReported,
  toDate(ReceivedAt, 'UTC') AS Received
FROM `narrows`.`otel_traces_thinned`
WHERE Transaction = 1
GROUP BY Agency, At, Service, Instance, Version, Received;
CREATE MATERIALIZED VIEW IF NOT EXISTS `narrows`.`thinned_loads_mv` TO `narrows`.`thinned_loads` AS
SELECT Agency,
  Segment,
  KeepOneIn,
  count() AS Spans,
  toDateTime(greatest(0, least(4294967295, intDiv(min(toUnixTimestamp64Nano(Timestamp) + toInt64(Duration)), 1000000000))), 'UTC') AS FirstAt,
  toDateTime(greatest(0, least(4294967295, intDiv(max(toUnixTimestamp64Nano(Timestamp) + toInt64(Duration)), 1000000000))), 'UTC') AS LastAt,
  toDate(ReceivedAt, 'UTC') AS Received
FROM `narrows`.`otel_traces_thinned`
WHERE 1
GROUP BY Agency, Segment, KeepOneIn, Received;
