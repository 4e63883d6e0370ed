// The process that holds the embedded engine. Forked by `engine-process.ts`: statements come in over the channel, result
// bytes go out. It ends with its parent, by force: the store is crash-safe, and a native query cannot be waited for. A
// statement never sees a setting of another's: its session is new, or has had exactly the same settings all its life.
import { Session } from 'chdb';
import { setTimeout as delay } from 'node:timers/promises';
import { EMBEDDED_DATABASE } from './engine-config.js';
import type { EngineReply, EngineRequest, EngineSettings, Statement } from './engine-protocol.js';
import { SessionPool } from './session-pool.js';
import { escaped } from './sql-text.js';

/** A killed predecessor gives its lock back within moments. */
const OPEN_ATTEMPTS = 30;
const OPEN_INTERVAL_MS = 100;

const [, , directory = '', configFile = ''] = process.argv;
let running = 0;
let closing = false;

process.on('disconnect', () => { process.kill(process.pid, 'SIGKILL'); });
// The terminal's Ctrl-C goes to the whole group; the parent decides when the engine has nothing left to do.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);

function reply(message: EngineReply): void { process.send?.(message); }

function openSession(): Session { return new Session(directory, { connectionArgs: [`--config-file=${configFile}`] }); }

async function openEngine(): Promise<Session> {
  for (let attempt = 1; ; attempt++) {
    try {
      return openSession();
    } catch (error) {
      // The binding says no more than this; the reason goes to stderr, where the parent reads it.
      if (attempt === OPEN_ATTEMPTS || !(error as Error).message.includes('Failed to create connection')) throw error;
      await delay(OPEN_INTERVAL_MS);
    }
  }
}

/** All in one SET: each statement of the engine's costs as much again as a small question. */
function settingsSql(settings: EngineSettings): string {
  const values = Object.entries(settings).map(([name, value]) => `${name} = ${typeof value === 'number' ? value : `'${escaped(value)}'`}`);
  return values.length > 0 ? `SET ${values.join(', ')}; ` : '';
}

const sessions = new SessionPool<Session>(openSession, (session) => session.close());

async function run({ sql, params, settings }: Statement): Promise<Uint8Array> {
  const prologue = `USE ${EMBEDDED_DATABASE}; ${settingsSql(settings)}`;
  return sessions.use(prologue, sql, async (session, isNew) => {
    const whole = isNew ? prologue + sql : sql;
    const result = await (Object.keys(params).length > 0 ? session.queryBindAsync(whole, params) : session.queryAsync(whole));
    return result.bytes();
  });
}

async function answer(id: number, statement: Statement): Promise<void> {
  running++;
  try {
    reply({ kind: 'result', id, bytes: await run(statement) });
  } catch (error) {
    reply({ kind: 'error', id, message: (error as Error).message });
  } finally {
    running--;
    exitWhenIdle();
  }
}

let engine: Session | null = null;
function exitWhenIdle(): void {
  if (!closing || running > 0) return;
  engine?.close();
  // Also here by force: the engine's own exit handlers may wait for each other for good, and what it holds is on the disk.
  process.kill(process.pid, 'SIGKILL');
}

process.on('message', (request: EngineRequest) => {
  if (request.kind === 'run') void answer(request.id, request.statement);
  else { closing = true; exitWhenIdle(); }
});

try {
  engine = await openEngine();
  await engine.queryAsync(`CREATE DATABASE IF NOT EXISTS ${EMBEDDED_DATABASE}`);
  reply({ kind: 'ready' });
} catch (error) {
  reply({ kind: 'failed', message: (error as Error).message });
}
