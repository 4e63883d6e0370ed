// A Narrows collector under measurement: the command that users type, on free ports and a fresh data directory, with what
// its two processes cost, whether its spool is empty, and, once it has stopped, what its store holds to the byte.
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { calm, childrenOf, cpuSeconds, removeFolder, residentMiB, sleep, start, stop, temporaryFolder } from './processes.mjs';
import { askStore } from './store-facts.mjs';

const NARROWS = path.resolve(import.meta.dirname, '../collector/bin/narrows.js');
const PIPELINE = path.join(import.meta.dirname, 'load/pipeline.yaml');
const KEY = 'nk_bench_0123456789abcdef0123456789abcdef';

export class MeasuredCollector {
  key = KEY;
  /** Where the store has what was sent: the collector writes metrics of its own under another agency. */
  stored = { database: 'narrows', sent: 'Agency = \'default\'' };
  /** The last it wrote to its log, for when something goes wrong. */
  words = '';
  #dir = temporaryFolder('narrows-bench-');
  #child;
  #engines = [];

  /** Errors: the collector's own last words. */
  static async start(env = {}) {
    const collector = new MeasuredCollector();
    await collector.#start(env);
    return collector;
  }

  async #start(env) {
    this.#child = start(process.execPath, [NARROWS, 'serve', '--data', this.#dir, '--port', '0', '--otlp-port', '0', '--pipelines', PIPELINE, '--log-level', 'error', '--json-ready'], {
      env: { ...process.env, NARROWS_INGEST_KEY: KEY, NARROWS_GRPC_PORT: '0', ...env },
    });
    this.#child.stderr.on('data', (chunk) => { this.words = (this.words + chunk).slice(-2_000); });
    const line = await new Promise((resolve, reject) => {
      createInterface(this.#child.stdout).once('line', resolve);
      this.#child.once('exit', (code) => reject(new Error(`the collector ended with ${code}: ${this.words}`)));
    });
    this.ready = JSON.parse(line);
    this.#engines = childrenOf(this.ready.pid);
  }

  get dataDir() { return this.#dir; }
  get base() { return `http://127.0.0.1:${new URL(this.ready.url).port}`; }
  endpoint(signal) { return `${this.ready.otlp}/v1/${signal}`; }

  /** CPU seconds so far: of the collector, and of the engine, which has a process of its own. */
  cpu() { return { collector: cpuSeconds(this.ready.pid), store: this.#engines.reduce((sum, pid) => sum + cpuSeconds(pid), 0) }; }
  resident() {
    const each = [this.ready.pid, ...this.#engines].map(residentMiB);
    return { peak: each.reduce((sum, r) => sum + r.peak, 0), now: each.reduce((sum, r) => sum + r.now, 0) };
  }

  /** Lines of the collector's own counters. */
  async #counters() { return (await (await fetch(`${this.base}/metrics`)).text()).split('\n'); }

  /** Seconds that the store's questions have taken so far, all together: what they cost the engine at most, whatever it merges meanwhile. */
  async questionSeconds() { return Number((await this.#counters()).find((line) => line.startsWith('narrows_store_query_seconds_total')).split(' ').at(-1)); }

  /** Rows that the store has taken so far, by the collector's own counter. */
  async storedRows(table) {
    return (await this.#counters()).filter((line) => line.startsWith('narrows_stored_rows_total{') && line.includes(`table="${table}"`) && !line.includes('agency="narrows"'))
      .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }

  spoolBytes() {
    const segments = path.join(this.#dir, 'spool/segments');
    return fs.readdirSync(segments).reduce((sum, name) => sum + (fs.statSync(path.join(segments, name), { throwIfNoEntry: false })?.size ?? 0), 0);
  }

  /** Resolves when everything accepted is in the store; to the seconds that took. Errors: it takes longer than `secondsMax`. */
  async drained(secondsMax = 180) {
    const began = performance.now();
    while (this.spoolBytes() > 0) {
      if (performance.now() - began > secondsMax * 1_000) throw new Error(`the spool still holds ${this.spoolBytes()} bytes after ${secondsMax} s`);
      await sleep(100);
    }
    return (performance.now() - began) / 1_000;
  }

  /** Resolves when the engine has nothing left to merge, or after `secondsMax`. */
  settled(secondsMax = 60) { return calm(() => this.cpu().store, secondsMax); }

  /** Logs in like a person and looks at the live page until `close`; counts what is pushed and how old it was. */
  async openLivePage() {
    const login = await fetch(`${this.base}/login${new URL(this.ready.login).search}`, { redirect: 'manual' });
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    const abort = new AbortController();
    const response = await fetch(`${this.base}/api/v1/live/stream`, { headers: { cookie }, signal: abort.signal });
    if (!response.ok) throw new Error(`the live stream answers ${response.status}`);
    const ages = [];
    let sawFirst;
    const firstTick = new Promise((resolve) => { sawFirst = resolve; });
    const reading = readTicks(response.body, (tick) => {
      sawFirst();
      if (tick.dataAgeMs !== null) ages.push(tick.dataAgeMs);
    });
    return {
      ages, firstTick,
      async close() {
        abort.abort();
        await reading.catch((error) => { if (error.name !== 'AbortError') throw error; });
      },
    };
  }

  async stop() { await stop(this.#child); }

  /** Only after `stop`. */
  ask(sql) { return askStore(path.join(this.#dir, 'store'), sql); }

  async remove() {
    await stop(this.#child, 0);
    removeFolder(this.#dir);
  }
}

async function readTicks(stream, onTick) {
  let text = '';
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    const events = (text + chunk).split('\n\n');
    text = events.pop();
    for (const event of events) {
      const data = /^data: (.*)$/m.exec(event)?.[1];
      if (data) onTick(JSON.parse(data));
    }
  }
}
