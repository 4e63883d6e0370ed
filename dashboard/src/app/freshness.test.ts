import { describe, expect, it } from 'vitest';
import { freshnessOf } from './freshness.js';

const seen = { connection: 'open' as const, connectionSinceMs: 0, answered: true, dataAgeMs: 900, receivedAtMs: 100_000, nowMs: 100_400 };

describe('freshnessOf', () => {
  it('ages the data between ticks', () => { expect(freshnessOf(seen)).toEqual({ state: 'fresh', ageMs: 1_300, sinceMs: null }); });
  it('is late after seconds and stale after half a minute, with the moment of the last data', () => {
    expect(freshnessOf({ ...seen, nowMs: 107_000 }).state).toBe('late');
    expect(freshnessOf({ ...seen, nowMs: 140_000 })).toEqual({ state: 'stale', ageMs: 40_900, sinceMs: 99_100 });
  });
  it('says lost, paused, connecting and none for what they are, never zero', () => {
    expect(freshnessOf({ ...seen, connection: 'lost', connectionSinceMs: 7 })).toMatchObject({ state: 'lost', sinceMs: 7 });
    expect(freshnessOf({ ...seen, connection: 'paused' }).state).toBe('paused');
    expect(freshnessOf({ ...seen, answered: false, dataAgeMs: null })).toEqual({ state: 'connecting', ageMs: null, sinceMs: null });
    expect(freshnessOf({ ...seen, dataAgeMs: null })).toEqual({ state: 'none', ageMs: null, sinceMs: null });
  });
});
