// `npm run bench:ingest`: what the collector costs, from the door to merged parts on disk, beside the OpenTelemetry
// Collector on the same bytes, the same cores and, where it stores, the same engine. Subjects run in turn, A B A B, each
// in a fresh process on a fresh directory; a full run writes `docs/benchmarks.md`.
// --short: seconds instead of minutes, prints only. --only door,whole: these cases, prints only. --rounds N. --steady N:
// spans/s of the steady case. --json FILE: every sample.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { doorCase, idleCase, wholeCase } from './cases.mjs';
import { writeGzipPool } from './load/gzip-pool.mjs';
import { MeasuredCollector } from './measured-collector.mjs';
import { MeasuredClickHousePath } from './peer/measured-clickhouse-path.mjs';
import { MeasuredOtelcol, findOtelcol } from './peer/otelcol.mjs';
import { CORES, machineBusySeconds, start, temporaryFolder } from './processes.mjs';
import { nationalSection, withNationalSection } from './national-section.mjs';
import { benchmarkPage } from './report.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');
const { values } = parseArgs({ options: { short: { type: 'boolean', default: false }, only: { type: 'string' }, rounds: { type: 'string' }, steady: { type: 'string', default: '160000' }, json: { type: 'string' } } });

if (process.platform !== 'linux') {
  process.stderr.write('The clocks of other processes are read from /proc: run this on Linux, or in a container.\n');
  process.exit(2);
}
const SCALE = values.short
  ? { rounds: 1, warmupSeconds: 1, seconds: 2, wholeSeconds: 2, settleSeconds: 6, idleSeconds: 3, poolRequests: 300 }
  : { rounds: 2, warmupSeconds: 2.5, seconds: 6, wholeSeconds: 10, settleSeconds: 40, idleSeconds: 20, poolRequests: 2_000 };
const rounds = Number(values.rounds ?? SCALE.rounds);
const SPANS = 512;
const POOL_SECONDS_MAX = 120;
const SMALL = { items: 8, requestsPerSecond: 5_000, connections: 64 };
/** Room for everything that a run accepts while the store is away. */
const SPOOL_BYTES = 32 * 1024 ** 3;
/** The discard port: nothing listens, and every connection is refused at once. */
const NO_STORE = { NARROWS_STORE_URL: 'http://127.0.0.1:9', NARROWS_SPOOL_BYTES: String(SPOOL_BYTES) };
const STORED = { NARROWS_SPOOL_BYTES: String(SPOOL_BYTES) };

const temporary = temporaryFolder('narrows-bench-pool-');
const samples = [];
const leftOut = [];
const otelcol = findOtelcol();
if (otelcol.missing) leftOut.push(`The OpenTelemetry Collector: ${otelcol.missing}.`);

const door = (subject) => doorCase(subject, { items: SPANS, warmupSeconds: SCALE.warmupSeconds, seconds: SCALE.seconds });
/** All of the pool, a quarter of it to warm up, however long that takes. */
const doorGzip = (subject) => doorCase(subject, { items: SPANS, warmupSeconds: POOL_SECONDS_MAX, seconds: POOL_SECONDS_MAX, gzipPool: poolFile(), warmupRequests: SCALE.poolRequests / 4 });
const whole = (options) => (subject) => wholeCase(subject, {
  items: SPANS, warmupSeconds: SCALE.warmupSeconds, seconds: SCALE.wholeSeconds, settleSeconds: SCALE.settleSeconds, idleSeconds: 0, ...options,
});
const narrows = (env) => () => MeasuredCollector.start(env);
const peer = (make) => (otelcol.binary ? { otelcol: make } : {});

/** Each case: subjects in the order in which they take turns, each a way to start it and what to do with it. */
const CASES = {
  door: { subjects: { narrows: narrows(NO_STORE), ...peer(() => MeasuredOtelcol.start(otelcol.binary, 'otelcol-nop.yaml')) }, measure: door },
  'door-gzip': { subjects: { narrows: narrows(NO_STORE), ...peer(() => MeasuredOtelcol.start(otelcol.binary, 'otelcol-nop.yaml')) }, before: makePool, measure: doorGzip },
  whole: {
    subjects: { narrows: narrows(STORED), ...peer(() => MeasuredClickHousePath.start(otelcol.binary)) },
    measure: (subject, name, round) => whole({ idleSeconds: name === 'narrows' && round === 1 ? SCALE.idleSeconds : 0 })(subject),
  },
  steady: { subjects: { narrows: narrows(STORED) }, measure: whole({ rate: Number(values.steady) / SPANS }) },
  small: { subjects: { narrows: narrows(STORED) }, measure: whole({ items: SMALL.items, rate: SMALL.requestsPerSecond, connections: SMALL.connections }), roundsMax: 2 },
  metrics: { subjects: { narrows: narrows(STORED) }, measure: whole({ signal: 'metrics', items: 2_000 }), roundsMax: 1 },
  logs: { subjects: { narrows: narrows(STORED) }, measure: whole({ signal: 'logs' }), roundsMax: 1 },
  decode: { subjects: { narrows: async () => null }, measure: decodeRates },
  // Half a minute after its start a process still compiles what it runs; nobody calls that idle.
  idle: { subjects: { narrows: narrows({}) }, measure: (subject) => idleCase(subject, { warmupSeconds: SCALE.settleSeconds, idleSeconds: SCALE.idleSeconds }), roundsMax: 1 },
};

function poolFile() { return path.join(temporary, 'gzip-pool'); }
async function makePool() {
  const { plainBytesMean, wireBytesMean } = await writeGzipPool(poolFile(), { signal: 'traces', seed: 1, items: SPANS, count: SCALE.poolRequests });
  say(`gzip bodies: ${(plainBytesMean / SPANS).toFixed(0)} bytes a span, ${(wireBytesMean / SPANS).toFixed(0)} compressed`);
}

async function decodeRates() {
  const child = start(process.execPath, [path.join(import.meta.dirname, 'decode-rate.mjs'), ...(values.short ? ['--seconds', '1', '--warmup', '0.5'] : [])]);
  let text = '';
  child.stdout.on('data', (chunk) => { text += chunk; });
  child.stderr.pipe(process.stderr);
  const code = await new Promise((resolve) => { child.once('close', resolve); });
  if (code !== 0) throw new Error(`the decoder's run ended with ${code}`);
  const { traces, metrics, logs } = JSON.parse(text);
  return { spansPerCoreSecond: traces, pointsPerCoreSecond: metrics, recordsPerCoreSecond: logs };
}

async function measureOnce(name, subjectName, round) {
  const { subjects, measure } = CASES[name];
  const subject = await subjects[subjectName]();
  const [busyBefore, beganMs] = [machineBusySeconds(), performance.now()];
  try {
    const figures = await measure(subject, subjectName, round);
    const busyCores = (machineBusySeconds() - busyBefore) / ((performance.now() - beganMs) / 1_000);
    samples.push({ case: name, subject: subjectName, round, figures });
    say(`${name} · ${subjectName} · ${round}: ${Object.entries(figures).map(([key, value]) => `${key} ${value === null ? '–' : Number(value.toPrecision(4))}`).join(', ')} (machine ${busyCores.toFixed(2)} cores)`);
  } catch (error) {
    // The other cases are still worth knowing; the page says what is missing, and the run ends as failed.
    const sentence = `${name} · ${subjectName} · ${round} failed: ${error.message} ${subject?.words ?? ''}`.trim();
    leftOut.push(sentence.split('\n').join(' '));
    process.exitCode = 1;
    say(sentence);
  } finally {
    await subject?.remove();
  }
}

function say(line) { process.stderr.write(`${line}\n`); }

const chosen = values.only ? values.only.split(',') : Object.keys(CASES);
const unknown = chosen.filter((name) => !Object.hasOwn(CASES, name));
if (unknown.length > 0) {
  say(`There is no case ${unknown.join(', ')}; there are ${Object.keys(CASES).join(', ')}.`);
  process.exit(2);
}
for (const name of chosen) {
  const { subjects, before, roundsMax = rounds } = CASES[name];
  await before?.();
  for (let round = 1; round <= Math.min(rounds, roundsMax); round++) {
    for (const subject of Object.keys(subjects)) await measureOnce(name, subject, round);
  }
}

const machine = {
  commit: execFileSync('git', ['describe', '--always', '--dirty'], { cwd: ROOT, encoding: 'utf8' }).trim(),
  node: process.version, cpu: os.cpus()[0].model, cores: os.cpus().length, pinned: CORES, memoryGiB: Math.round(os.totalmem() / 1024 ** 3), date: new Date().toISOString().slice(0, 10),
};
const page = benchmarkPage({ samples, leftOut, machine, scale: { ...SCALE, steadyPerSecond: Number(values.steady) } });
if (values.json) fs.writeFileSync(values.json, JSON.stringify({ machine, leftOut, samples }, null, 2));
if (values.short || values.only) process.stdout.write(page);
else fs.writeFileSync(path.join(ROOT, 'docs/benchmarks.md'), withNationalSection(page, nationalSection(fs.readFileSync(path.join(ROOT, 'docs/national-day.md'), 'utf8'))));
