// The store: ClickHouse, embedded in a child process or on a server, through one client. Segments come in as Native
// blocks and are stored and rolled up once, however often they are loaded; questions come in as SQL with bound
// parameters and go out as rows, under a time limit that really stops them.
import { assertWithinFence } from './tenant-fence.js';
import { countOfAgency, deletionOfAgency, deletionOfTraces, expiryOfAgency } from './agency-rows.js';
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { ClickHouseLogLevel, createClient, SettingsMap, type ClickHouseClient, type ClickHouseSettings } from '@clickhouse/client';
import { TABLES, type SegmentLoad } from '@narrows/contract';
import { Alone } from './alone.js';
import { EmbeddedConnection } from './embedded-connection.js';
import { EMBEDDED_DATABASE } from './engine-config.js';
import { ALL_TABLES, type DdlShape } from './ddl.js';
import { loadAgain } from './load-again.js';
import { migrate } from './migration.js';
import { escaped } from './sql-text.js';
import { storeError } from './store-error.js';
import { SPAN_STRUCTURE, thinnedInserts, type ThinnedInsert } from './thinned-load.js';

export type StoreOptions = { retentionDays?: number } & (
  | { mode: 'embedded'; path: string }
  | { mode: 'server'; url: string; username: string; password: string; database: string; cluster?: string }
);

export interface QueryOptions {
  /** The engine stops the query after this time. */
  timeoutMs?: number;
  /** Rows of this agency only, in every table, whatever the SQL says; and nothing but reading. */
  agency?: string;
}

/** What the query room sees. */
export interface StoreReader {
  /**
   * Ask. `{name:Type}` in the SQL takes `params.name`. No FORMAT clause; with `agency` no SETTINGS clause either.
   *
   * Units:  UInt64 comes as a number, exact up to 2^53: cast nanosecond times to String
   * Errors: QUERY_TIMEOUT, STORE_UNAVAILABLE, STORE_QUERY
   */
  query<T>(sql: string, params?: Record<string, unknown>, options?: QueryOptions): Promise<T[]>;
}

export interface Store extends StoreReader {
  /** Bring the schema up to date. Errors: as `query`. */
  migrate(): Promise<void>;
  /** Store a segment's blocks for one table. Errors: retryable → the same load again; STORE_QUERY → it will never pass. */
  load(load: SegmentLoad): Promise<void>;
  /** How many spans of a segment that was loaded by a plan are only in the rollups. */
  thinnedOf(segmentId: string): Promise<{ agency: string; items: number }[]>;
  /** Rows of an agency by table. */
  countAgency(agency: string): Promise<Record<string, number>>;
  /** Every row of an agency, in raw tables and rollups; waits until they are gone. */
  deleteAgency(agency: string): Promise<void>;
  /** Raw rows of these traces of an agency; rollups know no person. */
  deleteTraces(agency: string, traceIds: readonly string[]): Promise<void>;
  /** Rows of an agency that were received before. */
  expireAgency(agency: string, before: Date): Promise<void>;
  ping(): Promise<boolean>;
  close(): Promise<void>;
  /** Process id of the embedded engine; null for a server. */
  readonly enginePid: number | null;
}

const RETENTION_DAYS = 14;
const QUERY_TIMEOUT_MS = 10_000;
/** What the client waits longer than the engine, so that the engine's own answer arrives first. */
const TIMEOUT_SLACK_MS = 500;
const LOAD_TIMEOUT_MS = 120_000;

/** Every block of a load is one block of the engine, whatever the machine: a repetition must be cut the same way. */
const LOAD_SETTINGS: ClickHouseSettings = {
  async_insert: 0,
  insert_deduplicate: 1,
  deduplicate_blocks_in_dependent_materialized_views: 1,
  max_insert_threads: '1',
  parallel_view_processing: 0,
  input_format_parallel_parsing: 0,
  min_insert_block_size_rows: '10000000',
  min_insert_block_size_bytes: '1000000000',
};
/**
 * The same rows are the same block, however they were cut on their way here: a plain copy has other blocks than the records that the
 * next process reads. Left to itself the engine puts the cut into its memory of the load. A server may be too old to know the setting.
 */
const ONE_BLOCK: ClickHouseSettings = { use_strict_insert_block_limits: 1, max_insert_block_size_rows: '10000000' };
/** Statements that list a segment's batches are long; what they insert is new whatever it looks like. */
const LONG_STATEMENT: ClickHouseSettings = { max_query_size: '67108864' };
const REPAIR_SETTINGS: ClickHouseSettings = {
  ...LONG_STATEMENT, insert_deduplicate: 0, lightweight_deletes_sync: '2', max_execution_time: LOAD_TIMEOUT_MS / 1_000,
};
/** A server answers when it has all of an answer: one that fails half-way is then an error with its number, and no half of a document. */
const QUERY_SETTINGS: ClickHouseSettings = { ...LONG_STATEMENT, output_format_json_quote_64bit_integers: 0, output_format_json_quote_denormals: 0, wait_end_of_query: 1 };

/** Open the store. Errors: DATA_DIR_LOCKED, STORE_UNAVAILABLE. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const retentionDays = options.retentionDays ?? RETENTION_DAYS;
  if (options.mode === 'embedded') {
    const connection = await EmbeddedConnection.open(options.path);
    return new ClickHouseStore(createClient({ connection }), { database: EMBEDDED_DATABASE, retentionDays }, () => connection.enginePid);
  }
  const { url, username, password, database, cluster } = options;
  const client = createClient({
    url, username, password, database,
    request_timeout: LOAD_TIMEOUT_MS + TIMEOUT_SLACK_MS,
    compression: { request: false, response: true },
    log: { level: ClickHouseLogLevel.OFF }, // Every failure is thrown with its cause; whoever asked logs it once.
  });
  return new ClickHouseStore(client, { database, cluster, retentionDays }, null);
}

class ClickHouseStore implements Store {
  readonly #client: ClickHouseClient;
  readonly #shape: DdlShape;
  readonly #enginePid: () => number | null;
  readonly #isServer: boolean;
  readonly #loads = new Alone();
  /** Loads of which a server did not say how they ended: it may come back from a power loss, while this process lives on. */
  readonly #doubtful = new Set<string>();

  constructor(client: ClickHouseClient, shape: DdlShape, enginePid: (() => number | null) | null) {
    this.#client = client;
    this.#shape = shape;
    this.#isServer = enginePid === null;
    this.#enginePid = enginePid ?? (() => null);
  }

  get enginePid(): number | null { return this.#enginePid(); }

  async migrate(): Promise<void> {
    await migrate({
      select: (sql) => this.query(sql),
      command: async (sql) => {
        try {
          await this.#client.command({ query: sql });
        } catch (error) {
          throw storeError(error, sql.split('\n')[0] ?? sql);
        }
      },
    }, this.#shape);
  }

  async load(load: SegmentLoad): Promise<void> {
    const token = `${load.segmentId}:${load.table}`;
    if (load.thin) {
      const parts = thinnedInserts(load.segmentId, load.thin, this.#shape);
      return this.#loads.beside(async () => { for (const part of parts) await this.#insertPart(load, part, token + part.tokenSuffix); });
    }
    const { batches = [] } = load;
    // A cluster keeps its memory of loads in its keeper, which syncs.
    if (!(load.again || this.#doubtful.has(token)) || batches.length === 0 || this.#shape.cluster) return this.#loads.beside(() => this.#insert(load, token));
    await this.#loads.alone(() => loadAgain({
      select: (sql) => this.query(sql, {}, { timeoutMs: LOAD_TIMEOUT_MS }),
      command: (sql) => this.#repair(sql, `load of ${load.table} again from segment ${load.segmentId}`),
      insert: (what, under) => this.#insert(what, under),
    }, load, batches, token, this.#shape));
    this.#doubtful.delete(token);
  }

  #insert(load: SegmentLoad, token: string): Promise<void> {
    const columns = TABLES[load.table].map(({ name }) => `\`${name}\``).join(', ');
    const into = `INSERT INTO \`${this.#shape.database}\`.\`${load.table}\` (${columns})`;
    return this.#send(load, this.#readsFiles(load) ? `${into} SELECT ${columns} FROM ${fileOf(load)}` : `${into} FORMAT Native`, token);
  }

  #insertPart(load: SegmentLoad, { into, columns, values, where }: ThinnedInsert, token: string): Promise<void> {
    const source = this.#readsFiles(load) ? fileOf(load, `, '${SPAN_STRUCTURE}'`) : `input('${SPAN_STRUCTURE}')`;
    return this.#send(load, `INSERT INTO ${into} (${columns}) SELECT ${values} FROM ${source} WHERE ${where}${this.#readsFiles(load) ? '' : ' FORMAT Native'}`, token);
  }

  /** The engine is on this machine, and there is a file for it. */
  #readsFiles(load: SegmentLoad): load is SegmentLoad & { file: string } { return load.file !== undefined && !this.#isServer; }

  async #send(load: SegmentLoad, query: string, token: string): Promise<void> {
    try {
      const { stream } = await this.#client.exec({
        query,
        ...this.#readsFiles(load) ? {} : { values: load.file === undefined ? Readable.from(load.blocks, { objectMode: false }) : createReadStream(load.file) },
        query_id: `${token}/${randomUUID()}`,
        clickhouse_settings: {
          ...LOAD_SETTINGS,
          ...load.thin ? LONG_STATEMENT : {},
          ...load.thin || !this.#isServer ? ONE_BLOCK : {},
          insert_deduplication_token: token,
          max_execution_time: LOAD_TIMEOUT_MS / 1_000,
          ...(this.#shape.cluster ? { distributed_foreground_insert: 1 } : {}),
        },
      });
      for await (const chunk of stream) void chunk; // An insert answers nothing; reading to the end frees the socket.
      this.#doubtful.delete(token);
    } catch (error) {
      const fault = storeError(error, `load of ${load.table} from segment ${load.segmentId}`);
      if (fault.code === 'STORE_UNAVAILABLE' && this.#isServer) this.#doubtful.add(token);
      throw fault;
    }
  }

  async thinnedOf(segmentId: string): Promise<{ agency: string; items: number }[]> {
    return this.query('SELECT toString(Agency) AS agency, toFloat64(sum(Spans)) AS items FROM thinned_loads WHERE Segment = {segmentId:String} GROUP BY agency ORDER BY agency', { segmentId });
  }

  async countAgency(agency: string): Promise<Record<string, number>> {
    const rows = await this.query<{ table: string; rows: number }>(countOfAgency(agency, this.#shape), {}, { timeoutMs: LOAD_TIMEOUT_MS });
    return Object.fromEntries(rows.map(({ table, rows: count }) => [table, count]));
  }

  async deleteAgency(agency: string): Promise<void> {
    for (const sql of deletionOfAgency(agency, this.#shape)) await this.#delete(sql, 'deletion of an agency');
  }

  async expireAgency(agency: string, before: Date): Promise<void> {
    for (const sql of expiryOfAgency(agency, before, this.#shape)) await this.#delete(sql, 'expiry of an agency');
  }

  async deleteTraces(agency: string, traceIds: readonly string[]): Promise<void> {
    for (const sql of deletionOfTraces(agency, traceIds, this.#shape)) await this.#delete(sql, 'deletion of traces');
  }

  async #delete(sql: string, doing: string): Promise<void> {
    try {
      await this.#client.command({ query: sql, clickhouse_settings: { ...LONG_STATEMENT, mutations_sync: '2', max_execution_time: LOAD_TIMEOUT_MS / 1_000 } });
    } catch (error) {
      throw storeError(error, doing);
    }
  }

  async #repair(sql: string, doing: string): Promise<void> {
    try {
      await this.#client.command({ query: sql, clickhouse_settings: REPAIR_SETTINGS });
    } catch (error) {
      throw storeError(error, doing);
    }
  }

  async query<T>(sql: string, params: Record<string, unknown> = {}, { timeoutMs = QUERY_TIMEOUT_MS, agency }: QueryOptions = {}): Promise<T[]> {
    if (agency !== undefined) assertWithinFence(sql);
    try {
      const result = await this.#client.query({
        query: sql,
        query_params: params,
        format: 'JSONColumnsWithMetadata',
        clickhouse_settings: { ...QUERY_SETTINGS, max_execution_time: timeoutMs / 1_000, ...this.#fence(agency) },
        abort_signal: AbortSignal.timeout(timeoutMs + TIMEOUT_SLACK_MS),
      });
      return rowsOf<T>((await result.json<Record<string, unknown[]>>()).data as unknown as Record<string, unknown[]>);
    } catch (error) {
      throw storeError(error, 'query');
    }
  }

  /** Reading only; for a tenant also the rows of its agency only, which the SQL itself cannot undo. */
  #fence(agency: string | undefined): ClickHouseSettings {
    if (agency === undefined) return { readonly: '2' };
    const condition = escaped(`Agency = '${escaped(agency)}'`); // Twice: a literal inside a literal.
    const filters = ALL_TABLES.map(({ name }) => [`${this.#shape.database}.${name}`, condition]);
    return { additional_table_filters: SettingsMap.from(Object.fromEntries(filters) as Record<string, string>), readonly: '1' };
  }

  async ping(): Promise<boolean> { return (await this.#client.ping()).success; }

  async close(): Promise<void> { await this.#client.close(); }
}

/** Longer ones are hardly ever the same. */
const SHARED_CHARS_MAX = 100;

/**
 * Answers come by columns, as one document: for an hour of seconds, a quarter less of processor time than a line of JSON for each row.
 * A text that repeats in a column is one text, so that whoever looks rows up by it hashes it once.
 */
function rowsOf<T>(columns: Readonly<Record<string, unknown[]>>): T[] {
  const named = Object.entries(columns).map(([name, values]) => [name, typeof values[0] === 'string' ? sharedTexts(values) : values] as const);
  return Array.from({ length: named[0]?.[1].length ?? 0 }, (_, at) => {
    const row: Record<string, unknown> = {};
    for (const [name, values] of named) row[name] = values[at];
    return row as T;
  });
}

function sharedTexts(values: readonly unknown[]): unknown[] {
  const shared = new Map<unknown, unknown>();
  return values.map((value) => {
    if (typeof value !== 'string' || value.length > SHARED_CHARS_MAX) return value;
    const held = shared.get(value);
    if (held !== undefined) return held;
    shared.set(value, value);
    return value;
  });
}

function fileOf({ file }: { file: string }, structure = ''): string { return `file('${escaped(file)}', 'Native'${structure})`; }
