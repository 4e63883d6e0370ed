// A voter of the primary: reads the page, thinks, votes once. A few press the button twice; a few vote again from another
// device, and must not be counted.
import { CANDIDATES, codeOf, VOTERS } from '../services/ballot-box/schema.js';
import type { Visit } from './visitor.js';

const READ_MS: readonly [number, number] = [2_000, 7_000];
const AGAIN_SHARE = 0.04;
const POPULARITY = [0.41, 0.3, 0.19, 0.1];
/** Spreads the crowd over the roll: coprime to the number of voters, so that nobody comes twice. */
const STRIDE = 7_919;

export const voterVisit: Visit = async (visitor) => {
  const { random, number, tally } = visitor.setting;
  const voter = 1 + (number * STRIDE) % VOTERS;
  if (await visitor.ask('GET', '/api/election') === null) return 'gave_up';
  await visitor.think(READ_MS);
  const ballot = { voter, code: codeOf(voter), candidate: CANDIDATES[random.weighted(POPULARITY)]?.id ?? 1 };
  const answer = await visitor.ask('POST', '/api/votes', ballot);
  if (answer === null) return 'gave_up';
  if (random.next() < AGAIN_SHARE) {
    const again = await visitor.ask('POST', '/api/votes', ballot);
    if (again?.body['outcome'] === 'already_voted') tally.count('blockedDevices');
  }
  // A vote whose answer was lost on its way was cast all the same.
  return answer.body['outcome'] === 'voted' || answer.body['outcome'] === 'already_voted' ? 'booked' : 'not_eligible';
};
