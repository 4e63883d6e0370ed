// Which verdicts are said aloud. From one half upwards a verdict is a sentence; below it the page says quietly what it
// is keeping an eye on. The first one is the headline, the others stand smaller under it.
import { VERDICT_SAID_FROM, type LiveTick, type PlaceState, type Remedy, type Subject, type Verdict } from '@narrows/contract';

/** Below this a verdict that is not said is not worth a reader's eye at all. */
const WATCH_CONFIDENCE_LEAST = 0.15;

export interface VerdictBand {
  headline: Verdict | null;
  further: Verdict[];
  watching: Verdict[];
  /** How many stages (or services) there is data of: what "no bottleneck" rests on. None: nothing can be said, least of all that all is well. */
  watchedPlaces: number;
}

/** Split a tick's verdicts by how sure they are; most certain first. */
export function verdictBand(tick: Pick<LiveTick, 'verdicts' | 'places'>): VerdictBand {
  const byConfidence = [...tick.verdicts].sort((a, b) => b.confidence - a.confidence);
  const said = byConfidence.filter((verdict) => verdict.confidence >= VERDICT_SAID_FROM);
  return {
    headline: said[0] ?? null,
    further: said.slice(1),
    watching: byConfidence.filter((verdict) => verdict.confidence < VERDICT_SAID_FROM && verdict.confidence >= WATCH_CONFIDENCE_LEAST),
    watchedPlaces: tick.places.filter((place) => place.channel === '' && place.light !== 'none').length,
  };
}

/** The judge infers from outside and may be wrong: rounding never makes it certain. */
const SHOWN_CONFIDENCE_MOST = 0.99;

/** Confidence as it is shown: whole percents, never 100 %. */
export const shownConfidence = ({ confidence }: Verdict): number => Math.min(SHOWN_CONFIDENCE_MOST, Math.round(confidence * 100) / 100);

/** One verdict stays itself from second to second, though its numbers move. */
export const verdictKey = (verdict: Verdict): string => [verdict.kind, ...subjectWords(verdict.subject)].join('|');

/** Names in a subject, from the widest to the narrowest. */
export function subjectWords(subject: Subject): string[] {
  return [subject.stage, subject.channel, subject.service, subject.operation, subject.instance, subject.dependency, subject.attribute].filter((word) => word !== undefined && word !== '') as string[];
}

/** The remedy that promises the shortest wait; where none predicts one, the first. */
export function bestRemedy(verdict: Verdict): Remedy | null {
  const predicted = verdict.remedies.filter((remedy) => remedy.predicted.waitAfter !== null);
  return predicted.reduce<Remedy | null>((best, remedy) => (best === null || (remedy.predicted.waitAfter ?? 0) < (best.predicted.waitAfter ?? 0) ? remedy : best), null) ?? verdict.remedies[0] ?? null;
}

/** The place that a verdict points at, on a river of these places: its stage, else the stage of its service. */
export function pointedPlace(verdict: Verdict | null, places: readonly PlaceState[]): PlaceState | null {
  if (verdict === null) return null;
  const { stage, channel, service } = verdict.subject;
  const of = (match: (place: PlaceState) => boolean) => places.find(match) ?? null;
  if (stage !== undefined && stage !== '') {
    return of((place) => place.stage === stage && place.channel === (channel ?? '')) ?? of((place) => place.stage === stage);
  }
  return service === undefined || service === '' ? null : of((place) => place.service === service && place.channel === '');
}
