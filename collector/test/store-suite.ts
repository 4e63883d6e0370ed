// The claims that hold for every store, embedded or behind a URL. Each file that runs them says how to open one.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TABLES, type TableName } from '@narrows/contract';
import type { Store } from '../dist/store/store.js';
import { startBlockMaker, type BlockMaker } from './native-blocks.js';
import { countsByHand, countsOfRollups, rollupsAndOracles } from './rollup-oracle.js';

/** Rows of the test blocks lie in November 2026, whenever the test runs; the date of their expiry must fit a DateTime. */
export const RETENTION_DAYS = 18_250;

export interface Opened { open(retentionDays: number): Promise<Store>; close(): Promise<void> }

export function describeStore(name: string, prepare: () => Promise<Opened>): void {
  describe(name, () => {
    let opened: Opened;
    let store: Store;
    let maker: BlockMaker;
    beforeAll(async () => {
      [opened, maker] = await Promise.all([prepare(), startBlockMaker()]);
      store = await opened.open(RETENTION_DAYS);
      await store.migrate();
    });
    afterAll(async () => {
      await store.close();
      await Promise.all([opened.close(), maker.close()]);
    });

    test('it answers a ping, and migrating again changes nothing', async () => {
      const schema = () => store.query("SELECT name, create_table_query FROM system.tables WHERE database = 'narrows' ORDER BY name");
      const before = await schema();
      await store.migrate();
      expect(await schema()).toEqual(before);
      expect(await store.ping()).toBe(true);
    });

    test('a segment sent three times is stored and rolled up once, in every table and every rollup', async () => {
      for (const table of Object.keys(TABLES) as TableName[]) {
        const [first, second] = [await maker.make(table, 300, 1), await maker.make(table, 200, 2)];
        const load = { segmentId: 'suite-1', table, rows: 500, blocks: [first.bytes, second.bytes] };
        for (let time = 0; time < 3; time++) await store.load(load);
        expect(await store.query(`SELECT count() AS rows, uniqExact(BatchId) AS batches FROM ${table}`), table).toEqual([{ rows: 500, batches: 2 }]);
      }
      await store.load({ segmentId: 'suite-2', table: 'otel_traces', rows: 300, blocks: [(await maker.make('otel_traces', 300, 3)).bytes] });
      for (const { table, stored, expected } of await rollupsAndOracles(store)) {
        expect(stored.length, table).toBeGreaterThan(0);
        expect(stored, table).toEqual(expected);
      }
    });

    test('the rollups count what a plain loop over the spans counts', async () => {
      expect(await countsOfRollups(store)).toEqual(await countsByHand(store));
    });

    test('parameters are bound, never spliced', async () => {
      const text = "it's \\ a \n \t \"line\" {x:String} 백신";
      expect(await store.query('SELECT {text:String} AS text, {list:Array(String)} AS list, {n:UInt32} + 1 AS n', { text, list: ["a'b", 'c\\d'], n: 41 }))
        .toEqual([{ text, list: ["a'b", 'c\\d'], n: 42 }]);
    });

    test('64-bit counts come as numbers, and a quantile of nothing as null', async () => {
      expect(await store.query('SELECT toUInt64(9007199254740991) AS n, nan AS q')).toEqual([{ n: 9_007_199_254_740_991, q: null }]);
    });

    test('a query is stopped when its time is over', async () => {
      await expect(store.query('SELECT sum(sipHash64(number)) FROM numbers(1000000000000)', {}, { timeoutMs: 300 })).rejects.toMatchObject({ code: 'QUERY_TIMEOUT', retryable: true });
      expect(await store.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    });

    test('a wrong statement is a fault of ours, and a query cannot write', async () => {
      await expect(store.query('SELECT missing FROM otel_traces')).rejects.toMatchObject({ code: 'STORE_QUERY', retryable: false });
      await expect(store.query("INSERT INTO narrows_schema (Version) SELECT 9")).rejects.toMatchObject({ code: 'STORE_QUERY' });
    });

    test('bytes that are no Native block are refused for good, and nothing of them is stored', async () => {
      const load = { segmentId: 'suite-bad', table: 'otel_logs' as const, rows: 1, blocks: [Buffer.from('\x01\x01garbage\nmore')] };
      await expect(store.load(load)).rejects.toMatchObject({ code: 'STORE_QUERY', retryable: false });
      expect(await store.query('SELECT count() AS rows FROM otel_logs')).toEqual([{ rows: 500 }]);
    });

    test('a question of one agency sees no row of another, whatever its SQL says', async () => {
      const agencies = (sql: string) => store.query<{ Agency: string }>(sql, {}, { agency: 'first' });
      for (const sql of [
        'SELECT DISTINCT Agency FROM otel_traces', "SELECT DISTINCT Agency FROM otel_traces WHERE Agency = 'second' OR 1",
        'SELECT DISTINCT Agency FROM (SELECT * FROM rollup_place_1s)', 'SELECT DISTINCT b.Agency AS Agency FROM otel_logs AS a CROSS JOIN rollup_people_10s AS b',
      ]) expect(await agencies(sql), sql).toEqual([{ Agency: 'first' }]);
      await expect(agencies("SELECT Agency FROM otel_traces SETTINGS additional_table_filters = {}")).rejects.toMatchObject({ code: 'STORE_QUERY' });
      expect(await store.query('SELECT Agency FROM otel_traces', {}, { agency: "x' OR 1 --\\" })).toEqual([]);
    });

    test('another retention changes how long rows are kept', async () => {
      const tablesKept = async (days: number): Promise<number> => {
        await store.close();
        store = await opened.open(days);
        await store.migrate();
        const [row] = await store.query<{ tables: number }>(`SELECT count() AS tables FROM system.tables WHERE database = 'narrows' AND create_table_query LIKE '%toIntervalDay(${days})%'`);
        return row?.tables ?? 0;
      };
      const everyTable = await tablesKept(RETENTION_DAYS);
      expect(everyTable).toBeGreaterThan(Object.keys(TABLES).length);
      expect(await tablesKept(RETENTION_DAYS - 1)).toBe(everyTable);
      expect(await store.query('SELECT count() AS rows FROM otel_logs')).toEqual([{ rows: 500 }]);
    });
  });
}
