import { expect, test } from 'vitest';
import { TruthKeeper, type ChannelSample } from './truth.js';

const STEP_MS = 200;

/** Two channels, of which `big` takes 9 of 10 arrivals; `fullAt` says which have a line at a moment. */
function run(seconds: number, fullAt: (atMs: number) => readonly string[]): TruthKeeper {
  const keeper = new TruthKeeper('vaccine-before', 'identity');
  for (let atMs = 0; atMs <= seconds * 1_000; atMs += STEP_MS) {
    const full = fullAt(atMs);
    const channels: ChannelSample[] = [{ id: 'big', arrived: atMs * 9 / 100 }, { id: 'small', arrived: atMs / 100 }]
      .map((channel) => ({ ...channel, workers: 5, busy: full.includes(channel.id) ? 5 : 2, queue: full.includes(channel.id) ? 3 : 0 }));
    keeper.observePools(atMs, channels);
  }
  return keeper;
}

test('saturation begins where the line that persists began, and ends where it was drained', () => {
  const { truths } = run(60, (atMs) => atMs >= 20_000 && atMs < 40_000 ? ['big', 'small'] : []);
  expect(truths).toEqual([{ kind: 'saturation', subject: { pipeline: 'vaccine-before', stage: 'identity' }, beginMs: 20_000, endMs: 39_800 }]);
});

test('saturation began when the line that led to it began to stand, not only when most channels were full', () => {
  const { truths } = run(60, (atMs) => atMs >= 24_000 ? ['big', 'small'] : atMs >= 20_000 ? ['small'] : []);
  expect(truths).toMatchObject([{ beginMs: 20_000, endMs: null }]);
});

test('a line of less than two seconds is chance, and so is one in a channel that few use', () => {
  expect(run(60, (atMs) => atMs % 10_000 < 1_800 ? ['big', 'small'] : []).truths).toEqual([]);
  expect(run(60, (atMs) => atMs >= 20_000 ? ['small'] : []).truths).toEqual([]);
});

test('a single quiet sample breaks neither the beginning nor the saturation', () => {
  const { truths } = run(60, (atMs) => atMs >= 20_000 && atMs !== 20_600 && atMs % 10_000 !== 5_000 ? ['big'] : []);
  expect(truths).toMatchObject([{ beginMs: 20_000, endMs: null }]);
});

test('what a fault breaks is true from its beginning to its end, and every change is told', () => {
  const told: string[] = [];
  const keeper = new TruthKeeper('vaccine-after', 'identity', (truths) => told.push(JSON.stringify(truths.map(({ endMs }) => endMs))));
  const subject = { pipeline: 'vaccine-after', stage: 'identity', channel: 'kcb-phone' };
  const truth = keeper.begin({ kind: 'channel_outage', subject, beginMs: 5_000, fault: 'channel-failing' });
  keeper.end(truth, 9_000);
  expect(keeper.truths).toEqual([{ kind: 'channel_outage', subject, beginMs: 5_000, endMs: 9_000, fault: 'channel-failing' }]);
  expect(told).toEqual(['[null]', '[9000]']);
});
