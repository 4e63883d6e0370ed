// A stage whose spans begin when a worker takes the request: its line is only in the time of its callers' calls.
import type { EdgePoint, JudgeInput, PlacePoint, PlaceSeries } from '@narrows/contract';
import { expect, test } from 'vitest';
import { judge } from './judge.js';

const SECONDS = 120;
const CHANGED = 90;
const STAY_MS = 200;
const WORKERS = 4;

interface Day { perSecond: (second: number) => number; waitMs: (second: number) => number }

function inputOf({ perSecond, waitMs }: Day): JudgeInput {
  const point = (second: number, stayMs: number, over: Partial<PlacePoint> = {}): PlacePoint => ({
    atMs: second * 1_000, completions: perSecond(second), errors: 0, residenceMsSum: perSecond(second) * stayMs, downstreamMsSum: null, residenceMsP50: stayMs, residenceMsP95: stayMs,
    begun: null, inFlight: null, oldestMs: null, waitingOn: null, limit: null, queued: null, ...over,
  });
  const seconds = Array.from({ length: SECONDS }, (_, second) => second);
  const place = (stage: string, service: string, points: PlacePoint[]): PlaceSeries => ({ pipeline: stage === '' ? '' : 'tickets', stage, channel: '', service, deliberate: false, points });
  const callMs = (second: number) => STAY_MS + 2 + waitMs(second);
  const calls = seconds.map((second): EdgePoint => ({ atMs: second * 1_000, calls: perSecond(second), errors: 0, durationMsSum: perSecond(second) * callMs(second) }));
  return {
    fromMs: 0, toMs: SECONDS * 1_000, pipeline: { id: 'tickets', stages: [{ id: 'pay', name: { ko: '결제', en: 'Pay' }, deliberate: false }], wanted: [] },
    places: [
      place('pay', 'pay', seconds.map((second) => point(second, STAY_MS, { limit: WORKERS }))), place('', 'pay', seconds.map((second) => point(second, STAY_MS))),
      place('', 'front', seconds.map((second) => point(second, callMs(second) + 5, { downstreamMsSum: perSecond(second) * callMs(second) }))),
    ],
    edges: [{ service: 'front', peer: 'pay', kind: 'http', points: calls }],
  };
}

test('people who stand before its workers are the line of the stage, which is full', () => {
  const [head, ...others] = judge(inputOf({ perSecond: (second) => (second < CHANGED ? 10 : 20), waitMs: (second) => Math.max(0, second - CHANGED) * 150 }));
  expect(head).toMatchObject({ kind: 'saturation', subject: { pipeline: 'tickets', stage: 'pay' } });
  expect(head!.confidence).toBeGreaterThan(0.8);
  expect(others.filter(({ confidence }) => confidence >= 0.5)).toEqual([]);
});

test('a slow way to workers that are idle is no line of theirs', () => {
  const said = judge(inputOf({ perSecond: () => 10, waitMs: (second) => (second < CHANGED ? 0 : 700) }));
  expect(said[0]).toMatchObject({ kind: 'slow_dependency', subject: { service: 'front', dependency: 'pay' } });
  expect(said.filter(({ kind }) => kind === 'saturation')).toEqual([]);
});

test('workers that are all busy, with nobody before them, are no line', () => {
  expect(judge(inputOf({ perSecond: (second) => (second < CHANGED ? 10 : 19), waitMs: () => 0 })).filter(({ kind, confidence }) => kind === 'saturation' && confidence >= 0.5)).toEqual([]);
});
