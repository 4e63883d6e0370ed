// Who is silent, and who has nothing to tell: nobody calls it any more, its batch is under way, or all batches are long.
import { describe, expect, test } from 'vitest';
import { judge } from './judge.js';
import { writtenSystem, type Written } from './testing/written-system.js';

const FROM = 80;
const until = (second: number, count = 20) => (at: number) => (at < second ? count : 0);
const web = { service: 'web', comes: 20, stayMs: 40 };
const missing = (written: Written, second: number) => judge(writtenSystem(written, second).input(0, second)).filter(({ kind }) => kind === 'missing_data');
const loudest = (written: Written, second: number) => Math.max(0, ...missing(written, second).map(({ confidence }) => confidence));

describe('a service that speaks no more', () => {
  const reports = { service: 'reports', comes: until(FROM), stayMs: 30, endedOnly: true };

  test('while its callers go on calling is missing', () => {
    expect(missing({ places: [web, reports], calls: [{ service: 'web', peer: 'reports', calls: 20, ms: 32 }] }, FROM + 12)[0]).toMatchObject({ subject: { service: 'reports' } });
    expect(loudest({ places: [web, reports], calls: [{ service: 'web', peer: 'reports', calls: 20, ms: 32 }] }, FROM + 12)).toBeGreaterThan(0.5);
  });

  test('and is called no more by callers that speak was scaled to nothing, and is not missing', () => {
    expect(loudest({ places: [web, reports], calls: [{ service: 'web', peer: 'reports', calls: until(FROM), ms: 32 }] }, FROM + 30)).toBeLessThan(0.25);
  });

  test('together with its only caller is missing: who is silent does not say whom it calls', () => {
    const caller = { service: 'batch', comes: until(FROM), stayMs: 40, endedOnly: true };
    const others = Array.from({ length: 10 }, (_, at) => ({ service: `other-${at}`, comes: 20, stayMs: 10 }));
    expect(loudest({ places: [web, caller, reports, ...others], calls: [{ service: 'batch', peer: 'reports', calls: until(FROM), ms: 32 }] }, FROM + 15)).toBeGreaterThan(0.5);
  });
});

test('who has told of a later second than the last one of which everybody has is not silent', () => {
  // The gateway's batch is five seconds late, and this one's requests are rare.
  const second = FROM + 5;
  const now = (at: number) => (at < FROM - 7 ? 1 : at === second - 2 ? 2 : 0);
  const written = {
    places: [{ ...web, endedOnly: true, comes: until(FROM), ends: until(FROM) }, { service: 'rare', comes: now, ends: now, stayMs: 30, endedOnly: true }],
    calls: [{ service: 'web', peer: 'rare', calls: (at: number) => (at < FROM ? 1 : 0), ms: 30 }],
  };
  expect(loudest(written, second)).toBe(0);
});

test('of exporters that send every half minute most are silent at any moment, and none is missing', () => {
  const places = Array.from({ length: 10 }, (_, at) => ({ service: `service-${at}`, comes: until(FROM - 3 * at), ends: until(FROM - 3 * at), stayMs: 30, endedOnly: true }));
  expect(loudest({ places: [web, ...places] }, FROM)).toBeLessThan(0.5);
});
