import { expect, test } from 'vitest';
import { LiveWindow } from './live-series.js';

const PIPELINE = { id: 'p', name: { ko: 'p', en: 'p' }, stages: [{ id: 's', match: { service: 's' } }] };
const SLOW = ['rollup_instance_5s', 'rollup_metric_1s of runtimes', 'rollup_people_10s'];
/** What arrives late is looked for in so much of the end of a window. */
const LOOKED_BACK_MS = 12_000;

/** Moments at which each table was asked for, of a window that moves by these steps again and again. */
async function readAt(stepsMs: readonly number[]): Promise<Map<string, number[]>> {
  const asked = new Map<string, number[]>();
  let toMs = 1_800_000_000_000;
  const window = new LiveWindow({ agency: 'a', query: (sql) => {
    const [, rollup = ''] = /FROM (rollup_\w+)/.exec(sql) ?? [];
    const table = rollup + (sql.includes("Meaning != ''") ? ' of runtimes' : '');
    asked.set(table, [...asked.get(table) ?? [], toMs]);
    return Promise.resolve([]);
  } }, PIPELINE);
  for (let turn = 0; turn < 40; turn++) {
    await window.advance({ fromMs: toMs - 300_000, toMs });
    toMs += stepsMs[turn % stepsMs.length]!;
  }
  return asked;
}

test.each([[[1_000]], [[2_000]], [[1_000, 2_000]], [[1_000, 1_000, 4_000]], [[3_000]]])('however ticks are left out (%j), every kind of row is read again before it is too late for it', async (stepsMs) => {
  const asked = await readAt(stepsMs);
  for (const table of SLOW) {
    const moments = asked.get(table)!;
    for (let i = 1; i < moments.length; i++) expect(moments[i]! - moments[i - 1]!, table).toBeLessThan(LOOKED_BACK_MS);
    expect(moments.length, table).toBeGreaterThanOrEqual(10); // In each four of forty turns.
  }
});

test('of the kinds that change slowly a window that moves by the second reads one at a time, and every other time what people were told', async () => {
  const asked = await readAt([1_000]);
  expect(asked.get('rollup_place_1s')).toHaveLength(40);
  expect(SLOW.reduce((reads, table) => reads + asked.get(table)!.length, 0)).toBeLessThanOrEqual(40 + SLOW.length);
  const people = asked.get('rollup_people_10s')!;
  for (let i = 1; i < people.length; i++) expect(people[i]! - people[i - 1]!).toBeLessThanOrEqual(2_000);
});
