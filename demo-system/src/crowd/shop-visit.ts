// Somebody who heard of the pledge shop: looks, likes one to three pledges, and some look again.
import { PLEDGES } from '../services/likes/schema.js';
import type { Visit } from './visitor.js';

const LOOK_MS: readonly [number, number] = [800, 4_000];
/** The first pledge is what everybody talks about. */
const POPULARITY = [0.4, 0.2, 0.15, 0.1, 0.1, 0.05];

export const shopVisit: Visit = async (visitor) => {
  const { random } = visitor.setting;
  if (await visitor.ask('GET', '/') === null || await visitor.ask('GET', '/api/pledges') === null) return 'gave_up';
  for (let likes = 1 + Math.floor(random.next() * 3); likes > 0; likes--) {
    await visitor.think(LOOK_MS);
    const pledge = PLEDGES[random.weighted(POPULARITY)]?.id ?? 1;
    if (await visitor.ask('POST', `/api/pledges/${pledge}/likes`, {}) === null) return 'gave_up';
  }
  return 'booked';
};
