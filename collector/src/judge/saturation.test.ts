// Saturation against simulated days with known truth: every second of the growing window is judged, as live does.
import type { JudgeInput, Verdict } from '@narrows/contract';
import { describe, expect, test, vi } from 'vitest';
import { judge } from './judge.js';
import { august, july, profile } from './testing/scenarios.js';
import type { Plan } from './testing/simulated-queues.js';
import { simulate, trueOnset } from './testing/simulated-queues.js';

vi.setConfig({ testTimeout: 120_000 });

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);
/** Live lags 2.5 s behind the clock and ticks once a second: what must be said after ten seconds, data must show in seven. */
const SAID_WITHIN_SECONDS = 7;

interface Told { first: Verdict | null; firstSecond: number; all: { second: number; verdicts: Verdict[] }[]; onset: number; beginMs: number; input: (from: number, to: number) => JudgeInput }

function tellDay(plan: Plan, change: (input: JudgeInput) => JudgeInput = (input) => input): Told {
  const simulated = simulate(plan);
  const input = (from: number, to: number) => change(simulated.input(from, to));
  const all = Array.from({ length: plan.seconds }, (_, second) => ({ second: second + 1, verdicts: judge(input(Math.max(0, second + 1 - 300), second + 1)).filter(({ confidence }) => confidence > 0.5) }));
  const told = all.find(({ verdicts }) => verdicts.length > 0);
  return { first: told?.verdicts[0] ?? null, firstSecond: told?.second ?? Infinity, all, onset: trueOnset(simulated.lines.get('identity')!), beginMs: simulated.beginMs, input };
}

const sinceSecond = (told: Told, verdict: Verdict | null): number => (verdict!.since - told.beginMs) / 1_000;

describe('July: verification is overrun', () => {
  const days = SEEDS.map((seed) => tellDay(july(seed)));

  test('the first thing said is saturation of stage identity, in time, with the onset right', () => {
    for (const day of days) {
      expect(day.first).toMatchObject({ kind: 'saturation', subject: { pipeline: 'vaccine', stage: 'identity' } });
      expect(day.firstSecond - day.onset).toBeLessThanOrEqual(SAID_WITHIN_SECONDS);
      expect(Math.abs(sinceSecond(day, day.first) - day.onset)).toBeLessThanOrEqual(5);
    }
  });

  test('nothing is said before there is a line', () => {
    for (const day of days) expect(day.firstSecond).toBeGreaterThan(day.onset);
  });

  test('time-outs, the gateway, the waiting room and the stages behind are never blamed first', () => {
    for (const { all } of days) {
      for (const { verdicts } of all) if (verdicts.length > 0) expect(verdicts[0]).toMatchObject({ kind: 'saturation', subject: { stage: 'identity' } });
      expect(all.flatMap(({ verdicts }) => verdicts).filter(({ kind, subject }) => kind === 'errors' || subject.service === 'web' || (subject.stage ?? 'identity') !== 'identity')).toEqual([]);
    }
  });

  test('once it is plain it stays said, of the whole stage, with the same since at every later second', () => {
    for (const day of days) {
      const later = day.all.filter(({ second }) => second >= day.onset + 12);
      for (const { verdicts: [verdict] } of later) {
        expect(verdict).toMatchObject({ kind: 'saturation', subject: { pipeline: 'vaccine', stage: 'identity' } });
        expect(verdict!.subject.channel).toBeUndefined();
        expect(Math.abs(sinceSecond(day, verdict!) - day.onset)).toBeLessThanOrEqual(5);
      }
      expect(later.at(-1)!.verdicts[0]!.confidence).toBeGreaterThan(0.95);
    }
  });

  test('the waiting room is ruled out as deliberate, web as waiting, the stages behind as idle', () => {
    for (const { all } of days) {
      const ruledOut = all.at(-1)!.verdicts[0]!.ruledOut;
      const because = (subject: object) => ruledOut.find((each) => JSON.stringify(each.subject) === JSON.stringify(subject))?.because.ko;
      expect(because({ pipeline: 'vaccine', stage: 'waiting-room' })).toContain('일부러');
      expect(because({ service: 'web' })).toMatch(/응답을 기다릴 뿐입니다.*\d+%/);
      expect(because({ pipeline: 'vaccine', stage: 'booking' })).toContain('뒤에 있는 단계');
    }
  });

  test('the remedy brings the stage to 80 % and predicts a wait near the service time', () => {
    for (const { all } of days) {
      const { remedies: [remedy], evidence } = all.at(-1)!.verdicts[0]!;
      expect(remedy).toMatchObject({ action: 'add_instances', subject: { stage: 'identity' } });
      expect(remedy!.predicted.waitBefore!).toBeGreaterThan(3_000);
      expect(remedy!.predicted.waitAfter!).toBeLessThan(2_600);
      expect(remedy!.predicted.waitAfter!).toBeGreaterThan(1_500);
      expect(remedy!.predicted.clearsInSeconds!).toBeGreaterThan(0);
      for (const { link } of evidence) expect(link).toMatch(/^\/(live|traces)\?pipeline=vaccine&stage=identity&from=\d+&to=\d+/);
      expect(evidence.find(({ measure }) => measure === 'errors')?.claim.en).toContain('not the cause');
    }
  });
});

test('an overload that lasts is still dated right five minutes later, and from the window\'s begin once its onset has left the window', () => {
  const plan = july(9, { seconds: 420, perSecond: profile([0, 6], [80, 6], [86, 30], [400, 30]) });
  const simulated = simulate(plan);
  const sinceIn = (from: number, to: number) => (judge(simulated.input(from, to))[0]!.since - simulated.beginMs) / 1_000;
  const atOnce = sinceIn(0, 100);
  for (const to of [140, 220, 300, 360]) expect(Math.abs(sinceIn(Math.max(0, to - 300), to) - atOnce)).toBeLessThanOrEqual(5);
  expect(sinceIn(120, 420)).toBe(120);
  expect(judge(simulated.input(120, 420))[0]).toMatchObject({ kind: 'saturation', subject: { stage: 'identity' } });
});

test('an overload that stands from the first second is found on a short window too', () => {
  for (const seed of SEEDS) {
    const day = tellDay(july(seed, { seconds: 30, perSecond: () => 40 }));
    expect(day.first).toMatchObject({ kind: 'saturation', subject: { stage: 'identity' } });
    expect(Math.abs(sinceSecond(day, day.first) - day.onset)).toBeLessThanOrEqual(5);
  }
});

test('a crowd that has gone leaves no verdict behind once the line is gone', () => {
  const plan = july(4, { seconds: 180, retryShare: 0, perSecond: profile([0, 6], [20, 6], [26, 30], [60, 30], [66, 3], [180, 3]) });
  expect(tellDay(plan).all.at(-1)!.verdicts).toEqual([]);
});

test('one full channel among channels with room is named, and gets workers', () => {
  for (const seed of SEEDS) {
    const day = august(seed, { seesLights: false, seconds: 100 });
    const identity = day.stages[0]!;
    const channels = identity.channels!.map((channel) => (channel.id === 'kakao' ? { ...channel, servers: 2 } : channel));
    const last = tellDay({ ...day, stages: [{ ...identity, channels }, ...day.stages.slice(1)] }).all.at(-1)!.verdicts;
    expect(last[0]).toMatchObject({ kind: 'saturation', subject: { stage: 'identity', channel: 'kakao' }, remedies: [{ action: 'add_channel_capacity' }] });
    expect(last).toHaveLength(1);
  }
});

describe('where less is reported, less is known, later, but the place is the same', () => {
  const cases: [string, Plan['reporting'], (input: JudgeInput) => JudgeInput, number][] = [
    ['no limit', { active: true, limit: false, downstream: true }, (input) => input, 10],
    ['channels known only when a span ends', { active: true, limit: true, downstream: true }, (input) => ({
      ...input, places: input.places.map((place) => (place.channel === '' ? place : { ...place, points: place.points.map((point) => ({ ...point, begun: 0, inFlight: 0, oldestMs: null, waitingOn: null })) })),
    }), 10],
    ['ended spans only', { active: false, limit: false, downstream: true }, (input) => input, 18],
    ['ended spans of foreign agents without downstream time', { active: false, limit: false, downstream: false }, (input) => input, 18],
    ['ended spans and a limit', { active: false, limit: true, downstream: true }, (input) => input, 18],
  ];
  test.each(cases)('%s', (_, reporting, change, withinSeconds) => {
    for (const seed of SEEDS) {
      const day = tellDay(july(seed, { reporting }), change);
      expect(day.first).toMatchObject({ kind: 'saturation', subject: { stage: 'identity' } });
      expect(day.firstSecond - day.onset).toBeLessThanOrEqual(withinSeconds);
      expect(Math.abs(sinceSecond(day, day.all.at(-1)!.verdicts[0]!) - day.onset)).toBeLessThanOrEqual(8);
    }
  });

  test.each([true, false])('without a pipeline the service is named, never the gateway (active transactions: %s)', (active) => {
    for (const seed of SEEDS) {
      const day = tellDay(july(seed, { reporting: { active, limit: false, downstream: active } }), (input) => ({ ...input, pipeline: null }));
      expect(day.first).toMatchObject({ kind: 'saturation', subject: { service: 'identity' } });
      expect(day.all.flatMap(({ verdicts }) => verdicts).filter(({ subject }) => subject.service !== 'identity')).toEqual([]);
    }
  });
});
