import { describe, expect, test, vi } from 'vitest';
import { placeStates } from './place-states.js';
import { august, july } from './testing/scenarios.js';
import { simulate } from './testing/simulated-queues.js';

vi.setConfig({ testTimeout: 120_000 });

const ORDER_OF_JULY = ['waiting-room', 'form', 'identity', 'eligibility', 'booking'];

describe('July, half a minute into the overload', () => {
  const simulated = simulate(july(1));
  const states = placeStates(simulated.input(0, 60));
  const of = (stage: string, channel = '') => states.find((state) => state.stage === stage && state.channel === channel)!;

  test('stages come in order, each followed by its channels', () => {
    expect(states.filter(({ channel }) => channel === '').map(({ stage }) => stage)).toEqual(ORDER_OF_JULY);
    const at = states.findIndex(({ stage }) => stage === 'identity');
    expect(states.slice(at + 1, at + 10).every(({ stage, channel }) => stage === 'identity' && channel !== '')).toBe(true);
  });

  test('identity is stuck, with its λ, X, L, ρ and line as they are', () => {
    const identity = of('identity');
    expect(identity).toMatchObject({ light: 'stuck', capacitySource: 'declared', name: { ko: '본인인증' }, clearsInSeconds: null });
    expect(identity.utilisation!).toBeGreaterThan(1.2);
    expect(Math.abs(identity.capacityPerSecond! - 18)).toBeLessThan(2);
    const truth = simulated.lines.get('identity')!.slice(550, 600).reduce((sum, length) => sum + length, 0) / 50;
    expect(Math.abs(identity.waiting! / truth - 1)).toBeLessThan(0.1);
    expect(identity.inFlight! - identity.waiting!).toBeLessThanOrEqual(37.5);
    expect(identity.oldestMs!).toBeGreaterThan(8_000);
  });

  test('the stages behind are fine and the waiting room is never busy', () => {
    expect([of('eligibility').light, of('booking').light, of('form').light, of('waiting-room').light]).toEqual(['fine', 'fine', 'fine', 'fine']);
    expect(of('waiting-room')).toMatchObject({ deliberate: true, utilisation: null, clearsInSeconds: null });
  });
});

test('a deliberate wait with ten thousand in line shows them, and stays fine', () => {
  const input = simulate(august(1)).input(0, 60);
  const places = input.places.map((place) => (place.stage === 'waiting-room' ? { ...place, points: place.points.map((point) => ({ ...point, queued: 10_000, inFlight: 10_000 })) } : place));
  expect(placeStates({ ...input, places }).find(({ stage }) => stage === 'waiting-room')).toMatchObject({ light: 'fine', waiting: 10_000 });
});

test('inside capacity no light of August is ever stuck, and stages are always fine', () => {
  for (let seed = 1; seed <= 10; seed += 1) {
    const simulated = simulate(august(seed));
    for (let second = 10; second <= 120; second += 5) {
      for (const state of placeStates(simulated.input(0, second))) {
        expect(state.light).not.toBe('stuck');
        if (state.channel === '') expect(state.light).toBe('fine');
      }
    }
  }
});

test('what is not reported is null, never zero', () => {
  const states = placeStates(simulate(august(1, { reporting: { active: false, limit: false, downstream: false } })).input(0, 60));
  expect(states.find(({ stage, channel }) => stage === 'identity' && channel === '')).toMatchObject({
    inFlight: null, waiting: null, selfMs: null, downstreamMs: null, utilisation: null, capacityPerSecond: null, capacitySource: null, oldestMs: null, clearsInSeconds: null,
  });
});

test('a stage of which nothing has ever been seen stands in its place without a light', () => {
  const input = simulate(august(1)).input(0, 30);
  const states = placeStates({ ...input, places: input.places.filter(({ stage }) => stage !== 'form') });
  expect(states.find(({ stage }) => stage === 'form')).toMatchObject({ light: 'none', arrivalsPerSecond: null, name: { en: 'Form' } });
});

test('silence of ten seconds is no data; reported idleness is fine', () => {
  const input = simulate(august(1)).input(0, 60);
  const silenced = (reported: boolean) => placeStates({
    ...input,
    places: input.places.map((place) => ({ ...place, points: place.points.map((point, second) => (second < 45 ? point : { ...point, completions: 0, errors: 0, residenceMsSum: 0, begun: reported ? 0 : null, inFlight: reported ? 0 : null, queued: null })) })),
  });
  expect(new Set(silenced(false).map(({ light }) => light))).toEqual(new Set(['none']));
  expect(new Set(silenced(true).map(({ light }) => light))).toEqual(new Set(['fine']));
});

test('without a pipeline the services are the places', () => {
  const states = placeStates({ ...simulate(july(1)).input(0, 60), pipeline: null });
  expect(states.map(({ service }) => service).sort()).toEqual(['booking', 'eligibility', 'identity', 'waiting-room', 'web']);
});
