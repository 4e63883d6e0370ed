// Online classes at 09:00 exactly: a trickle of the early ones, and then all of the country within seconds, by region.
//
//   places: 13 / ~1.05 s ≈ 12 pupils/s;  early 4 people/s: ρ ≈ 0.32;  09:00 (second 20): 28 people/s, ρ ≈ 2.3
//   Everywhere too few, ρ from 1.2 (one small region) to 3, so that all entrances fill within seconds of each other.
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
