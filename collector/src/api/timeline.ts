// "What was said when?" A past stretch judged again at a moment every so many seconds, by the functions that judge the
// present, merged into episodes. Bounded three ways: so many moments an answer, one stretch judged at a time for the
// whole collector, and moments that can no longer change are judged once and remembered.
import { LIMITS, NarrowsError, TIMELINE_MOMENTS_MAX, type Episode, type PipelineDefinition, type Verdict } from '@narrows/contract';
import { markedDeployments } from '../access/marked-deployments.js';
import type { MetaDb } from '../access/meta-db.js';
import { episodesOf, type Said } from '../judge/episodes.js';
import { judge } from '../judge/judge.js';
import { PastSeries } from '../query/past-series.js';
import type { Asker, Range } from '../query/question.js';

/** Between two moments. One of these, so that moments asked for again fall on the same seconds. */
const STEPS_MS = [1, 2, 5, 10, 15, 20, 30, 60, 120].map((seconds) => seconds * 1_000);
/** Series read at once: rows of some hundred thousand seconds and places. */
const STRETCH_MS = 900_000;
/** Spans of a second come late by an agent's batch, a retry, a queue; after this a moment is remembered as it was judged … */
const SETTLED_AFTER_MS = 60_000;
/** … for this long: a relay that was cut off brings its hours late. */
const REMEMBERED_FOR_MS = 300_000;
const REMEMBERED_MAX = 4_000;
/** Who waits for a turn behind so many others is told to come back. */
const WAITING_MAX = 16;
const JUDGE_WINDOW_MS = LIMITS.judgeWindowSeconds * 1_000;

export interface TimelineQuestion { db: MetaDb; asker: Asker; pipeline: PipelineDefinition | null; timeZone: string; nowMs: number }

export function timelineStepMs(range: Range): number {
  return STEPS_MS.find((step) => (range.toMs - range.fromMs) / step <= TIMELINE_MOMENTS_MAX) ?? STEPS_MS.at(-1) ?? 1_000;
}

export class Timeline {
  /** Moments by agency, pipeline and second, the ones judged longest ago first. */
  readonly #remembered = new Map<string, { judgedAtMs: number; verdicts: readonly Verdict[] }>();
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /**
   * Episodes of the seconds that begin in [fromMs, toMs).
   *
   * Errors: RATE_LIMITED where too many wait already; what the store says
   */
  async episodes(question: TimelineQuestion, range: Range): Promise<{ stepMs: number; episodes: Episode[] }> {
    if (this.#waiting >= WAITING_MAX) throw new NarrowsError('RATE_LIMITED', 'Too many timelines are being judged just now.', { retryAfterSeconds: 5 });
    this.#waiting += 1;
    const mine = this.#turn.then(() => this.#judged(question, range));
    this.#turn = mine.catch(() => undefined); // The next one waits for the end of this one, whatever it was.
    try {
      const stepMs = timelineStepMs(range);
      return { stepMs, episodes: episodesOf(await mine) };
    } finally {
      this.#waiting -= 1;
    }
  }

  async #judged(question: TimelineQuestion, range: Range): Promise<Said[]> {
    const stepMs = timelineStepMs(range);
    const said: Said[] = [];
    for (let fromMs = Math.ceil(range.fromMs / stepMs) * stepMs; fromMs < range.toMs; fromMs += STRETCH_MS) {
      said.push(...await this.#stretch(question, { fromMs, toMs: Math.min(range.toMs, fromMs + STRETCH_MS) }, stepMs));
    }
    return said;
  }

  async #stretch(question: TimelineQuestion, range: Range, stepMs: number): Promise<Said[]> {
    const { db, asker, pipeline, timeZone, nowMs } = question;
    const keyOf = (atMs: number) => JSON.stringify([asker.agency, pipeline?.id ?? null, atMs]);
    const moments = Array.from({ length: Math.max(0, Math.ceil((range.toMs - range.fromMs) / stepMs)) }, (_, i) => range.fromMs + i * stepMs);
    const held = new Map(moments.map((atMs) => [atMs, this.#recall(keyOf(atMs), nowMs)]));
    const missing = moments.filter((atMs) => held.get(atMs) === undefined);
    if (missing.length > 0) {
      const read = { fromMs: missing[0]! + 1_000 - JUDGE_WINDOW_MS, toMs: missing.at(-1)! + 1_000 };
      const [series, deployments] = await Promise.all([PastSeries.read(asker, pipeline, read), markedDeployments(db, asker.agency, pipeline, read)]);
      for (const atMs of missing) {
        const verdicts = judge({ ...series.window({ fromMs: atMs + 1_000 - JUDGE_WINDOW_MS, toMs: atMs + 1_000 }), deployments, timeZone });
        held.set(atMs, verdicts);
        if (atMs < nowMs - SETTLED_AFTER_MS) this.#remember(keyOf(atMs), { judgedAtMs: nowMs, verdicts });
        await nextTurn(); // Some milliseconds each: ingestion and live pages go in between.
      }
    }
    return moments.map((atMs) => ({ atMs, verdicts: held.get(atMs) ?? [] }));
  }

  #recall(key: string, nowMs: number): readonly Verdict[] | undefined {
    const held = this.#remembered.get(key);
    return held !== undefined && nowMs - held.judgedAtMs < REMEMBERED_FOR_MS ? held.verdicts : undefined;
  }

  #remember(key: string, held: { judgedAtMs: number; verdicts: readonly Verdict[] }): void {
    this.#remembered.delete(key);
    this.#remembered.set(key, held);
    for (const oldest of this.#remembered.keys()) {
      if (this.#remembered.size <= REMEMBERED_MAX) break;
      this.#remembered.delete(oldest);
    }
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });
