// A collector that is not spared: killed without warning at random moments and started again on the same ports and data;
// its engine is killed or frozen under it, and sometimes what the engine remembers of its loads is deleted between two
// lives, as a power loss may do.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { childrenOf, sleep, start } from '../processes.mjs';

const NARROWS = path.resolve(import.meta.dirname, '../../collector/bin/narrows.js');
const PIPELINE = path.resolve(import.meta.dirname, '../load/pipeline.yaml');
const KEY = 'nk_soak_0123456789abcdef0123456789abcdef';

export class CollectorUnderFire {
  key = KEY;
  kills = 0;
  engineKills = 0;
  engineStops = 0;
  forgotten = 0;
  #dir;
  #ports;
  #child;
  #words = '';

  constructor(dir) { this.#dir = dir; }

  get endpoint() { return `http://127.0.0.1:${this.#ports.otlp}`; }
  get storeDir() { return path.join(this.#dir, 'store'); }

  async start() {
    this.#ports ??= { api: await freePort(), otlp: await freePort() };
    const args = ['serve', '--data', this.#dir, '--port', String(this.#ports.api), '--otlp-port', String(this.#ports.otlp), '--pipelines', PIPELINE, '--log-level', 'error', '--json-ready'];
    this.#child = start(process.execPath, [NARROWS, ...args], { env: { ...process.env, NARROWS_INGEST_KEY: KEY, NARROWS_GRPC_PORT: '0', NARROWS_SELF_METRICS: '0' } });
    this.#child.stderr.on('data', (chunk) => { this.#words = (this.#words + chunk).slice(-4_000); });
    await new Promise((resolve, reject) => {
      createInterface(this.#child.stdout).once('line', resolve);
      this.#child.once('exit', (code) => { reject(new Error(`the collector ended with ${code} at its start: ${this.#words}`)); });
    });
  }

  async kill() {
    this.kills++;
    await this.#end('SIGKILL');
  }

  killEngine() {
    for (const pid of childrenOf(this.#child.pid)) { process.kill(pid, 'SIGKILL'); this.engineKills++; }
  }

  async freezeEngine(ms) {
    const pids = childrenOf(this.#child.pid);
    for (const pid of pids) { process.kill(pid, 'SIGSTOP'); this.engineStops++; }
    await sleep(ms);
    // It may have died with its collector meanwhile.
    for (const pid of pids) if (fs.existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGCONT');
  }

  /** Delete the engine's memory of its loads. Only while it is down. */
  forget() {
    for (const entry of fs.readdirSync(this.storeDir, { recursive: true, withFileTypes: true })) {
      if (entry.isFile() && path.basename(entry.parentPath) === 'deduplication_logs') fs.rmSync(path.join(entry.parentPath, entry.name));
    }
    this.forgotten++;
  }

  /** Until nothing of what was acknowledged is still on its way. Errors: it takes too long. */
  async drained(secondsMax) {
    for (let waited = 0; ; waited += 0.2) {
      const text = await (await fetch(`http://127.0.0.1:${this.#ports.api}/metrics`)).text();
      const bytes = Number(/^narrows_spool_bytes (\d+)/m.exec(text)?.[1] ?? Number.NaN);
      if (bytes === 0) return;
      if (waited > secondsMax) throw new Error(`the spool still holds ${bytes} bytes after ${secondsMax} s: ${this.#words}`);
      await sleep(200);
    }
  }

  stop() { return this.#end('SIGTERM'); }

  /** Errors: it had ended before, of its own accord. */
  async #end(signal) {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) throw new Error(`the collector ended by itself: ${this.#words}`);
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    await ended;
    await this.#engineGone();
  }

  /** The engine ends by itself when its collector does; the directory is its own until then. */
  async #engineGone() {
    const isHeld = () => fs.readdirSync('/proc').some((pid) => /^\d+$/.test(pid) && commandOf(pid).includes(this.storeDir));
    while (isHeld()) await sleep(20);
  }
}

function commandOf(pid) {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return ''; // It ended between the list and the look.
    throw error;
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => { resolve(port); });
    });
  });
}
