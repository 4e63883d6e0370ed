// What the judge says on real processes, held against what was really the matter inside the services. One seed of each
// scenario here; `npm run seeds` runs ten of each and writes docs/judged-runs.md.
import { expect, test } from 'vitest';
import { complaints, judgedRun } from '../bench/judged-run.mjs';
import { freePort } from '../demo-system/dist/supervise/preflight.js';

const MINUTES = 0.85;

test.each([
  ['before', 'an overrun identity verification is said to be saturated, within ten seconds and with the right onset'],
  ['after', 'a crowd inside capacity is met with silence'],
  ['channel-outage', 'the one channel that fails is named'],
])('%s: %s', async (scenario) => {
  const report = await judgedRun({ scenario, seed: 11, minutes: MINUTES, port: await freePort(), otlpPort: await freePort() });
  expect(report.people.booked).toBeGreaterThan(0);
  expect(report.truth.length).toBe(scenario === 'after' ? 0 : 1);
  expect(complaints(report)).toEqual([]);
});
