// The engine child as the collector sees it: statements in, result bytes out. A child that dies takes its unanswered
// statements with it (STORE_UNAVAILABLE, to be sent again) and is started anew with a growing pause. One child for each
// data directory: a second one is refused by the engine's own lock.
import { fork, type ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { NarrowsError } from '@narrows/contract';
import { engineConfigXml } from './engine-config.js';
import type { EngineReply, EngineRequest, Statement } from './engine-protocol.js';

const CHILD = fileURLToPath(new URL('./engine-child.js', import.meta.url));
/** Native statements run on libuv's threads: a slot for each lane, and one for the pings between. */
const CHILD_THREADS = 6;
/** What the engine has freed goes back to the system within a fifth of a second, not ten: a load's memory is gone before the next one's peak. */
const ALLOCATOR = 'dirty_decay_ms:200,muzzy_decay_ms:0';
const RESTART_PAUSE_MS_MIN = 200;
const RESTART_PAUSE_MS_MAX = 10_000;
/** How much of the engine's last words goes into an error. */
const STDERR_CHARACTERS_MAX = 2_000;
/** A child that lived this long was not failing at its start. */
const HEALTHY_AFTER_MS = 30_000;
const CLOSE_GRACE_MS = 10_000;

interface Waiting { resolve(bytes: Uint8Array): void; reject(error: Error): void }

export class EngineProcess {
  readonly #directory: string;
  #child: ChildProcess | null = null;
  #starting: Promise<ChildProcess> | null = null;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #pauseMs = 0;
  #lastWords = '';
  #closed = false;
  /** How often the child had to be started again. */
  restarts = 0;

  private constructor(directory: string) { this.#directory = directory; }

  /** Start the engine on a directory. Errors: DATA_DIR_LOCKED, STORE_UNAVAILABLE. */
  static async start(directory: string): Promise<EngineProcess> {
    const engine = new EngineProcess(directory);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeFile(engine.#configFile, engineConfigXml());
    await engine.#running();
    return engine;
  }

  get #configFile(): string { return join(this.#directory, 'engine.xml'); }

  /** Process id of the engine while it runs. */
  get pid(): number | null { return this.#child?.pid ?? null; }

  /** Errors: the engine's own text; STORE_UNAVAILABLE when the child died or cannot start. */
  async run(statement: Statement): Promise<Uint8Array> {
    const child = await this.#running();
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const request: EngineRequest = { kind: 'run', id, statement };
      child.send(request, (error) => { if (error) this.#settle(id)?.reject(unavailable('the engine does not take statements', error)); });
    });
  }

  /** Let what runs finish, then end the child; by force after ten seconds. */
  async close(): Promise<void> {
    this.#closed = true;
    const child = this.#child;
    if (!child) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => { resolve(); }));
    const request: EngineRequest = { kind: 'close' };
    if (child.connected) child.send(request);
    const force = setTimeout(() => child.kill('SIGKILL'), CLOSE_GRACE_MS);
    await gone;
    clearTimeout(force);
  }

  #running(): Promise<ChildProcess> {
    if (this.#closed) return Promise.reject(unavailable('the store is closed'));
    if (this.#child) return Promise.resolve(this.#child);
    this.#starting ??= this.#start().finally(() => { this.#starting = null; });
    return this.#starting;
  }

  async #start(): Promise<ChildProcess> {
    if (this.#pauseMs > 0) {
      this.restarts++;
      await delay(this.#pauseMs);
    }
    this.#pauseMs = Math.min(RESTART_PAUSE_MS_MAX, Math.max(RESTART_PAUSE_MS_MIN, this.#pauseMs * 2));
    const child = fork(CHILD, [this.#directory, this.#configFile], {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...process.env, TZ: 'UTC', UV_THREADPOOL_SIZE: String(CHILD_THREADS), NODE_OPTIONS: '', JE_MALLOC_CONF: ALLOCATOR },
    });
    this.#lastWords = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => { this.#lastWords = (this.#lastWords + text).slice(-STDERR_CHARACTERS_MAX); });
    await this.#untilReady(child);
    if (this.#closed) {
      child.kill('SIGKILL');
      throw unavailable('the store is closed');
    }
    this.#adopt(child);
    return child;
  }

  #untilReady(child: ChildProcess): Promise<void> {
    return new Promise((resolve, reject) => {
      const exited = (code: number | null, signal: string | null): void => { reject(unavailable(`the engine ended at its start (${signal ?? code})`)); };
      child.once('exit', exited);
      child.once('error', (error) => { reject(unavailable('the engine cannot be started', error)); });
      child.once('message', (reply: EngineReply) => {
        child.off('exit', exited);
        if (reply.kind === 'failed') {
          child.kill('SIGKILL');
          // At its end, when all it wrote to stderr has arrived.
          child.once('close', () => { reject(startFailure(this.#directory, `${reply.message}: ${lastLine(this.#lastWords)}`)); });
        } else {
          resolve();
        }
      });
    });
  }

  #adopt(child: ChildProcess): void {
    this.#child = child;
    const healthy = setTimeout(() => { this.#pauseMs = RESTART_PAUSE_MS_MIN; }, HEALTHY_AFTER_MS).unref();
    child.on('message', (reply: EngineReply) => {
      if (reply.kind === 'result') this.#settle(reply.id)?.resolve(reply.bytes);
      else if (reply.kind === 'error') this.#settle(reply.id)?.reject(new Error(reply.message));
    });
    child.once('exit', (code, signal) => {
      clearTimeout(healthy);
      this.#child = null;
      for (const id of this.#waiting.keys()) this.#settle(id)?.reject(unavailable(`the engine ended (${signal ?? code}) ${lastLine(this.#lastWords)}`.trimEnd()));
    });
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}

function unavailable(because: string, cause?: unknown): NarrowsError {
  return new NarrowsError('STORE_UNAVAILABLE', because, { cause, retryAfterSeconds: 2 });
}

function lastLine(text: string): string { return text.trimEnd().split('\n').at(-1) ?? ''; }

function startFailure(directory: string, message: string): NarrowsError {
  return message.includes('Cannot lock file')
    ? new NarrowsError('DATA_DIR_LOCKED', `${directory}: ${message}`)
    : unavailable(`the engine cannot open ${directory}: ${message}`);
}
