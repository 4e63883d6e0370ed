import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { followTimeline } from './timeline.js';

beforeEach(() => { vi.useFakeTimers({ now: 0 }); });
afterEach(() => { vi.useRealTimers(); });

test('faults and operations come at their seconds, twice as early at twice the speed, and one that fails is told and stops nothing', async () => {
  const done: string[] = [];
  const at = (what: string) => { done.push(`${Date.now() / 1_000} ${what}`); };
  followTimeline({
    faults: [{ fault: 'wrong-clock', fromSeconds: 20, toSeconds: 40 }, { fault: 'ddos-flood', fromSeconds: 30, toSeconds: null }],
    operations: [{ atSeconds: 10, operation: { action: 'suspend', suspended: true } }],
  }, { beganAtMs: 1_000, speed: 2 }, {
    start: async ({ fault }) => { if (fault === 'ddos-flood') throw new Error('no flood today'); at(`start ${fault}`); },
    stop: async (fault) => at(`stop ${fault}`), operate: async ({ action }) => at(action), trouble: at,
  });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(done).toEqual(['6 suspend', '11 start wrong-clock', '16 no flood today', '21 stop wrong-clock']);
});
