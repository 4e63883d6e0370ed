// Somebody who wants to know what the candidates promise: the list, then one to three booklets.
import { CANDIDATES } from '../services/pdf-server/candidates.js';
import type { Visit } from './visitor.js';

const LOOK_MS: readonly [number, number] = [1_000, 5_000];

export const readerVisit: Visit = async (visitor) => {
  const { random } = visitor.setting;
  if (await visitor.ask('GET', '/api/candidates') === null) return 'gave_up';
  for (let booklets = 1 + Math.floor(random.next() * 3); booklets > 0; booklets--) {
    await visitor.think(LOOK_MS);
    if (await visitor.ask('GET', `/booklets/${CANDIDATES[Math.floor(random.next() * CANDIDATES.length)]?.id}.pdf`) === null) return 'gave_up';
  }
  return 'booked';
};
