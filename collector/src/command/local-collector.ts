// How the other commands reach a collector on this machine: its metadata file for keys and links, and its query API by
// a token that is made for the purpose and ends by itself. Whoever may read the data directory may do both.
import { existsSync } from 'node:fs';
import { NarrowsError } from '@narrows/contract';
import { findAgency, listAgencies, type Agency } from '../access/agencies.js';
import { createCredential } from '../access/credentials.js';
import { openMetaDb, type MetaDb } from '../access/meta-db.js';
import { dataPaths, metaLocation, type CollectorConfig } from '../config.js';

const TOKEN_LIFE_MS = 5 * 60_000;

/** Errors: CONFIG_INVALID where no collector has ever run with this data directory. */
export async function withMetaDb<T>(config: CollectorConfig, use: (db: MetaDb) => Promise<T>): Promise<T> {
  const location = metaLocation(config);
  if (config.metaUrl === '' && !existsSync(location)) throw new NarrowsError('CONFIG_INVALID', `There is no collector's data in ${dataPaths(config).root}. Say where with --data, or start one: npx narrows serve`);
  const db = await openMetaDb(location);
  try {
    return await use(db);
  } finally {
    await db.destroy();
  }
}

/** The agency asked for, or the only one. Errors: CONFIG_INVALID. */
export async function chooseAgency(db: MetaDb, id: string | undefined): Promise<Agency> {
  const agencies = await listAgencies(db);
  const found = id === undefined ? agencies[0] : await findAgency(db, id);
  if (found && (id !== undefined || agencies.length === 1)) return found;
  throw new NarrowsError('CONFIG_INVALID', `${id === undefined ? 'There are several agencies; say which with --agency' : `There is no agency "${id}"`}: ${agencies.map((a) => a.id).join(', ')}`);
}

/** A reader of the running collector's query API. */
export type Ask = <T>(path: string) => Promise<T>;

export async function createAsk(config: CollectorConfig, agency: string | undefined): Promise<Ask> {
  const token = await withMetaDb(config, async (db) => {
    const { id } = await chooseAgency(db, agency);
    const nowMs = Date.now();
    return (await createCredential(db, { kind: 'api', agency: id, name: 'command line', expiresAtMs: nowMs + TOKEN_LIFE_MS }, nowMs)).secret;
  });
  return async <T>(path: string) => {
    const response = await fetch(`${baseUrl(config)}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
    if (!response.ok) throw new NarrowsError('STORE_UNAVAILABLE', `The collector answers ${response.status}: ${(await response.text()).slice(0, 500)}`);
    return await response.json() as T;
  };
}

/** Whether a collector answers on the configured port. */
export async function isRunning(config: CollectorConfig): Promise<boolean> {
  try {
    return (await fetch(`${baseUrl(config)}/health`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch (error) {
    if (error instanceof Error && (error.name === 'TypeError' || error.name === 'TimeoutError')) return false;
    throw error;
  }
}

/** All addresses of a machine are reached by its own. */
function baseUrl(config: CollectorConfig): string {
  return `http://${config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host}:${config.port}`;
}
