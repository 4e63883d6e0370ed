import { expect, test } from 'vitest';
import { ALL_TABLES, ALL_VIEWS, createStatements, createTable, createView, retentionStatements } from './ddl.js';
import { ROLLUP_VIEWS } from './rollup-tables.js';
import { THINNED_TABLE, THINNED_VIEWS } from './thinned-tables.js';

const one = { database: 'narrows', retentionDays: 14 };
const cluster = { ...one, cluster: 'main' };

test('every table begins its key with the agency, is cut by the day of receipt, and forgets', () => {
  for (const table of ALL_TABLES) {
    expect(table.orderBy[0], table.name).toBe('Agency');
    const [statement] = createTable(table, one);
    expect(statement).toMatch(/PARTITION BY (toDate\(ReceivedAt, 'UTC'\)|Received)\n/);
    expect(statement).toMatch(/TTL .* \+ toIntervalDay\(14\)/);
    expect(statement).toContain('non_replicated_deduplication_window');
  }
});

test('every view fills the columns of its target, all of them, by name', () => {
  for (const view of [...ALL_VIEWS, ...THINNED_VIEWS]) {
    const target = ALL_TABLES.find((table) => table.name === view.to);
    expect(view.select.map((expression) => expression.split(' AS ').at(-1)), view.name).toEqual(target?.columns.map((column) => column.name));
  }
});

test('on one node nothing is replicated or distributed', () => {
  expect(createStatements(one).join('\n')).not.toMatch(/Replicated|Distributed|ON CLUSTER|_local/);
});

test('on a cluster each table is replicated under a local name and distributed under the public one', () => {
  const [local, distributed] = createTable(ALL_TABLES[0]!, cluster);
  expect(local).toContain("CREATE TABLE IF NOT EXISTS `narrows`.`otel_traces_local` ON CLUSTER 'main'");
  expect(local).toContain("ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/narrows/otel_traces_local', '{replica}')");
  expect(local).toContain('replicated_deduplication_window');
  expect(distributed).toBe("CREATE TABLE IF NOT EXISTS `narrows`.`otel_traces` ON CLUSTER 'main' AS `narrows`.`otel_traces_local`\n"
    + "ENGINE = Distributed('main', 'narrows', 'otel_traces_local', cityHash64(TraceId))");
});

test('on a cluster a view stays on its shard', () => {
  const text = createView(ROLLUP_VIEWS[0]!, cluster);
  expect(text).toContain('TO `narrows`.`rollup_place_1s_local`');
  expect(text).toContain('FROM `narrows`.`otel_traces_local`');
});

test('what is thinned reaches every rollup of spans by the same SELECT, from a table that holds nothing', () => {
  const ofSpans = ROLLUP_VIEWS.filter(({ from }) => from === 'otel_traces');
  for (const view of ofSpans) {
    const twin = THINNED_VIEWS.find(({ name }) => name === `${view.name}_thinned`)!;
    expect({ ...twin, from: view.from, name: view.name }).toEqual(view);
  }
  expect(THINNED_VIEWS).toHaveLength(ofSpans.length + 1);
  expect(createTable(THINNED_TABLE, one)[0]).toMatch(/\nENGINE = Null$/);
  expect(createTable(THINNED_TABLE, cluster).map((statement) => statement.split('\n').at(-1))).toEqual(['ENGINE = Null', "ENGINE = Distributed('main', 'narrows', 'otel_traces_thinned_local', cityHash64(ServiceName, Timestamp))"]);
});

test('another retention is one statement a table', () => {
  expect(retentionStatements({ ...cluster, retentionDays: 3 })[0]).toBe(
    "ALTER TABLE `narrows`.`otel_traces_local` ON CLUSTER 'main' MODIFY TTL toDateTime(ReceivedAt, 'UTC') + toIntervalDay(3)",
  );
});
