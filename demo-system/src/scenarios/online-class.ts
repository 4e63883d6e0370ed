// Online classes at 09:00 exactly: a trickle of the early ones, and then all of the country within seconds, by region.
//
//   places: 13 / ~0.73 s ≈ 18 pupils/s;  early 4 people/s: ρ ≈ 0.22;  09:00 (second 20): 28 people/s, ρ ≈ 1.6
import type { RushScenario } from '../scenario.js';

export const onlineClass: RushScenario = {
  id: 'online-class',
  system: 'online-class',
  title: { ko: '2020년: 온라인 개학, 아침 9시 정각', en: '2020: online classes, at nine sharp' },
  pipeline: 'online-class',
  faults: [],
  operations: [],
  crowd: {
    arrivals: [{ atSeconds: 0, peoplePerSecond: 4 }, { atSeconds: 20, peoplePerSecond: 4 }, { atSeconds: 21, peoplePerSecond: 28 }, { atSeconds: 60, peoplePerSecond: 24 }, { atSeconds: 75, peoplePerSecond: 4 }],
    deviceShares: [1, 0, 0], patienceMsMedian: 90_000, patienceSpread: 0.3,
  },
};
