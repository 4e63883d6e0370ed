// The one shape of all kinds of verdict. A rule reads the scene and what the rules before it found, and says what it
// finds with evidence and remedy; a new kind is one new file with one such rule and one line in `judge.ts`. Rules that
// explain others come first, so that a consequence is never blamed for its cause.
import type { Bilingual, Evidence, Subject, UnixMs, Verdict, VerdictKind } from '@narrows/contract';
import type { Place, Scene } from './scene.js';

export interface Finding {
  place: Place;
  verdict: Verdict;
}

export interface VerdictRule {
  kind: VerdictKind;
  /** `causes`: what the rules before this one found, weak findings included. */
  find(scene: Scene, causes: readonly Finding[]): Finding[];
}

/** Findings weaker than this are not even a hint. */
export const FAINTEST = 0.05;
/** What is known of a place is compared with the minute before; evidence links open this much earlier. */
const CONTEXT_MS = 60_000;

/** Moment at which a second of the scene began. */
export const momentOf = (scene: Scene, second: number): UnixMs => scene.fromMs + second * 1_000;

/** Address of the live page that shows the subject over the time in question. */
export function linkTo(scene: Scene, subject: Subject, since: UnixMs, page: '/live' | '/traces' = '/live', more: Record<string, string> = {}): string {
  const question = new URLSearchParams();
  for (const key of ['pipeline', 'stage', 'channel', 'service'] as const) {
    const value = subject[key];
    if (value !== undefined) question.set(key, value);
  }
  question.set('from', String(Math.max(scene.fromMs, since - CONTEXT_MS)));
  question.set('to', String(scene.toMs));
  for (const [key, value] of Object.entries(more)) question.set(key, value);
  return `${page}?${question.toString()}`;
}

/** Numbers of evidence carry what can be read: three significant digits. */
export const rounded = (value: number | null): number | null =>
  (value === null || !Number.isFinite(value) ? null : value === 0 ? 0 : Number(value.toPrecision(3)));

/** One line of evidence about the subject. */
export function evidenceOf(claim: Bilingual, measure: string, unit: string, before: number | null, now: number | null, link: string): Evidence {
  return { claim, measure, unit, before: rounded(before), now: rounded(now), link };
}

/** How many wait or failed at the subject, and their share of everybody inside the pipeline (or inside all services). */
export function affectedBy(scene: Scene, place: Place, journeys: number): Verdict['affected'] {
  const everybody = place.stage === '' ? scene.everybody.services : scene.everybody.stages;
  const share = everybody > 0 ? Math.min(1, journeys / Math.max(everybody, journeys)) : null;
  return { journeys: Math.round(journeys), share: rounded(share), who: [] };
}
