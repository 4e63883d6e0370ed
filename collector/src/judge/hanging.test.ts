// What hangs: everybody is let in and nobody comes out. Nothing ends, so there is no rate, no stay and no call to be measured.
import { expect, test } from 'vitest';
import { judge } from './judge.js';
import { writtenSystem } from './testing/written-system.js';

const HANGS = 80;
const usual = 20;
const until = (then: number) => (second: number) => (second < HANGS ? usual : then);

test('a process in which nothing ends any more is full, and is to be restarted', () => {
  const { beginMs, input } = writtenSystem({
    places: [{ service: 'web', comes: usual, ends: until(0), stayMs: 120, callingMs: 100 }, { service: 'core', comes: usual, ends: until(0), stayMs: 100 }],
    calls: [{ service: 'web', peer: 'core', calls: until(0), ms: 100 }],
  }, 120);
  for (const second of [HANGS + 10, HANGS + 40]) {
    const [verdict] = judge(input(0, second));
    expect(verdict).toMatchObject({ kind: 'saturation', subject: { service: 'core' }, remedies: [{ action: 'restart_instance' }] });
    expect(verdict!.confidence).toBeGreaterThan(0.5);
    expect(Math.abs((verdict!.since - beginMs) / 1_000 - HANGS)).toBeLessThanOrEqual(3);
  }
});

test('a declared limit that is far away does not hide that nothing ends', () => {
  const { input } = writtenSystem({ places: [{ service: 'core', comes: usual, ends: until(0), stayMs: 100 }] }, 120);
  const window = input(0, HANGS + 10);
  const places = window.places.map((place) => ({ ...place, points: place.points.map((point) => ({ ...point, limit: 1_000 })) }));
  expect(judge({ ...window, places })[0]).toMatchObject({ kind: 'saturation', subject: { service: 'core' } });
});

test('a pool whose connections are all lost is a line, though no query runs', () => {
  const { input } = writtenSystem({
    places: [{ service: 'crm', comes: usual, ends: until(0), stayMs: 40, waitingOn: (inside, second) => (second < HANGS ? { sql: inside } : { pool: inside }) }],
  }, 120);
  expect(judge(input(0, HANGS + 10))[0]).toMatchObject({ kind: 'saturation', subject: { service: 'crm' }, remedies: [{ action: 'restart_instance' }] });
});

test('who has nothing to do does not hang', () => {
  const { input } = writtenSystem({ places: [{ service: 'core', comes: until(0), ends: (second) => (second <= HANGS ? usual : 0), stayMs: 1_000 }] }, 120);
  for (let second = HANGS; second < 120; second += 5) expect(judge(input(0, second)).filter(({ kind }) => kind === 'saturation')).toEqual([]);
});

const calling = (kind: 'httpc' | 'sql') => (inside: number, second: number) => (second < HANGS ? { method: inside } : { [kind]: inside });

test('a dependency that no longer answers is named from those who wait for it, long before the first gives up', () => {
  const { beginMs, input } = writtenSystem({
    places: [{ service: 'checkout', comes: usual, ends: until(0), stayMs: 100, waitingOn: calling('httpc') }],
    calls: [{ service: 'checkout', peer: 'pay.example:443', calls: until(0), ms: 80 }, { service: 'checkout', peer: 'db', kind: 'sql', calls: usual, ms: 5 }],
  }, 120);
  for (const second of [HANGS + 8, HANGS + 20]) {
    const [verdict] = judge(input(0, second));
    expect(verdict).toMatchObject({ kind: 'slow_dependency', subject: { service: 'checkout', dependency: 'pay.example:443' } });
    expect(verdict!.confidence).toBeGreaterThan(0.5);
    expect(Math.abs((verdict!.since - beginMs) / 1_000 - HANGS)).toBeLessThanOrEqual(3);
  }
});

test('of two calls of a kind that end no more nobody knows which hangs, and none is named', () => {
  const { input } = writtenSystem({
    places: [{ service: 'checkout', comes: usual, ends: until(0), stayMs: 100, waitingOn: calling('httpc') }],
    calls: ['pay.example:443', 'mail.example:443'].map((peer) => ({ service: 'checkout', peer, calls: until(0), ms: 40 })),
  }, 120);
  expect(judge(input(0, HANGS + 15)).filter(({ kind }) => kind === 'slow_dependency')).toEqual([]);
});

test('a call that is not made since the one before it takes long does not hang', () => {
  const { input } = writtenSystem({
    places: [{ service: 'checkout', comes: usual, ends: until(2), stayMs: 100, waitingOn: calling('httpc') }],
    calls: [{ service: 'checkout', peer: 'stock', calls: usual, ms: (second) => (second < HANGS ? 40 : 1_000 * (second - HANGS)) }, { service: 'checkout', peer: 'pay.example:443', calls: until(2), ms: 40 }],
  }, 120);
  expect(judge(input(0, HANGS + 12)).filter(({ subject }) => subject.dependency === 'pay.example:443')).toEqual([]);
});

test('calls that are open for long on any day do not hang, nor do those of which a sampler keeps a few', () => {
  const { input } = writtenSystem({
    places: [{ service: 'push', comes: 2, stayMs: 40_000, insideAtFirst: 80, waitingOn: (inside) => ({ httpc: inside }) }],
    calls: [{ service: 'push', peer: 'bus', calls: (second) => (second < HANGS ? 2 : 0.1), ms: 40_000 }],
  }, 120);
  for (let second = HANGS; second <= 120; second += 4) expect(judge(input(0, second)).filter(({ confidence }) => confidence >= 0.5)).toEqual([]);
});

test('of which less and less ends though as many come as ever, something leaks: it is full, and not contended', () => {
  const ends = (second: number) => Math.max(0, Math.round(usual - Math.max(0, second - HANGS)));
  const { input } = writtenSystem({ places: [{ service: 'core', comes: usual, ends, stayMs: 100, waitingOn: (inside) => ({ method: inside }) }] }, 130);
  for (const second of [HANGS + 12, HANGS + 20, HANGS + 40]) expect(judge(input(0, second))[0]).toMatchObject({ kind: 'saturation', subject: { service: 'core' } });
});

test('a crowd that calls less often than those before it does not hang in calls that end', () => {
  const crowd = (then: number) => (second: number) => (second < HANGS ? 10 : then);
  const { input } = writtenSystem({
    places: [{ service: 'web', comes: crowd(150), stayMs: 1_500, callingMs: 1_500, waitingOn: (_, second) => ({ httpc: second < HANGS ? 15 : 30 }) }],
    calls: [{ service: 'web', peer: 'identity', calls: crowd(20), ms: 1_500 }],
  }, 120);
  for (let second = HANGS; second <= 120; second += 4) expect(judge(input(0, second)).filter(({ kind }) => kind === 'slow_dependency')).toEqual([]);
});
