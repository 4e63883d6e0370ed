import { VerdictSchema } from '@narrows/contract';
import type { JudgeInput, PlacePoint } from '@narrows/contract';
import fc from 'fast-check';
import { Value } from 'typebox/value';
import { describe, expect, test, vi } from 'vitest';
import { judge } from './judge.js';
import { placeStates } from './place-states.js';
import { august, july } from './testing/scenarios.js';
import type { Plan } from './testing/simulated-queues.js';
import { simulate } from './testing/simulated-queues.js';

vi.setConfig({ testTimeout: 120_000 });

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);
/** The highest confidence of anything said on that day, judged every `step` seconds over the growing window. */
const surest = (plan: Plan, step: number, change: (input: JudgeInput) => JudgeInput = (input) => input) => {
  const simulated = simulate(plan);
  let confidence = 0;
  for (let second = 1; second <= plan.seconds; second += step) confidence = Math.max(confidence, ...judge(change(simulated.input(0, second))).map((verdict) => verdict.confidence));
  return confidence;
};

describe('August inside capacity: at no second of any day is anything said above 0.5', () => {
  const reporting = { active: true, limit: true, downstream: true };
  test('as planned, with a cold start', () => {
    for (const seed of SEEDS) expect(surest(august(seed), 1)).toBeLessThanOrEqual(0.5);
  });
  // The variants are judged every fourth second: a transient that could be taken for more lasts longer than that.
  test.each<[string, (seed: number) => Plan]>([
    ['where nobody looks at the lights', (seed) => august(seed, { seesLights: false })],
    ['with 40 % more people (ρ up to 0.77)', (seed) => { const plan = august(seed); return { ...plan, perSecond: (second) => 1.4 * plan.perSecond(second) }; }],
    ['with exponential service times', (seed) => august(seed, { spread: 'exponential' })],
    ['with a peak from the first second on', (seed) => august(seed, { seconds: 60, perSecond: (second) => (second < 3 ? 40 : 18), coldFactor: 1.5 })],
    ['without limits', (seed) => august(seed, { reporting: { ...reporting, limit: false } })],
    ['from ended spans only', (seed) => august(seed, { reporting: { active: false, limit: false, downstream: true } })],
    ['from ended spans and limits, without downstream time', (seed) => august(seed, { reporting: { active: false, limit: true, downstream: false } })],
  ])('%s', (_, plan) => {
    for (const seed of SEEDS) expect(surest(plan(seed), 4)).toBeLessThanOrEqual(0.5);
  });
  test.each([true, false])('without a pipeline (active transactions: %s)', (active) => {
    for (const seed of SEEDS) expect(surest(august(seed, { reporting: { ...reporting, active, limit: false } }), 4, (input) => ({ ...input, pipeline: null }))).toBeLessThanOrEqual(0.5);
  });
});

test('verdicts have the contract\'s shape, come most certain first, and are the same when judged again', () => {
  const simulated = simulate(july(2));
  for (let second = 25; second <= 70; second += 5) {
    const verdicts = judge(simulated.input(0, second));
    for (const verdict of verdicts) expect(Value.Check(VerdictSchema, verdict)).toBe(true);
    expect(verdicts.map(({ confidence }) => confidence)).toEqual(verdicts.map(({ confidence }) => confidence).sort((a, b) => b - a));
    expect(judge(simulated.input(0, second))).toEqual(verdicts);
  }
});

const EMPTY: JudgeInput = { fromMs: 0, toMs: 0, pipeline: null, places: [], edges: [] };

test('empty, silent, inside-out and one-service inputs give no verdict and no exception', () => {
  const silent = Array.from({ length: 60 }, (_, second): PlacePoint => ({ atMs: second * 1_000, completions: 0, errors: 0, residenceMsSum: 0, downstreamMsSum: null, residenceMsP50: null, residenceMsP95: null, begun: null, inFlight: null, oldestMs: null, waitingOn: null, limit: null, queued: null }));
  const service = { pipeline: '', stage: '', channel: '', service: 'web', deliberate: false, points: silent };
  for (const input of [EMPTY, { ...EMPTY, toMs: 60_000 }, { ...EMPTY, fromMs: 60_000 }, { ...EMPTY, toMs: Number.NaN }, { ...EMPTY, toMs: 60_000, places: [service] }, { ...EMPTY, toMs: 60_000, places: [{ ...service, points: [] }] }]) {
    expect(judge(input)).toEqual([]);
    expect(placeStates(input).every(({ light }) => light === 'none')).toBe(true);
  }
});

const count = fc.option(fc.integer({ min: 0, max: 500 }), { nil: null });
const anyPoint = fc.record({
  atMs: fc.integer({ min: -2, max: 32 }).map((second) => second * 1_000), completions: fc.nat(300), errors: fc.nat(300), residenceMsSum: fc.nat(1_000_000), downstreamMsSum: count,
  residenceMsP50: count, residenceMsP95: count, begun: count, inFlight: count, oldestMs: count, waitingOn: fc.option(fc.record({ method: fc.nat(99), httpc: fc.nat(99), pool: fc.nat(9), sql: fc.nat(9) }, { requiredKeys: [] }), { nil: null }), limit: count, queued: count,
});
const anyPlace = fc.record({
  pipeline: fc.constant('p'), stage: fc.constantFrom('', 'a', 'b', 'unknown'), channel: fc.constantFrom('', 'x', 'y'), service: fc.constantFrom('web', 'a', 'b'), deliberate: fc.boolean(), points: fc.array(anyPoint, { maxLength: 30 }),
});
const anyEdge = fc.record({
  service: fc.constantFrom('web', 'a', 'b'), peer: fc.constantFrom('web', 'a', 'b', 'db'), kind: fc.constantFrom('http' as const, 'sql' as const),
  points: fc.array(fc.record({ atMs: fc.integer({ min: -2, max: 32 }).map((second) => second * 1_000), calls: fc.nat(50), errors: fc.nat(50), durationMsSum: fc.nat(100_000) }), { maxLength: 30 }),
});

const share = fc.double({ min: 0, max: 1, noNaN: true });
const stepMs = fc.integer({ min: -1, max: 7 }).map((step) => step * 5_000);
const beside = fc.record({
  instances: fc.array(fc.record({
    service: fc.constantFrom('web', 'a', 'b'), instance: fc.constantFrom('', 'i1', 'i2', 'i3'), version: fc.constantFrom('', '1', '2'),
    points: fc.array(fc.record({ atMs: stepMs, completions: fc.nat(200), errors: fc.nat(200), residenceMsSum: fc.nat(100_000), downstreamMsSum: count }), { maxLength: 8 }),
  }), { maxLength: 8 }),
  runtime: fc.array(fc.record({
    service: fc.constantFrom('web', 'a', 'b'), instance: fc.constantFrom('', 'i1'), measure: fc.constantFrom('cpu' as const, 'gc' as const, 'event_loop' as const, 'memory' as const),
    points: fc.array(fc.record({ atMs: stepMs, share }), { maxLength: 8 }),
  }), { maxLength: 4 }),
  people: fc.array(fc.record({ atMs: stepMs, stage: fc.constantFrom('', 'identity', 'gone'), spans: fc.nat(500), named: fc.nat(500), outcomes: fc.dictionary(fc.constantFrom('done', 'no', '__proto__'), fc.nat(300)), persons: count, sessions: count }), { maxLength: 6 }),
  deployments: fc.array(fc.record({ atMs: stepMs, service: fc.constantFrom('web', 'a'), version: fc.constantFrom('1', '2') }), { maxLength: 2 }),
}, { requiredKeys: [] });

test('no input throws, with holes, doubles, cycles of calls and contradictions; every verdict is well formed', () => {
  const stage = (id: string) => ({ id, name: { ko: id, en: id }, deliberate: false });
  fc.assert(fc.property(fc.array(anyPlace, { maxLength: 8 }), fc.array(anyEdge, { maxLength: 6 }), fc.boolean(), beside, (places, edges, hasPipeline, more) => {
    const input: JudgeInput = { fromMs: 0, toMs: 30_000, pipeline: hasPipeline ? { id: 'p', stages: [stage('a'), stage('b')] } : null, places, edges, ...more };
    for (const verdict of judge(input)) expect([...Value.Errors(VerdictSchema, verdict)]).toEqual([]);
    for (const state of placeStates(input)) for (const value of Object.values(state)) expect(Number.isNaN(value)).toBe(false);
  }), { numRuns: 300 });
});

test('2,000 places over five minutes are judged, and the one overrun service among them is found', () => {
  const input = simulate(july(1, { reporting: { active: true, limit: false, downstream: true } })).input(0, 70);
  const services = input.places.filter(({ stage }) => stage === '');
  const quiet = services.find(({ service }) => service === 'eligibility')!;
  const places = [...services, ...Array.from({ length: 2_000 }, (_, index) => ({ ...quiet, service: `service-${index}` }))];
  const edges = Array.from({ length: 2_000 }, (_, index) => ({ service: `service-${index}`, peer: `service-${index + 1}`, kind: 'http' as const, points: [] }));
  const [verdict] = judge({ ...input, pipeline: null, places, edges: [...input.edges, ...edges] });
  expect(verdict).toMatchObject({ kind: 'saturation', subject: { service: 'identity' } });
});

test('a window of 100,000 seconds is judged in one pass', () => {
  const points = Array.from({ length: 100_000 }, (_, second): PlacePoint => {
    const over = Math.max(0, second - 99_000);
    return { atMs: second * 1_000, completions: 20, errors: 0, residenceMsSum: 20 * (1_000 + over * 50), downstreamMsSum: 0, residenceMsP50: null, residenceMsP95: null, begun: over > 0 ? 30 : 20, inFlight: 20 + over * 10, oldestMs: 1_000 + over * 50, waitingOn: null, limit: 25, queued: null };
  });
  const [verdict] = judge({ fromMs: 0, toMs: 100_000_000, pipeline: null, places: [{ pipeline: '', stage: '', channel: '', service: 'desk', deliberate: false, points }], edges: [] });
  expect(verdict).toMatchObject({ kind: 'saturation', subject: { service: 'desk' } });
  expect(Math.abs(verdict!.since / 1_000 - 99_000)).toBeLessThanOrEqual(3);
});
