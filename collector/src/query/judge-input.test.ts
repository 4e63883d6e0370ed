import { expect, test } from 'vitest';
import { randomness } from '../judge/testing/randomness.js';
import { REPORT_FRESH_SECONDS } from './fresh-reports.js';
import { JudgedSeconds } from './judge-input.js';
import type { SeriesRows } from './series-rows.js';

const BEGIN = 1_800_000_000;
const SECONDS = 60;
/** The window that is looked at in the end. */
const WINDOW = { fromMs: (BEGIN + 20) * 1_000, toMs: (BEGIN + SECONDS) * 1_000 };
const REREAD = 12;
const PIPELINE = {
  id: 'p', name: { ko: '예약', en: 'Booking' },
  stages: [
    { id: 'line', match: { service: 'gate' }, wait: 'deliberate' as const, queue: { metric: 'queue.length' } },
    { id: 'identity', match: { service: 'identity' }, limit: { metric: 'db.client.connection.max' } },
    { id: 'booking', match: { operation: 'POST /bookings' } },
  ],
};
const PEERS = new Map([['identity:8080', 'identity'], ['10.0.0.7', 'identity']]);
const NO_SLOW = { instances: [], runtime: [], people: [] };

type Rows = Omit<SeriesRows, 'totals' | 'instances' | 'runtime' | 'people'>;
const in_ = (rows: Rows, from: number, to: number): Rows => mapRows(rows, (all) => all.filter(({ at }) => at >= from && at < to));
const mapRows = (rows: Rows, change: <Row extends { at: number }>(all: readonly Row[]) => Row[]): Rows => ({
  places: change(rows.places), edges: change(rows.edges), active: change(rows.active), begun: change(rows.begun), oldest: change(rows.oldest), gauges: change(rows.gauges),
});

/** Rows of a minute in which everybody speaks now and then. */
function drawnRows(seed: number): Rows {
  const { uniform: draw } = randomness(seed);
  const often = () => draw() < 0.6;
  const whole = (most: number) => Math.floor(draw() * most);
  const rows: Rows = { places: [], edges: [], active: [], begun: [], oldest: [], gauges: [] };
  const ended = (at: number, stage: string, channel: string, service: string) => {
    if (often()) rows.places.push({ at, stage, channel, service, completions: 1 + whole(9), errors: whole(2), residenceMsSum: whole(900), downstreamMsSum: whole(90), downstreamReported: whole(2), p50Ms: whole(90), p95Ms: whole(90) });
  };
  for (let at = BEGIN; at < BEGIN + SECONDS; at++) {
    for (const [service, stage] of [['gate', 'line'], ['identity', 'identity'], ['web', 'booking'], ['registry', ''], ['late', '']] as const) {
      if (service === 'late' && at < BEGIN + 50) continue;
      ended(at, '', '', service);
      if (stage !== '') for (const channel of ['', 'web', 'app']) ended(at, stage, channel, service);
      for (const peer of ['identity', 'identity:8080', '10.0.0.7', 'db']) if (often()) rows.edges.push({ at, service, peer, kind: peer === 'db' ? 'sql' : 'http', calls: 1 + whole(5), errors: 0, durationMsSum: whole(500) });
      for (const instance of ['1', '2']) {
        const place = { at, stage, channel: stage === '' ? '' : ['', 'web'][whole(2)]!, service };
        if (often()) rows.active.push({ ...place, instance, states: [whole(4), 0, whole(3), 0, 0], bands: [whole(4), whole(4), 0, 0] });
        if (often()) rows.oldest.push({ ...place, instance, oldestMs: whole(9_000) });
        if (often()) rows.begun.push({ ...place, begun: whole(7) });
      }
    }
    if (often()) rows.gauges.push({ at, stage: 'line', channel: 'web', metric: 'queue.length', series: 'gate-1', value: whole(100) });
    for (const series of ['a', 'b']) if (often()) rows.gauges.push({ at, stage: 'identity', channel: '', metric: 'db.client.connection.max', series, value: 10 });
  }
  return rows;
}

/** As the live page does: a window first, then its last seconds again and again, of which a part was not there before. */
function readLive(rows: Rows, seed: number): JudgedSeconds {
  const { uniform: draw } = randomness(seed);
  const seconds = new JudgedSeconds(PIPELINE);
  for (let to = BEGIN + 30; to <= BEGIN + SECONDS; to++) {
    const from = to === BEGIN + 30 ? BEGIN : to - REREAD;
    const isLast = to === BEGIN + SECONDS;
    const arrived = mapRows(in_(rows, from, to), (all) => all.filter(({ at }) => isLast || at < to - REREAD + 1 || draw() < 0.5));
    seconds.put(arrived, { fromMs: from * 1_000, toMs: to * 1_000 });
    seconds.forget(0, to - 40);
  }
  return seconds;
}

test.each([1, 2, 3, 4, 5])('a window that was read second by second, while rows were late, is the window that is read at once, in whatever order rows come (seed %i)', (seed) => {
  const rows = drawnRows(seed);
  const { uniform: draw } = randomness(seed + 100);
  const shuffled = mapRows(rows, (all) => all.map((row) => ({ row, by: draw() })).sort((a, b) => a.by - b.by).map(({ row }) => row));
  const atOnce = new JudgedSeconds(PIPELINE);
  atOnce.put(shuffled, { fromMs: BEGIN * 1_000, toMs: (BEGIN + SECONDS) * 1_000 });
  const expected = atOnce.window(WINDOW, NO_SLOW, PEERS);
  expect(readLive(rows, seed).window(WINDOW, NO_SLOW, PEERS)).toEqual(expected);
  expect(atOnce.window(WINDOW, NO_SLOW, PEERS), 'a window changes nothing of the next').toEqual(expected);
  expect(expected.places.map(({ stage, channel, service }) => [stage, channel, service].join('/'))).toEqual([
    'line//gate', 'line/app/gate', 'line/web/gate', 'identity//identity', 'identity/app/identity', 'identity/web/identity', 'booking//web', 'booking/app/web', 'booking/web/web',
    '//gate', '//identity', '//late', '//registry', '//web',
  ]);
  for (const { points } of [...expected.places, ...expected.edges]) expect(points.map(({ atMs }) => atMs)).toEqual(Array.from({ length: 40 }, (_, i) => WINDOW.fromMs + i * 1_000));
});

test('addresses that one service answers under are one edge', () => {
  const rows = drawnRows(6);
  const seconds = new JudgedSeconds(PIPELINE);
  seconds.put(rows, { fromMs: BEGIN * 1_000, toMs: (BEGIN + SECONDS) * 1_000 });
  const { edges } = seconds.window(WINDOW, NO_SLOW, PEERS);
  expect(edges.filter(({ service }) => service === 'web').map(({ peer, kind }) => `${peer} ${kind}`)).toEqual(['db sql', 'identity http']);
  const calls = rows.edges.filter(({ at, service, kind }) => service === 'web' && kind === 'http' && at * 1_000 >= WINDOW.fromMs).reduce((sum, row) => sum + row.calls, 0);
  expect(edges.find(({ service, peer }) => service === 'web' && peer === 'identity')!.points.reduce((sum, point) => sum + point.calls, 0)).toBe(calls);
});

test('where a service has spoken, what it did not name is none; where it has been silent for three seconds, it is not known', () => {
  const seconds = new JudgedSeconds(PIPELINE);
  const at = BEGIN + 10;
  const place = { stage: 'identity', channel: '', service: 'identity', instance: '1' };
  const ended = { stage: 'identity', service: 'identity', completions: 1, errors: 0, residenceMsSum: 1, downstreamMsSum: 0, downstreamReported: 0, p50Ms: 0, p95Ms: 1 };
  seconds.put({ places: [{ ...ended, at: at + 1, channel: 'app' }], edges: [], active: [{ ...place, at, states: [3, 0, 0, 0, 0], bands: [3, 0, 0, 0] }], begun: [], oldest: [], gauges: [] }, { fromMs: BEGIN * 1_000, toMs: (BEGIN + 20) * 1_000 });
  const { places } = seconds.window({ fromMs: at * 1_000 - 1_000, toMs: at * 1_000 + 5_000 }, NO_SLOW, PEERS);
  const inFlight = (stage: string, channel: string, service: string) => places.find((p) => p.stage === stage && p.channel === channel && p.service === service)?.points.map((p) => p.inFlight);
  expect(REPORT_FRESH_SECONDS).toBe(3);
  expect(inFlight('identity', '', 'identity')).toEqual([null, 3, 3, 3, null, null]);
  expect(inFlight('identity', 'app', 'identity'), 'a channel of which only what ended is known').toEqual([null, 0, 0, 0, null, null]);
  expect(inFlight('booking', '', ''), 'a stage that nobody reports on').toEqual([null, null, null, null, null, null]);
});
