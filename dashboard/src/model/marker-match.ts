// Which of the markers were put down because of a verdict: those since its onset that name its place, or the place of one of
// its remedies. As the judge compares them: no field that both name may differ, and one must be the same.
import type { Marker, Subject, Verdict } from '@narrows/contract';

const FIELDS = ['stage', 'service', 'channel', 'instance', 'dependency', 'operation'] as const;

const agrees = (one: Subject, other: Subject): boolean => FIELDS.every((field) => !one[field] || !other[field] || one[field] === other[field])
  && FIELDS.some((field) => Boolean(one[field]) && one[field] === other[field]);

/** The newest first. */
export function markersOfVerdict(markers: readonly Marker[], { since, subject, remedies }: Pick<Verdict, 'since' | 'subject' | 'remedies'>): Marker[] {
  return markers.filter((marker) => marker.at >= since && [subject, ...remedies.map((remedy) => remedy.subject)].some((one) => agrees(one, marker.subject))).toReversed();
}
