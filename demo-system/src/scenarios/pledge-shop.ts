// Spring 2017: the pledge shop becomes the top search of the day; servers are added; then a flood comes after a threat.
//
//   searched for: 3 → 12 people/s, who ask some five times each;  flood: 150 requests/s, more than twice as many as all of them
import type { RushScenario } from '../scenario.js';

export const pledgeShop: RushScenario = {
  id: 'pledge-shop',
  system: 'pledge-shop',
  title: { ko: '2017년: 공약 쇼핑몰, 실시간 검색어 1위 뒤의 디도스', en: '2017: the pledge shop, first in the searches, then flooded' },
  pipeline: 'pledge-shop',
  faults: [{ fault: 'ddos-flood', amount: 150, fromSeconds: 75, toSeconds: 120 }],
  operations: [{ atSeconds: 45, operation: { action: 'servers', service: 'likes', count: 6 } }],
  crowd: {
    arrivals: [{ atSeconds: 0, peoplePerSecond: 3 }, { atSeconds: 20, peoplePerSecond: 3 }, { atSeconds: 30, peoplePerSecond: 12 }, { atSeconds: 90, peoplePerSecond: 8 }],
    deviceShares: [1, 0, 0], patienceMsMedian: 45_000, patienceSpread: 0.4,
  },
};
