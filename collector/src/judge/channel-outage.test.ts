import { describe, expect, test, vi } from 'vitest';
import { judge } from './judge.js';
import { placeStates } from './place-states.js';
import { august, july } from './testing/scenarios.js';
import type { PlannedFault } from './testing/simulated-queues.js';
import { simulate } from './testing/simulated-queues.js';

vi.setConfig({ testTimeout: 120_000 });

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);
const secondsFrom = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index + 1);
const FAULT_SECOND = 40;
const broken = (channel: string, errorShare: number, hangMs: number): PlannedFault => ({ stage: 'identity', channel, fromSecond: FAULT_SECOND, errorShare, errorMs: 400, hangMs });

describe('August with one channel failing: that channel is named, first and alone', () => {
  test.each([
    ['kcb-phone', 0.7, 8_000, 12], ['kakao', 1, 0, 12], ['pass-skt', 0, 15_000, 20], ['naver', 0, 15_000, 20], ['ipin', 1, 0, 25],
  ])('%s (errors %f, hanging %i ms) within %i s', (channel, errorShare, hangMs, withinSeconds) => {
    for (const seed of SEEDS) {
      const simulated = simulate(august(seed, { seconds: 90, faults: [broken(channel, errorShare, hangMs)] }));
      const said = secondsFrom(FAULT_SECOND - 10, 90).map((second) => ({ second, verdicts: judge(simulated.input(0, second)).filter(({ confidence }) => confidence > 0.5) }));
      const first = said.find(({ verdicts }) => verdicts.length > 0)!;
      expect(first.second).toBeGreaterThan(FAULT_SECOND);
      expect(first.second - FAULT_SECOND).toBeLessThanOrEqual(withinSeconds);
      for (const { verdicts } of said.filter(({ second }) => second > FAULT_SECOND + withinSeconds)) {
        expect(verdicts[0]).toMatchObject({ kind: 'channel_outage', subject: { pipeline: 'vaccine', stage: 'identity', channel } });
        expect(verdicts).toHaveLength(1);
        expect(Math.abs((verdicts[0]!.since - simulated.beginMs) / 1_000 - FAULT_SECOND)).toBeLessThanOrEqual(8);
      }
    }
  });
});

test('the remedy closes the channel where the others have room, and its light is stuck while theirs are fine', () => {
  const simulated = simulate(august(1, { faults: [broken('kakao', 1, 0)] }));
  const [verdict] = judge(simulated.input(0, 80));
  expect(verdict!.remedies[0]).toMatchObject({ action: 'disable_channel', subject: { channel: 'kakao' } });
  expect(verdict!.sentence.ko).toMatch(/^본인인증 kakao 채널이 멈췄습니다/);
  const lights = new Map(placeStates(simulated.input(0, 80)).map(({ stage, channel, light }) => [`${stage}/${channel}`, light]));
  expect(lights.get('identity/kakao')).toBe('stuck');
  expect(lights.get('identity/pass-kt')).toBe('fine');
});

test('a channel that has a name is said and shown by it, in both languages; the subject stays the id', () => {
  const input = simulate(august(1, { faults: [broken('pass-skt', 1, 0)] })).input(0, 80);
  const stages = input.pipeline!.stages.map((stage) => (stage.id === 'identity' ? { ...stage, channels: { 'pass-skt': { ko: 'PASS(SKT)', en: 'PASS (SKT)' } } } : stage));
  const named = { ...input, pipeline: { ...input.pipeline!, stages } };
  const [verdict] = judge(named);
  expect(verdict).toMatchObject({ kind: 'channel_outage', subject: { channel: 'pass-skt' } });
  expect(verdict!.sentence.ko).toMatch(/^본인인증 PASS\(SKT\) 채널이 멈췄습니다/);
  expect(verdict!.sentence.en).toMatch(/^PASS \(SKT\) of Identity verification is out/);
  const nameOf = (channel: string) => placeStates(named).find((state) => state.channel === channel)?.name;
  expect(nameOf('pass-skt')).toEqual({ ko: 'PASS(SKT)', en: 'PASS (SKT)' });
  expect(nameOf('kakao')).toEqual({ ko: 'kakao', en: 'kakao' });
});

test('in an overload the time-outs of full channels are not outages', () => {
  for (const seed of SEEDS) {
    const simulated = simulate(july(seed));
    for (let second = 1; second <= 70; second += 1) {
      const outages = judge(simulated.input(0, second)).filter(({ kind, confidence }) => kind === 'channel_outage' && confidence > 0.5);
      expect(outages).toEqual([]);
    }
  }
});

test('when all channels fail together it is the stage that fails, not one of them', () => {
  const simulated = simulate(august(1, { faults: [{ stage: 'identity', fromSecond: 40, errorShare: 1, errorMs: 200, hangMs: 0 }] }));
  const [first] = judge(simulated.input(0, 70));
  expect(first).toMatchObject({ kind: 'errors', subject: { stage: 'identity' } });
  expect(first!.subject.channel).toBeUndefined();
});

test('a channel to which people no longer come, since they are done by the others, is not out; one of which nothing is known but silence may be', () => {
  const FROM = 50;
  for (const seed of SEEDS.slice(0, 5)) {
    const input = simulate(august(seed, { seconds: 80, reporting: { active: false, limit: false, downstream: false } })).input(0, 80);
    const channels = input.places.filter(({ stage, channel }) => stage === 'identity' && channel !== '');
    const ended = ({ points }: (typeof channels)[number]) => points.reduce((sum, { completions }) => sum + completions, 0);
    const closed = channels.reduce((most, each) => (ended(each) > ended(most) ? each : most));
    const heir = channels.find((each) => each !== closed)!;
    const outages = (moved: boolean) => judge({
      ...input, places: input.places.map((place) => ({ ...place, points: place.points.map((point, second) => {
        if (second < FROM) return point;
        if (place === closed) return { ...point, completions: 0, errors: 0, residenceMsSum: 0 };
        const theirs = closed.points[second]!;
        return place === heir && moved ? { ...point, completions: point.completions + theirs.completions, residenceMsSum: point.residenceMsSum + theirs.residenceMsSum } : point;
      }) })),
    }).filter(({ kind }) => kind === 'channel_outage');
    expect([seed, outages(true).filter(({ confidence }) => confidence >= 0.5)]).toEqual([seed, []]);
    expect([seed, outages(false)]).toMatchObject([seed, [{ subject: { channel: closed.channel } }]]);
  }
});

test('from ended spans alone, a channel that has been closed is not full: the slow ones leave it last', () => {
  const FROM = 50;
  for (const seed of SEEDS.slice(0, 5)) {
    const input = simulate(august(seed, { seconds: 80, reporting: { active: false, limit: false, downstream: false } })).input(0, 80);
    const closed = (place: (typeof input.places)[number]) => place.stage === 'identity' && place.channel === 'pass-skt';
    const places = input.places.map((place) => (closed(place) ? { ...place, points: place.points.map((point, second) => (
      { ...point, errors: 0, ...(second < FROM ? { completions: 24, residenceMsSum: 24 * 600 } : second < FROM + 6 ? { completions: 8 - second + FROM, residenceMsSum: (8 - second + FROM) * 1_000 * (1 + second - FROM) } : { completions: 0, residenceMsSum: 0 }) })) } : place));
    for (let second = FROM + 8; second <= 80; second += 1) {
      const said = judge({ ...input, places, toMs: input.fromMs + second * 1_000 }).filter(({ kind, subject, confidence }) => kind === 'saturation' && subject.channel === 'pass-skt' && confidence >= 0.5);
      expect([seed, second, said]).toEqual([seed, second, []]);
    }
  }
});
