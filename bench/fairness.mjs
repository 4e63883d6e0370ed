// Question: what does one agency notice of another that sends twenty times its quota, under new names with every span?
// (GUARANTEES, G8: no refusals, and a p99 of at most 1.5 × its own without the other.)
//
//   node bench/fairness.mjs [--seconds 8] [--rounds 3] [--quota 2000]        quota in spans a second; 0: none
//
// Workload: the quiet agency sends 100 requests of 64 spans a second over 4 connections, alone and beside the loud one in
// turn, on one collector, so that whatever else the machine does meets both. Latency is from when a request was due.
// Both senders are processes of their own on the same cores: what they cost is in the figures of both.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureAgency } from '../collector/dist/access/agencies.js';
import { createCredential } from '../collector/dist/access/credentials.js';
import { openMetaDb } from '../collector/dist/access/meta-db.js';
import { MeasuredCollector } from './measured-collector.mjs';
import { sleep, startForked } from './processes.mjs';
import { runLoad } from './run-load.mjs';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '8' }, rounds: { type: 'string', default: '3' }, quota: { type: 'string', default: '2000' } } });
const [seconds, rounds, quota] = [Number(values.seconds), Number(values.rounds), Number(values.quota)];
const QUIET = { rate: 100, items: 64, connections: 4 };
const LOUD = { times: 20, items: 64, connections: 8, unlimitedRate: 1_500 };
const RATIO_MAX = 1.5;
const FLOOD = path.join(import.meta.dirname, 'load/flood.mjs');

async function createLoud(dataDir) {
  const db = await openMetaDb(path.join(dataDir, 'meta.db'));
  try {
    await ensureAgency(db, { id: 'loud', name: 'loud', timeZone: 'Asia/Seoul' }, Date.now());
    return (await createCredential(db, { kind: 'ingest', agency: 'loud', name: 'bench' }, Date.now())).secret;
  } finally {
    await db.destroy();
  }
}

/** Sends for as long as the round lasts and a little on either side. */
function flood(url, key) {
  const rate = quota > 0 ? LOUD.times * quota / LOUD.items : LOUD.unlimitedRate;
  const args = Object.entries({ url, key, rate, items: LOUD.items, connections: LOUD.connections, seconds: seconds + 3 }).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = startForked(FLOOD, args);
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => { if (code !== 0) reject(new Error(`the flood ended with ${code}`)); });
  });
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const rounded = (ms) => Math.round(ms * 10) / 10;

async function main() {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'narrows-fairness-'));
  const limits = path.join(dir, 'limits.yaml');
  writeFileSync(limits, quota > 0 ? `agencies: { loud: { itemsPerSecond: ${quota} } }\n` : '{}\n');
  const collector = await MeasuredCollector.start({ NARROWS_LIMITS: limits, NARROWS_AGENCY_ID: 'quiet' });
  try {
    const loudKey = await createLoud(collector.dataDir);
    const url = collector.endpoint('traces');
    const quiet = (seed) => runLoad({ endpoint: url, key: collector.key, ...QUIET, seed, warmupSeconds: 1, seconds, refusalsAllowed: true });
    await quiet(1_000); // Everything compiled and every file open.
    const figures = { alone: [], beside: [], refused: 0, loud: {} };
    for (let round = 0; round < rounds; round++) {
      figures.alone.push((await quiet(round + 1)).measured.latencyMs);
      await sleep(1_000);
      const flooding = flood(url, loudKey);
      await sleep(1_000);
      const { measured, warmup } = await quiet(round + 501);
      figures.beside.push(measured.latencyMs);
      for (const refused of [measured.refused, warmup.refused]) for (const times of Object.values(refused)) figures.refused += times;
      for (const [answer, times] of Object.entries((await flooding).answers)) figures.loud[answer] = (figures.loud[answer] ?? 0) + times;
      await collector.drained();
    }
    report(figures);
  } finally {
    await collector.remove();
    rmSync(dir, { recursive: true });
  }
}

function report({ alone, beside, refused, loud }) {
  const ratio = median(beside.map(({ p99 }) => p99)) / median(alone.map(({ p99 }) => p99));
  process.stdout.write(`${JSON.stringify({
    quota, loudRequestsByAnswer: loud, quietRefused: refused, p99Ratio: Math.round(ratio * 100) / 100,
    alone: alone.map(({ p50, p99 }) => ({ p50Ms: rounded(p50), p99Ms: rounded(p99) })), beside: beside.map(({ p50, p99 }) => ({ p50Ms: rounded(p50), p99Ms: rounded(p99) })),
  }, null, 2)}\n`);
  if (refused > 0 || ratio > RATIO_MAX) process.exitCode = 1;
}

await main();
