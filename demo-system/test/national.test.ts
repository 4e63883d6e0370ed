// Simulated days through a real collector: all that was sent is stored, the verdict is the one that is true, and recorded days
// come out of their files as they went in.
import { execFile, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rateAt } from '../dist/crowd/arrivals.js';
import { freePort } from '../dist/supervise/preflight.js';
import { dayOfScenario } from '../dist/national/days/from-scenario.js';
import { firstSaid, verdictsAt } from '../dist/national/run/first-said.js';
import { WatchedDay } from '../dist/national/run/watch-day.js';
import { vaccineScenarioOf } from '../dist/scenario.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const MAIN = path.join(ROOT, 'demo-system/dist/national/main.js');
const NARROWS = path.join(ROOT, 'collector/bin/narrows.js');
const run = promisify(execFile);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'narrows-national-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** 19 July 2021, 20:00 in Seoul. */
const BEGIN_MS = Date.UTC(2021, 6, 19, 11);
const SECONDS = 70;
const SCENARIO = vaccineScenarioOf('before');
/** Who comes: the mean of a Poisson process, which is the integral of its rate. */
const PEOPLE = Array.from({ length: SECONDS }, (_, second) => rateAt(SCENARIO.crowd.arrivals, second + 0.5)).reduce((sum, rate) => sum + rate, 0);

let day: WatchedDay;
let report: Awaited<ReturnType<WatchedDay['run']>>;
let otlpPort: number;

beforeAll(async () => {
  otlpPort = await freePort();
  // The demo's own scenario, at its own size; the simulator knows what became narrow, and when.
  day = new WatchedDay({
    mode: 'watch', day: dayOfScenario(SCENARIO, BEGIN_MS, SECONDS * 1_000), scale: 1, seed: 1, jsonFile: null, headless: true, speed: null, shiftNow: false,
    port: await freePort(), otlpPort, dataDir: path.join(folder, 'data'),
  }, () => undefined);
  report = await day.run();
});
afterAll(() => day.stop());

test('all that a simulated day sends is stored, and its people are those of the scenario', () => {
  expect(report.stored).toEqual(report.made);
  expect(report.made.traces).toBeGreaterThan(5_000);
  expect(report.retries).toBe(0);
  expect(Math.abs(report.lived.total.arrived - PEOPLE)).toBeLessThan(4 * Math.sqrt(PEOPLE));
});

test('the verdict on the simulated rush is the one that the simulator knows to be true: verification saturates, from when it does', async () => {
  const truth = report.truths.find(({ kind }) => kind === 'saturation');
  expect(truth?.subject).toEqual({ pipeline: 'vaccine-before', stage: 'identity' });
  const asked = { url: report.url, token: report.apiToken, pipeline: 'vaccine-before' };
  const said = await firstSaid(asked, truth!, 15_000);
  expect(said?.verdict.subject.stage).toBe('identity');
  expect(Math.abs(said!.verdict.since - truth!.beginMs)).toBeLessThan(6_000);
  // Nothing was narrow while it was calm.
  expect((await verdictsAt(asked, BEGIN_MS + 18_000)).filter(({ confidence }) => confidence > 0.5)).toEqual([]);
});

test('a trace of 2021 opens by its id', async () => {
  const headers = { authorization: `Bearer ${report.apiToken}` };
  const transactions = await fetch(`${report.url}/api/v1/transactions?from=${BEGIN_MS}&to=${BEGIN_MS + 60_000}&service=identity&limit=1`, { headers });
  const { rows } = await transactions.json() as { rows: { traceId: string }[] };
  const trace = await fetch(`${report.url}/api/v1/traces/${rows[0]!.traceId}`, { headers });
  const { spans } = await trace.json() as { spans: { service: string; parentSpanId: string }[] };
  expect(spans.map(({ service }) => service).toSorted()).toEqual(['identity', 'web', 'web']);
  expect(spans.filter(({ parentSpanId }) => parentSpanId === '')).toHaveLength(1);
});

test('a recorded day is replayed into a collector to the last item, and a spoilt one is refused in words', async () => {
  const recording = path.join(folder, 'recorded');
  await run(process.execPath, [MAIN, '--day', '2021-08-09', '--scale', '0.01', '--minutes', '2', '--record', recording]);
  const manifest = JSON.parse(fs.readFileSync(path.join(recording, 'manifest.json'), 'utf8')) as { requests: number; items: { traces: number } };
  const key = execFileSync(process.execPath, [NARROWS, 'key', 'create', '--data', path.join(folder, 'data/collector')], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  const received = async () => {
    const { signals } = await (await fetch(`${report.url}/api/v1/intake`, { headers: { authorization: `Bearer ${report.apiToken}` } })).json() as { signals: { signal: string; received: number }[] };
    return signals.find(({ signal }) => signal === 'traces')!.received;
  };
  const before = await received();
  const { stdout } = await run(process.execPath, [NARROWS, 'replay', recording, '--to', `http://127.0.0.1:${otlpPort}`, '--key', key]);
  expect(JSON.parse(stdout)).toMatchObject({ requests: manifest.requests });
  expect(await received()).toBe(before + manifest.items.traces);

  const segment = path.join(recording, '000001.otlp');
  const bytes = fs.readFileSync(segment);
  bytes[100]! ^= 1;
  fs.writeFileSync(segment, bytes);
  const refused = await run(process.execPath, [NARROWS, 'replay', recording, '--key', key]).catch((error: { stderr: string }) => error.stderr);
  expect(refused).toContain('000001.otlp: its checksum is not the one in the manifest');
});

test.each([
  [['--day', '2021-07-20'], 'There is no day "2021-07-20"', 2],
  [['--day', '2021-07-19', '--what-if', 'servers=10', '--headless'], '--what-if compares without a collector', 2],
])('%j is refused in one sentence, and nothing is left running', async (args, sentence, code) => {
  const failure = await run(process.execPath, [MAIN, ...args]).catch((error: { stderr: string; code: number }) => error) as { stderr: string; code: number };
  expect(failure.stderr).toContain(sentence);
  expect(failure.stderr.trim().split('\n')).toHaveLength(1);
  expect(failure.code).toBe(code);
});
