// Places in line against people: from counts of who took which places to the difference and what it is made of. The reasons
// add up to the difference whatever the counts are, since each place that is not a person's first falls to exactly one of
// them. Where no attribute names persons nothing is compared: that is "not reported", and no crowd of strangers.
import type { CrowdAnswer, CrowdReason } from '@narrows/contract';

/** What was counted at one stage; see the query room for how. */
export interface PlacesTaken {
  stage: string;
  places: number;
  known: number;
  unknown: number;
  persons: number;
  browsers: number;
  sessions: number;
  addresses: number;
  retries: number;
  rejoins: number;
  machines: number;
}

type StagePeople = CrowdAnswer['stages'][number];

/**
 *   places = known + unknown            known   = persons + devices + rejoins + retries
 *   gap    = places − persons           unknown = machines + nobody
 */
export function peopleReasons(taken: PlacesTaken, deliberate: boolean): StagePeople {
  const { stage, places, persons, sessions, addresses } = taken;
  const ifAny = (count: number) => (count > 0 ? count : null);
  const base = { stage, deliberate, places, persons: ifAny(persons), sessions: ifAny(sessions), addresses: ifAny(addresses) };
  if (persons === 0) return { ...base, gap: null, reasons: [] };
  const machines = Math.min(taken.machines, taken.unknown);
  const counts: Record<CrowdReason, number> = {
    devices: Math.max(0, taken.browsers - persons), rejoins: taken.rejoins, retries: taken.retries, machines, nobody: taken.unknown - machines,
  };
  return { ...base, gap: places - persons, reasons: (Object.keys(counts) as CrowdReason[]).map((reason) => ({ reason, count: counts[reason] })) };
}
