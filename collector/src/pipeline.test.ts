import { expect, test } from 'vitest';
import { untilLoadMs } from './pipeline.js';

test('what came in is loaded once a second, 200 ms into it: then all spans of the second before last have been sent', () => {
  for (const nowMs of [1_800_000_000_000, 1_800_000_000_199, 1_800_000_000_200, 1_800_000_000_201, 1_800_000_000_999, 500]) {
    const waitMs = untilLoadMs(nowMs);
    expect((nowMs + waitMs) % 1_000).toBe(200);
    expect(waitMs).toBeGreaterThan(0);
    expect(waitMs).toBeLessThanOrEqual(1_000);
  }
});
