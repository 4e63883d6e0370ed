// Where spans go that are counted and not kept. A table that holds nothing passes them on to the rollups, by the views of the
// raw table with another source, so that the rollups say the same as if the raw table had them; and to one row for each
// load and agency, which says later where and how much was thinned.
import { TABLES } from '@narrows/contract';
import { DAY_OF_RECEIPT, RECEIVED, secondOf } from './received.js';
import { ROLLUP_VIEWS } from './rollup-tables.js';
import type { TableDefinition, ViewDefinition } from './table-definition.js';

export const THINNED = 'otel_traces_thinned';

/** The columns that rollups are made of: all others, the long ones among them, are left where they are. */
const ROLLED_UP: ReadonlySet<string> = new Set([
  'Timestamp', 'ServiceName', 'Duration', 'StatusCode', 'Transaction', 'Peer', 'PeerKind', 'DownstreamNano', 'Outcome', 'Person', 'Session', 'Client',
  'Agency', 'Pipeline', 'Stage', 'Channel', 'Instance', 'ResourceAttributes', 'ReceivedAt',
]);
export const THINNED_COLUMNS = TABLES.otel_traces.filter(({ name }) => ROLLED_UP.has(name));

/** With each span which load it is of, and one in how many healthy traces that keeps. */
export const THINNED_TABLE: TableDefinition = {
  name: THINNED,
  columns: [...THINNED_COLUMNS, { name: 'Segment', type: 'String' }, { name: 'KeepOneIn', type: 'UInt32' }],
  indexes: [], engine: 'Null', partitionBy: '', orderBy: [], expiresFrom: null, shardBy: 'cityHash64(ServiceName, Timestamp)',
};

/** `FirstAt` and `LastAt`: the first and the last second in which one of these spans ended. */
export const THINNED_LOADS_TABLE: TableDefinition = {
  name: 'thinned_loads',
  columns: [
    { name: 'Agency', type: 'LowCardinality(String)' }, { name: 'Segment', type: 'String' }, { name: 'KeepOneIn', type: 'UInt32' },
    { name: 'Spans', type: 'UInt64' }, { name: 'FirstAt', type: "DateTime('UTC')" }, { name: 'LastAt', type: "DateTime('UTC')" }, RECEIVED,
  ],
  indexes: [], engine: 'MergeTree', partitionBy: RECEIVED.name, orderBy: ['Agency', 'FirstAt'], expiresFrom: RECEIVED.name, shardBy: 'cityHash64(Segment)',
};

const END = 'toUnixTimestamp64Nano(Timestamp) + toInt64(Duration)';

export const THINNED_VIEWS: readonly ViewDefinition[] = [
  ...ROLLUP_VIEWS.filter(({ from }) => from === 'otel_traces').map((view) => ({ ...view, name: `${view.name}_thinned`, from: THINNED })),
  {
    name: 'thinned_loads_mv', from: THINNED, to: THINNED_LOADS_TABLE.name,
    select: ['Agency', 'Segment', 'KeepOneIn', 'count() AS Spans', `${secondOf(`min(${END})`)} AS FirstAt`, `${secondOf(`max(${END})`)} AS LastAt`, DAY_OF_RECEIPT],
    where: '1', groupBy: ['Agency', 'Segment', 'KeepOneIn', RECEIVED.name],
  },
];
