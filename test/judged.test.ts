// What the judge says on real processes, held against what was really the matter inside the services; and on the same
// scenarios as the national simulator plays them, held against what is true there, and against the real processes. One seed of
// each here; `npm run seeds` runs all scenarios and writes docs/judged-runs.md.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { complaints, judgedRun, rightlySaid } from '../bench/judged-run.mjs';
import { simulatedRun } from '../bench/simulated-run.mjs';
import { freePort } from '../demo-system/dist/supervise/preflight.js';

const MINUTES = 0.85;

const SEED = 11;
/** 19 July 2021, 20:00 in Seoul. */
const SIMULATED_BEGIN_MS = Date.UTC(2021, 6, 19, 11);

test.each([
  ['before', 'an overrun identity verification is said to be saturated, within ten seconds and with the right onset; so says the simulator'],
  ['after', 'a crowd inside capacity is met with silence; so says the simulator'],
  ['channel-outage', 'the one channel that fails is named; so says the simulator'],
] as const)('%s: %s', async (scenario, _claim) => {
  const report = await judgedRun({ scenario, seed: SEED, minutes: MINUTES, port: await freePort(), otlpPort: await freePort() });
  expect(report.people.booked).toBeGreaterThan(0);
  expect(report.truth.length).toBe(scenario === 'after' ? 0 : 1);
  expect(complaints(report)).toEqual([]);

  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'narrows-simulated-'));
  const simulated = await simulatedRun({ scenario, seed: SEED, beginMs: SIMULATED_BEGIN_MS, seconds: MINUTES * 60, port: await freePort(), otlpPort: await freePort(), dataDir })
    .finally(() => fs.rmSync(dataDir, { recursive: true, force: true }));
  expect(simulated.lived.total.booked).toBeGreaterThan(0);
  expect(simulated.truth.map(({ kind, subject }) => ({ kind, subject }))).toEqual(report.truth.map(({ kind, subject }) => ({ kind, subject })));
  expect(complaints(simulated)).toEqual([]);
  expect(rightlySaid(simulated)).toEqual(rightlySaid(report));
});

test.each([
  ['commission', 0.7, ['saturation'], 'the file server with the booklets is said to be saturated'],
  ['online-class', 0.7, ['saturation'], 'at nine sharp the entrances are said to be saturated'],
  ['primary', 0.8, ['saturation'], 'a vote that opens late has its line in front of the ballot box, and that more of them have voted is no fault'],
  ['wrong-clock', 1.2, ['outcome_shift'], 'everything answers 200 and fast, and it is said that people are told something else'],
  ['pledge-shop', 1.6, ['surge'], 'a page that is searched for has room, and the flood behind it is said'],
  ['suspension', 1.25, ['saturation', 'outcome_shift'], 'four servers are said to be overrun, and then that people are told of the suspension'],
] as const)('%s, %d min, %j: %s', async (scenario, minutes, kinds, _claim) => {
  const report = await judgedRun({ scenario, seed: SEED, minutes, port: await freePort(), otlpPort: await freePort() });
  expect(report.people.booked).toBeGreaterThan(0);
  expect(report.truth.map(({ kind }) => kind)).toEqual(kinds);
  expect(complaints(report)).toEqual([]);
});
