// The election commission's site on the eve of a vote: quiet for years, then everybody opens the candidates' booklets. The
// file server can read six at once.
//
//   six workers / ~0.37 s ≈ 16 booklets/s;  quiet 2 people/s, two booklets each: ρ ≈ 0.25;  eve: 13 people/s, ρ ≈ 1.6
import type { RushScenario } from '../scenario.js';

export const commission: RushScenario = {
  id: 'commission',
  system: 'commission',
  title: { ko: '2017년: 선거 전날의 선관위, 공약집 PDF', en: '2017: the election commission on the eve, and its PDF booklets' },
  pipeline: 'commission',
  faults: [],
  operations: [],
  crowd: {
    arrivals: [{ atSeconds: 0, peoplePerSecond: 2 }, { atSeconds: 20, peoplePerSecond: 2 }, { atSeconds: 24, peoplePerSecond: 13 }, { atSeconds: 90, peoplePerSecond: 7 }],
    deviceShares: [1, 0, 0], patienceMsMedian: 60_000, patienceSpread: 0.4,
  },
};
