// The fence reads SQL as the engine reads it: no spelling of a closed function or table passes, and no text inside a string is
// taken for one.
import { expect, test } from 'vitest';
import { assertWithinFence } from './tenant-fence.js';

test.each([
  "SELECT * FROM merge('narrows', '.*')", "select * from MERGE ('narrows', '.*')", "SELECT * FROM `merge`('narrows', '.*')", 'SELECT * FROM "merge"(\'narrows\', \'.*\')',
  "SELECT * FROM merge/**/('narrows', '.*')", "SELECT * FROM merge -- x\n('narrows', '.*')", "SELECT 'it''s', * FROM merge('a', 'b')", "SELECT 'a\\'', * FROM merge('a', 'b')",
  'SELECT * FROM `\\x6derge`(1)', "SELECT * FROM mergeTreeIndex('narrows', 'otel_traces')", "SELECT dictGetString('d', 'a', 1)", 'SELECT * FROM system.processes', 'SELECT * FROM `system` . `parts`', 'SELECT * FROM INFORMATION_SCHEMA.tables',
])('%s is closed', (sql) => {
  expect(() => assertWithinFence(sql)).toThrow(expect.objectContaining({ code: 'QUERY_INVALID' }));
});

test.each([
  "SELECT 'merge(1)' FROM otel_traces -- merge(1)", 'SELECT /* system.parts */ count() FROM rollup_place_1s', 'SELECT cos(1), deltaSum(x), `merge` FROM t', 'SELECT * FROM view(SELECT * FROM otel_traces)', 'SELECT {name:String} FROM numbers(3)',
])('%s passes', (sql) => {
  expect(() => assertWithinFence(sql)).not.toThrow();
});
