// Test support: a server that speaks ClickHouse's HTTP interface over the embedded engine, since no ClickHouse server can
// be installed where the tests run. As much of it as @clickhouse/client uses: ping, basic auth, settings and parameters in
// the URL, a statement in the body or in the URL with data in the body, exceptions with their number.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineProcess } from '../dist/store/engine-process.js';

/** What a server may do to whoever loads: not answer at all, refuse to write, or do it and not live to say so. */
export type Fault = 'away' | 'read-only' | 'reply lost';

export interface ClickHouseHttp {
  /** Set by the test; null: none. */
  fault: Fault | null;
  /** Called before an insert is run. */
  beforeInsert: ((sql: string) => void) | null;
  url: string;
  username: string;
  password: string;
  database: string;
  enginePid(): number | null;
  dataDirectory: string;
  close(): Promise<void>;
}

const USERNAME = 'narrows';
const PASSWORD = 'for this test only';
/** URL parameters that are not settings, and settings of the HTTP layer that the engine does not have. */
const NOT_SETTINGS = new Set(['query', 'database', 'query_id', 'session_id', 'session_timeout', 'role', 'wait_end_of_query', 'enable_http_compression', 'send_progress_in_http_headers']);
const INSERT_WITH_BODY = /^\s*INSERT INTO (?<target>\S+) \((?<columns>[^)]*)\) FORMAT (?<format>\w+)\s*$/;
const INSERT_FROM_INPUT = /^(?<before>\s*INSERT INTO .* FROM )input\((?<structure>'[^']*')\)(?<after> WHERE .*) FORMAT (?<format>\w+)\s*$/s;

/** Listens on a free port of 127.0.0.1. The database is called `narrows`, as the embedded one. */
export async function startClickHouseHttp(): Promise<ClickHouseHttp> {
  const directory = await mkdtemp(join(tmpdir(), 'narrows-clickhouse-'));
  const engine = await EngineProcess.start(join(directory, 'data'));
  const server = createServer((request, response) => {
    answer(engine, directory, request, response, () => self).catch((error: unknown) => { refuse(response, 500, error instanceof Error ? error.message : String(error)); });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.address() as AddressInfo;
  const self: ClickHouseHttp = {
    fault: null, beforeInsert: null,
    url: `http://127.0.0.1:${port}`, username: USERNAME, password: PASSWORD, database: 'narrows',
    enginePid: () => engine.pid, dataDirectory: join(directory, 'data'),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => { server.close(resolve); });
      await engine.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
  return self;
}

async function answer(engine: EngineProcess, directory: string, request: IncomingMessage, response: ServerResponse, hooks: () => Pick<ClickHouseHttp, 'fault' | 'beforeInsert'>): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  if (hooks().fault === 'away') { request.socket.destroy(); return; }
  if (url.pathname === '/ping') { response.end('Ok.\n'); return; }
  if (request.headers.authorization !== `Basic ${Buffer.from(`${USERNAME}:${PASSWORD}`).toString('base64')}`) {
    refuse(response, 403, `Code: 516. DB::Exception: ${USERNAME}: Authentication failed. (AUTHENTICATION_FAILED)`);
    return;
  }
  const inUrl = url.searchParams.get('query');
  const chosen = inUrl === null ? null : INSERT_FROM_INPUT.exec(inUrl)?.groups;
  const insert = chosen ?? (inUrl === null ? null : INSERT_WITH_BODY.exec(inUrl)?.groups);
  if (insert) hooks().beforeInsert?.(inUrl ?? '');
  if (insert && hooks().fault === 'read-only') {
    refuse(response, 500, 'Code: 242. DB::Exception: Table is in readonly mode. (TABLE_IS_READ_ONLY)');
    return;
  }
  const file = join(directory, randomUUID());
  try {
    if (insert) await writeFile(file, body);
    const sql = chosen ? `${chosen.before}file('${file}', '${chosen.format}', ${chosen.structure})${chosen.after}` : insert
      ? `INSERT INTO ${insert.target} (${insert.columns}) SELECT ${insert.columns} FROM file('${file}', '${insert.format}')`
      : `${inUrl ?? ''}${inUrl === null ? '' : '\n'}${body.toString('utf8')}`;
    const { params, settings } = parametersOf(url);
    const bytes = await engine.run({ sql: params + sql, params: {}, settings });
    if (insert && hooks().fault === 'reply lost') { request.socket.destroy(); return; }
    response.writeHead(200, { 'x-clickhouse-query-id': url.searchParams.get('query_id') ?? '', 'content-type': 'application/octet-stream' });
    response.end(bytes);
  } finally {
    await rm(file, { force: true });
  }
}

/**
 * Parameters as SET statements: they then go through the same parser as a server's URL parameters. `readonly` last, since
 * a server checks the settings of one request before it applies any of them.
 */
function parametersOf(url: URL): { params: string; settings: Record<string, string | number> } {
  let params = '';
  const settings: Record<string, string | number> = {};
  for (const [name, value] of url.searchParams) {
    if (name.startsWith('param_')) params += `SET ${name} = '${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'; `;
    else if (!NOT_SETTINGS.has(name)) settings[name] = /^\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  }
  const { readonly, ...others } = settings;
  return { params, settings: readonly === undefined ? others : { ...others, readonly } };
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'x-clickhouse-exception-code': /Code: (\d+)/.exec(message)?.[1] ?? '0', 'content-type': 'text/plain' });
  response.end(message);
}
