// The load, as a process of its own: `node bench/load/load.mjs --url http://127.0.0.1:4318/v1/traces --key KEY` sends OTLP
// over keep-alive connections and prints what was accepted and refused, how long answers took, and what it cost itself.
// Forked by a benchmark it also says when its warm-up is over, so that others read their clocks at the same moment.
import { parseArgs } from 'node:util';
import { HttpConnection } from './http-connection.mjs';
import { readGzipPool } from './gzip-pool.mjs';
import { Pace } from './pace.mjs';
import { RequestBody, makePayloads } from './request-body.mjs';

const { values } = parseArgs({ options: {
  url: { type: 'string' }, key: { type: 'string', default: '' }, signal: { type: 'string', default: 'traces' },
  items: { type: 'string', default: '512' }, connections: { type: 'string', default: '8' }, templates: { type: 'string', default: '64' },
  seed: { type: 'string', default: '1' }, warmup: { type: 'string', default: '2' }, seconds: { type: 'string', default: '10' },
  rate: { type: 'string', default: '0' }, 'gzip-pool': { type: 'string' }, 'warmup-requests': { type: 'string', default: '0' },
} });

/** After a refusal or a lost connection, so that a collector that refuses is not asked in a tight loop. */
const AFTER_REFUSAL_MS = 20;
const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
const url = new URL(values.url);
const connections = Number(values.connections);
const itemsWanted = Number(values.items);
const headers = {
  'content-type': 'application/x-protobuf', ...(values.key ? { authorization: `Bearer ${values.key}` } : {}),
  ...(values['gzip-pool'] ? { 'content-encoding': 'gzip' } : {}),
};

/** Counts of one phase; only a request that began in it counts. */
class Phase {
  requests = 0;
  items = 0;
  bytes = 0;
  refused = {};
  latenciesMs = [];
  #began = performance.now();
  #cpu = process.cpuUsage();
  seconds = 0;
  cpuSeconds = 0;

  end() {
    const { user, system } = process.cpuUsage(this.#cpu);
    this.seconds = (performance.now() - this.#began) / 1_000;
    this.cpuSeconds = (user + system) / 1e6;
  }

  report() {
    const sorted = Float64Array.from(this.latenciesMs).sort();
    const quantile = (q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? null;
    return {
      requests: this.requests, items: this.items, bytes: this.bytes, refused: this.refused, seconds: this.seconds, cpuSeconds: this.cpuSeconds,
      latencyMs: { p50: quantile(0.5), p99: quantile(0.99), max: quantile(1) },
    };
  }
}

/** With a pool the warm-up ends by count: a fast collector must not use it up before it is measured. */
const warmupRequests = Number(values['warmup-requests']);

/** Next body for connection `c`: each has its own copies, since a body is in use until its answer is there. */
function bodySource() {
  if (values['gzip-pool']) {
    const pool = readGzipPool(values['gzip-pool']);
    let next = 0;
    return () => {
      const bytes = pool[next++];
      return bytes && { bytes, items: itemsWanted, head: HttpConnection.head(url, headers, bytes.length) };
    };
  }
  const seed = Number(values.seed);
  const payloads = makePayloads({ signal: values.signal, seed, items: itemsWanted, count: Number(values.templates) });
  const copies = payloads.map((payload) => ({ head: HttpConnection.head(url, headers, payload.bytes.length), free: [], payload }));
  let ordinal = 0;
  return () => {
    const mine = copies[ordinal % copies.length];
    const body = mine.free.pop() ?? new RequestBody(mine.payload, seed);
    body.fill(ordinal++, Date.now());
    return { bytes: body.bytes, items: body.items, head: mine.head, done: () => { mine.free.push(body); } };
  };
}

async function main() {
  const nextBody = bodySource();
  const pace = new Pace(Number(values.rate));
  const warmup = new Phase();
  let phase = warmup;
  let stopping = false;
  let sent = 0;
  let warm;
  const warmEnough = new Promise((resolve) => { warm = resolve; });

  const worker = async () => {
    const connection = new HttpConnection(url);
    while (!stopping) {
      const dueMs = await pace.turn();
      const body = stopping ? undefined : nextBody();
      if (!body) break;
      if (++sent === warmupRequests) warm();
      const mine = phase;
      const answer = await connection.post(body.head, body.bytes).catch((error) => error.code ?? error.message);
      if (answer === 200) {
        mine.requests++;
        mine.items += body.items;
        mine.bytes += body.bytes.length;
        mine.latenciesMs.push(performance.now() - dueMs);
        body.done?.();
      } else {
        mine.refused[answer] = (mine.refused[answer] ?? 0) + 1;
        await sleep(AFTER_REFUSAL_MS);
      }
    }
    connection.close();
  };
  const start = () => Promise.all(Array.from({ length: connections }, worker));
  const warming = Number(values.warmup) > 0 ? start() : null;
  if (warming) await Promise.race([sleep(Number(values.warmup) * 1_000), warmEnough, warming]);
  warmup.end();
  const measured = (phase = new Phase());
  process.send?.({ mark: 'measuring' });
  const workers = warming ?? start();
  await Promise.race([sleep(Number(values.seconds) * 1_000), workers]);
  stopping = true;
  pace.stop();
  await workers;
  measured.end();
  return { warmup: warmup.report(), measured: measured.report() };
}

const report = await main();
if (process.send) process.send({ mark: 'measured', report }, () => process.disconnect());
else process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
