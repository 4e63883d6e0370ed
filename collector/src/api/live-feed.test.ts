// Which second a tick describes: one that is whole, and an older one when the store is behind.
import { describe, expect, it } from 'vitest';
import { tickSecondMs } from './live-feed.js';

describe('the second of a tick', () => {
  it('began at least 2 s ago, and all that its agents sent is stored', () => {
    expect(tickSecondMs(100_800, 100_200)).toBe(98_000);
    expect(tickSecondMs(100_800, 100_199)).toBe(97_000);
    expect(tickSecondMs(99_999, Infinity)).toBe(97_000);
  });
  it('is no second whose spans may still be on their way to the store', () => {
    // Received until 95.0 is stored: agents send up to 1.2 s late, so the second that ended at 93.8 or before is whole.
    expect(tickSecondMs(100_000, 95_000)).toBe(92_000);
  });
});
