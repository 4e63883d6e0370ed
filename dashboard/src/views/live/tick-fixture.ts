// One second of a small pipeline for component tests: a waiting room, identity verification with two channels, booking.
import type { LiveTick } from '@narrows/contract';
import { placeOf } from '../../model/place-fixture.js';

export function tickOf(known: Partial<LiveTick>): LiveTick {
  const atMs = Date.UTC(2021, 6, 12, 11, 0, 0);
  return {
    atMs, serverNowMs: atMs + 2_500, pipeline: 'vaccine', dataAgeMs: 900,
    places: [
      placeOf({ stage: 'waiting-room', name: { ko: '대기실', en: 'Waiting room' }, deliberate: true, light: 'stuck', waiting: 6_000, inFlight: 6_000 }),
      placeOf({ stage: 'identity', name: { ko: '본인인증', en: 'Identity' }, light: 'stuck', waiting: 871, arrivalsPerSecond: 62.4, completionsPerSecond: 20.8, utilisation: 1, capacityPerSecond: 21, capacitySource: 'pool', residenceMs: 43_000 }),
      placeOf({ stage: 'identity', channel: 'kcb', name: { ko: 'KCB 휴대폰', en: 'KCB phone' }, light: 'busy', utilisation: 0.91 }),
      placeOf({ stage: 'booking', name: { ko: '예약 확정', en: 'Booking' } }),
    ],
    totals: { atMs, completions: 0, errors: 0, p50Ms: null, p95Ms: null, p99Ms: null, apdex: null, inFlight: null },
    active: { reported: false, services: [], oldest: [] },
    people: { persons: null, sessions: null, addresses: null, outcomes: [], waiting: null, waitingDeliberate: null },
    verdicts: [], ...known,
  };
}
