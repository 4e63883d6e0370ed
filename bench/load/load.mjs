// The load, as a process of its own: `node bench/load/load.mjs --url http://127.0.0.1:4318/v1/traces --key KEY` sends OTLP
// over keep-alive connections and prints what was accepted and refused, how long answers took, and what it cost itself.
// Forked by a benchmark it also says when its warm-up is over, so that others read their clocks at the same moment.
import { parseArgs } from 'node:util';
import { patchedBodies, pooledBodies } from './body-source.mjs';
import { HttpConnection } from './http-connection.mjs';
import { Pace } from './pace.mjs';
import { Phase } from './phase.mjs';

const { values } = parseArgs({ options: {
  url: { type: 'string' }, key: { type: 'string', default: '' }, signal: { type: 'string', default: 'traces' },
  items: { type: 'string', default: '512' }, connections: { type: 'string', default: '8' }, templates: { type: 'string', default: '64' },
  seed: { type: 'string', default: '1' }, warmup: { type: 'string', default: '2' }, seconds: { type: 'string', default: '10' },
  /** Requests a second; 0: as fast as answers come. */
  rate: { type: 'string', default: '0' }, 'gzip-pool': { type: 'string' },
  /** The warm-up also ends after so many requests: a fast collector must not use up a pool before it is measured. */
  'warmup-requests': { type: 'string', default: '0' },
} });

/** After a refusal or a lost connection, so that a collector that refuses is not asked in a tight loop. */
const AFTER_REFUSAL_MS = 20;
const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

const url = new URL(values.url);
const headers = { 'content-type': 'application/x-protobuf', ...(values.key ? { authorization: `Bearer ${values.key}` } : {}) };
const items = Number(values.items);
const nextBody = values['gzip-pool']
  ? pooledBodies({ url, headers, items, file: values['gzip-pool'] })
  : patchedBodies({ url, headers, items, signal: values.signal, seed: Number(values.seed), templates: Number(values.templates) });

class Sender {
  phase = new Phase();
  #pace = new Pace(Number(values.rate));
  #stopping = false;
  #sent = 0;
  #warm;
  /** Resolves when as many requests are sent as the warm-up may take. */
  warmEnough = new Promise((resolve) => { this.#warm = resolve; });

  /** Resolves when all connections have ended: told to stop, or out of bodies. */
  run() { return Promise.all(Array.from({ length: Number(values.connections) }, () => this.#connection())); }

  stop() {
    this.#stopping = true;
    this.#pace.stop();
  }

  async #connection() {
    const connection = new HttpConnection(url);
    while (!this.#stopping) {
      const dueMs = await this.#pace.turn();
      const body = this.#stopping ? undefined : nextBody();
      if (!body) break;
      if (++this.#sent === Number(values['warmup-requests'])) this.#warm();
      const { phase } = this;
      const answer = await connection.post(body.head, body.bytes).catch((error) => error.code ?? error.message);
      if (answer === 200) {
        phase.accepted(body, performance.now() - dueMs);
        body.done();
      } else {
        phase.refused(answer);
        await sleep(AFTER_REFUSAL_MS);
      }
    }
    connection.close();
  }
}

async function main() {
  const sender = new Sender();
  const warmup = sender.phase;
  const warming = Number(values.warmup) > 0 ? sender.run() : null;
  if (warming) await Promise.race([sleep(Number(values.warmup) * 1_000), sender.warmEnough, warming]);
  warmup.end();
  const measured = (sender.phase = new Phase());
  process.send?.({ mark: 'measuring' });
  const sending = warming ?? sender.run();
  await Promise.race([sleep(Number(values.seconds) * 1_000), sending]);
  sender.stop();
  await sending;
  measured.end();
  return { warmup: warmup.report(), measured: measured.report() };
}

const report = await main();
if (process.send) process.send({ mark: 'measured', report }, () => process.disconnect());
else process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
