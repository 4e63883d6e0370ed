import type { ActiveByService, ActiveRow } from '@narrows/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ARC_FROM_DEGREES, ARC_TO_DEGREES, arcOf, bandOf, rowsOf, statesOf } from './active-arc.js';

const states = { method: 0, sql: 0, httpc: 0, pool: 0, socket: 0 };
const services = fc.uniqueArray(fc.record({ service: fc.stringMatching(/^[a-z]{1,8}$/), bands: fc.array(fc.nat(5_000), { minLength: 3, maxLength: 3 }), states: fc.constant(states) }), { selector: (one) => one.service, maxLength: 12 });

test('segments sum to the total and fill the arc without gap or overlap', () => {
  fc.assert(fc.property(services, (all) => {
    const arc = arcOf(all);
    expect(arc.segments.reduce((sum, segment) => sum + segment.count, 0)).toBe(arc.total);
    expect(arc.bands.reduce((sum, count) => sum + count, 0)).toBe(arc.total);
    if (arc.total === 0) { expect(arc.segments).toEqual([]); return; }
    expect(arc.segments[0]?.fromDegrees).toBe(ARC_FROM_DEGREES);
    expect(arc.segments.at(-1)?.toDegrees).toBeCloseTo(ARC_TO_DEGREES);
    for (const [index, segment] of arc.segments.entries()) if (index > 0) expect(segment.fromDegrees).toBe(arc.segments[index - 1]?.toDegrees);
  }));
});

test('a service keeps its place on the arc while its size changes', () => {
  const of = (counts: number[]): ActiveByService[] => ['web', 'booking'].map((service, index) => ({ service, bands: [counts[index] ?? 0, 0, 0], states }));
  expect(arcOf(of([1, 90])).services.map((one) => one.service)).toEqual(['booking', 'web']);
  expect(arcOf(of([90, 1])).services.map((one) => one.service)).toEqual(['booking', 'web']);
});

test('states are summed over services, and shares of nothing are zero rather than none', () => {
  expect(statesOf([{ service: 'a', bands: [0, 0, 0], states: { ...states, pool: 3 } }, { service: 'b', bands: [0, 0, 0], states: { ...states, pool: 1, sql: 4 } }])
    .filter((one) => one.count > 0)).toEqual([{ state: 'sql', count: 4, share: 0.5 }, { state: 'pool', count: 4, share: 0.5 }]);
  expect(statesOf([]).map((one) => one.share)).toEqual([0, 0, 0, 0, 0]);
});

test('a segment stands for the rows of its service and band, oldest first', () => {
  const row = (service: string, ageMs: number): ActiveRow => ({ atMs: 0, traceId: '', spanId: `${service}${ageMs}`, service, operation: '', stage: '', channel: '', ageMs, state: 'pool', openChild: '' });
  const rows = [row('web', 9_000), row('web', 12_000), row('web', 100), row('identity', 9_000)];
  expect(rowsOf(rows, 'web', '8s+').map((one) => one.ageMs)).toEqual([12_000, 9_000]);
  expect(rowsOf(rows, '', '').map((one) => one.ageMs)).toEqual([12_000, 9_000, 9_000, 100]);
  expect([2_999, 3_000, 7_999, 8_000].map(bandOf)).toEqual(['0-3s', '3-8s', '3-8s', '8s+']);
});
