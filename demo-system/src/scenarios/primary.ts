// A party primary, 2017: the first real vote opens late, since something had to be checked once more; all who waited vote at
// once. Every vote must count once, and the trail must hold.
import type { RushScenario } from '../scenario.js';

export const primary: RushScenario = {
  id: 'primary',
  system: 'primary',
  title: { ko: '2017년: 당내 경선, 투표 시작 지연', en: '2017: a party primary that opened late' },
  pipeline: 'primary',
  faults: [],
  operations: [{ atSeconds: 0, operation: { action: 'suspend', suspended: true } }, { atSeconds: 20, operation: { action: 'suspend', suspended: false } }],
  crowd: {
    arrivals: [{ atSeconds: 0, peoplePerSecond: 15 }, { atSeconds: 25, peoplePerSecond: 20 }, { atSeconds: 60, peoplePerSecond: 10 }],
    deviceShares: [1, 0, 0], patienceMsMedian: 120_000, patienceSpread: 0.3,
  },
};
