// What was done while an incident went on, and whether it helped: markers and deployments of its time as lines of its timeline.
// An answer reads two windows of series: it is remembered, for good once it can change no more, and only the newest few
// of an incident are measured.
import type { HelpedAnswer, Marker, PipelineDefinition, TimelineEntry } from '@narrows/contract';
import type { MetaDb } from '../access/meta-db.js';
import type { Asker } from '../query/question.js';
import { MEASURED_FOR_MS, selectHelped } from './helped.js';
import { markersIn } from './markers-in.js';

export interface DoingsQuestion { db: MetaDb; asker: Asker; pipeline: PipelineDefinition | null; timeZone: string; nowMs: number; newestMs: number }

/** What was done shortly before belongs to it: a deployment that caused it is marked before the first alert. */
const BEFORE_MS = 600_000;
const LINES_MAX = 200;
const MEASURED_MAX = 10;
const REMEMBERED_MAX = 500;
/** A page that is open asks again and again. */
const FRESH_FOR_MS = 15_000;
/** Spans of a minute come late; after this an answer stays as it is. */
const SETTLED_AFTER_MS = MEASURED_FOR_MS + 60_000;
const SYSTEM = 'Narrows';
const KIND = { deployment: { ko: '배포', en: 'Deployment' }, action: { ko: '조치', en: 'Action' } } as const;

export class IncidentDoings {
  readonly #answers = new Map<string, { askedAtMs: number; settled: boolean; answer: HelpedAnswer }>();

  /** Unsorted. `resolvedAtMs` null: it goes on. Errors: what the store says. */
  async entries(question: DoingsQuestion, incident: { openedAtMs: number; resolvedAtMs: number | null }): Promise<TimelineEntry[]> {
    const { db, asker, pipeline, nowMs } = question;
    const all = await markersIn(db, asker, { fromMs: incident.openedAtMs - BEFORE_MS, toMs: (incident.resolvedAtMs ?? nowMs) + 1 });
    const markers = all.filter(({ subject }) => !subject.pipeline || pipeline === null || subject.pipeline === pipeline.id).slice(-LINES_MAX);
    const lines = markers.map((marker) => doneEntry(marker));
    for (const [i, marker] of markers.entries()) {
      if (i < markers.length - MEASURED_MAX) continue;
      const helped = helpedEntry(marker, await this.#helped(question, marker, markers[i + 1]?.at ?? null));
      if (helped) lines.push(helped);
    }
    return lines;
  }

  async #helped(question: DoingsQuestion, { id, at, subject }: Marker, nextMarkerMs: number | null): Promise<HelpedAnswer> {
    const { nowMs } = question;
    const key = JSON.stringify([question.asker.agency, question.pipeline?.id ?? null, id, at, nextMarkerMs]);
    const held = this.#answers.get(key);
    if (held && (held.settled || nowMs - held.askedAtMs < FRESH_FOR_MS)) return held.answer;
    const answer = await selectHelped({ ...question, at, subject, nextMarkerMs });
    this.#answers.delete(key);
    this.#answers.set(key, { askedAtMs: nowMs, settled: nowMs - at > SETTLED_AFTER_MS, answer });
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= REMEMBERED_MAX) break;
      this.#answers.delete(oldest);
    }
    return answer;
  }
}

export function doneEntry({ at, kind, text, by }: Marker): TimelineEntry {
  return { atMs: at, kind: 'marker', actor: by ?? SYSTEM, text: { ko: `${KIND[kind].ko}: ${text}`, en: `${KIND[kind].en}: ${text}` }, link: '' };
}

/** At the end of what was measured. Null: it is too early, or there is nothing to compare. */
export function helpedEntry({ text }: Marker, { answer, after, sentence }: HelpedAnswer): TimelineEntry | null {
  if (after === null || answer === 'too_early' || answer === 'unknown') return null;
  return { atMs: after.to, kind: 'helped', actor: SYSTEM, text: { ko: `효과 (${text}): ${sentence.ko}`, en: `Did it help (${text})? ${sentence.en}` }, link: '' };
}
