// The embedded engine behind @clickhouse/client's own seam: the same client code then serves a server by URL and chDB in
// a child process. An insert's body goes by a file, since the engine's inline insert cuts binary payloads at the first
// newline byte; whatever else there is goes over the channel.
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ClickHouseClientConfigOptions, ClickHouseSettings } from '@clickhouse/client';
import { EMBEDDED_LOAD_SETTINGS, EMBEDDED_QUERY_SETTINGS } from './engine-config.js';
import { EngineProcess } from './engine-process.js';
import type { EngineSettings } from './engine-protocol.js';
import { Lane } from './lane.js';
import { escaped } from './sql-text.js';

type Connection = NonNullable<ClickHouseClientConfigOptions['connection']>;
type Params<Method extends 'query' | 'command' | 'exec' | 'insert'> = Parameters<Connection[Method]>[0];
type Result<Method extends 'query' | 'command' | 'exec' | 'insert' | 'ping'> = ReturnType<Connection[Method]>;

/** Two questions at a time on two cores; the live tick and a page's panels wait here for some milliseconds. */
const QUERY_SLOTS = 2;
const QUERIES_WAITING_MAX = 128;
/** Of small segments two tables are loaded at a time; of large ones the pipeline asks for one. */
const LOAD_SLOTS = 2;
const LOADS_WAITING_MAX = 64;

/** Settings of the HTTP interface, which the engine does not know. */
const HTTP_ONLY = new Set(['wait_end_of_query', 'send_progress_in_http_headers', 'enable_http_compression']);
const INSERT_WITH_BODY = /^\s*INSERT INTO (?<target>\S+) \((?<columns>[^)]*)\) FORMAT (?<format>\w+)\s*$/;
/** The same with a choice of rows: what the body is called in it gives way to its file. */
const INSERT_FROM_INPUT = /^(?<before>\s*INSERT INTO .* FROM )input\((?<structure>'[^']*')\)(?<after> WHERE .*) FORMAT (?<format>\w+)\s*$/s;

export class EmbeddedConnection implements Connection {
  readonly #engine: EngineProcess;
  readonly #incoming: string;
  readonly #queries = new Lane('queries', QUERY_SLOTS, QUERIES_WAITING_MAX);
  readonly #loads = new Lane('loads', LOAD_SLOTS, LOADS_WAITING_MAX);

  private constructor(engine: EngineProcess, incoming: string) {
    this.#engine = engine;
    this.#incoming = incoming;
  }

  /** Errors: DATA_DIR_LOCKED, STORE_UNAVAILABLE. */
  static async open(directory: string): Promise<EmbeddedConnection> {
    const engine = await EngineProcess.start(directory);
    // Bodies of loads that a crash interrupted; the spool still has them.
    const incoming = join(directory, 'incoming');
    await rm(incoming, { recursive: true, force: true });
    await mkdir(incoming);
    return new EmbeddedConnection(engine, incoming);
  }

  /** Process id of the engine, for those who watch its memory. */
  get enginePid(): number | null { return this.#engine.pid; }

  async query(params: Params<'query'>): Result<'query'> {
    const bytes = await this.#queries.run(() => this.#run(params, EMBEDDED_QUERY_SETTINGS), params.abort_signal);
    return { stream: readable(bytes), ...resultOf(params.query_id) };
  }

  async command(params: Params<'command'>): Result<'command'> {
    await this.#loads.run(() => this.#run(params, EMBEDDED_LOAD_SETTINGS), params.abort_signal);
    return resultOf(params.query_id);
  }

  async exec(params: Params<'exec'>): Result<'exec'> {
    const bytes = await this.#loads.run(
      () => (params.values ? this.#runWithBody(params, params.values) : this.#run(params, EMBEDDED_LOAD_SETTINGS)), params.abort_signal,
    );
    return { stream: readable(bytes), ...resultOf(params.query_id) };
  }

  async insert(params: Params<'insert'>): Result<'insert'> {
    const body = typeof params.values === 'string' ? Readable.from([params.values]) : params.values;
    await this.#loads.run(() => this.#runWithBody(params, body), params.abort_signal);
    return resultOf(params.query_id);
  }

  async ping(): Result<'ping'> {
    try {
      await this.#engine.run({ sql: 'SELECT 1', params: {}, settings: {} });
      return { success: true };
    } catch (error) {
      return { success: false, error: error as Error };
    }
  }

  async close(): Promise<void> { await this.#engine.close(); }

  #run(params: Pick<Params<'query'>, 'query' | 'query_params' | 'clickhouse_settings'>, own: EngineSettings): Promise<Uint8Array> {
    return this.#engine.run({ sql: params.query, params: params.query_params ?? {}, settings: settingsOf(own, params.clickhouse_settings) });
  }

  async #runWithBody(params: Pick<Params<'query'>, 'query' | 'query_params' | 'clickhouse_settings'>, body: Readable): Promise<Uint8Array> {
    const whole = INSERT_WITH_BODY.exec(params.query)?.groups;
    const chosen = INSERT_FROM_INPUT.exec(params.query)?.groups;
    const insert = whole ?? chosen;
    if (!insert) throw new TypeError(`not an INSERT with columns and a format: ${params.query.slice(0, 80)}`);
    const path = join(this.#incoming, `${randomUUID()}.${insert.format}`);
    try {
      await pipeline(body, createWriteStream(path, { mode: 0o600 }));
      const from = `file('${escaped(path)}', '${insert.format}'${chosen ? `, ${chosen.structure}` : ''})`;
      const query = chosen ? `${chosen.before}${from}${chosen.after}` : `INSERT INTO ${insert.target} (${insert.columns}) SELECT ${insert.columns} FROM ${from}`;
      return await this.#run({ ...params, query }, EMBEDDED_LOAD_SETTINGS);
    } finally {
      await rm(path, { force: true });
    }
  }
}

/** `readonly` comes last: it forbids every setting after it. */
function settingsOf(own: EngineSettings, given: ClickHouseSettings | undefined): EngineSettings {
  const all: Record<string, string | number> = { ...own };
  for (const [name, value] of Object.entries(given ?? {})) {
    if (value === undefined || HTTP_ONLY.has(name) || name === 'readonly') continue;
    all[name] = typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : String(value);
  }
  if (given?.readonly !== undefined) all.readonly = Number(given.readonly);
  return all;
}

function readable(bytes: Uint8Array): Readable {
  return Readable.from(bytes.byteLength === 0 ? [] : [Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)]);
}

function resultOf(queryId: string | undefined): { query_id: string; response_headers: Record<string, string>; http_status_code: number } {
  return { query_id: queryId ?? randomUUID(), response_headers: {}, http_status_code: 200 };
}
