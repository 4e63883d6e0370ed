import { expect, test } from 'vitest';
import { SpoolShare } from './spool-share.js';

const held = new Map<string, number>();
const share = (agencies: number) => new SpoolShare({
  backlog: () => ({ bytes: [...held.values()].reduce((sum, bytes) => sum + bytes, 0), bytesMax: 3_000 }), backlogOf: (agency) => held.get(agency) ?? 0, agencies: () => agencies,
});
/** How much an agency can put into the queue, in steps of ten. */
function fill(agency: string, agencies: number): number {
  for (;;) {
    try {
      share(agencies).admit(agency, 10);
    } catch (error) {
      expect(error).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 5 });
      return held.get(agency) ?? 0;
    }
    held.set(agency, (held.get(agency) ?? 0) + 10);
    if (held.get(agency)! > 3_000) return Infinity;
  }
}

test('with the store away one agency fills two thirds of the disk, and the next still finds room', () => {
  held.clear();
  expect(fill('a', 2)).toBe(2_000);
  expect(fill('b', 2)).toBeGreaterThanOrEqual(660);
  held.set('a', 0);
  share(2).admit('a', 10);
});

test('an agency that is the only one is never stopped here: the spool itself says when it is full', () => {
  held.clear();
  expect(fill('a', 1)).toBe(Infinity);
});
