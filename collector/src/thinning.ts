// Fidelity under overload. When the disk queue fills faster than the store takes it, raw spans of healthy traces are thinned:
// whole traces by their id, a share that shrinks as the queue grows, while those with a failed or slow span are all kept and
// the rollups stay exact. How much is kept is settled when a segment begins, not when it is loaded, so that segments which
// came in side by side agree, however far apart they are loaded. This book remembers which traces are worth keeping.
import type { DecodedRequest, ThinPlan } from '@narrows/contract';

export type KeepOneIn = 1 | 2 | 4 | 8 | 16;

/** From this fill of the queue on, one healthy trace in so many is kept. */
const STEPS = [{ keep: 16, from: 0.7 }, { keep: 8, from: 0.55 }, { keep: 4, from: 0.4 }, { keep: 2, from: 0.25 }] as const;
/** A segment is thinned at the earliest when the end of a trace that was just not slow, 3 s, has come by an SDK's batch of 5 s. */
const WAIT_MS = 8_000;
/** How far from a segment the word is sought that a trace of it is worth keeping. */
const AROUND_MS = 30_000;
/** Ids in all, about 100 bytes of memory each. */
const IDS_MAX = 600_000;

/** How much is kept from now on. Steps up at once, and down when the queue has come to half of what led there. */
export function keepOneIn(fullness: number, before: KeepOneIn): KeepOneIn {
  const wanted = stepAt(fullness);
  const relaxed = stepAt(2 * fullness);
  return wanted >= before ? wanted : relaxed < before ? relaxed : before;
}

function stepAt(fullness: number): KeepOneIn { return STEPS.find(({ from }) => fullness >= from)?.keep ?? 1; }

interface NotedSegment { keepOneIn: KeepOneIn; fromMs: number; toMs: number; /** Null: too many. */ ids: Set<string> | null; waiting: boolean }

export interface ThinningOptions {
  /** Share of the disk queue that is in use. */
  fullness: () => number;
  /** Ids in one plan. A segment with more of them around is stored whole. */
  planIdsMax: number;
  now: () => number;
}

export class Thinning {
  readonly #options: ThinningOptions;
  readonly #segments = new Map<string, NotedSegment>();
  #keepOneIn: KeepOneIn = 1;
  #ids = 0;
  #knowsFromMs = -Infinity;

  constructor(options: ThinningOptions) { this.#options = options; }

  /** The run before left segments, and what was said of their traces is not known any more. */
  beganAmid(nowMs: number): void { this.#knowsFromMs = nowMs; }

  /** What is asked of segments that begin now. */
  get state(): { active: boolean; keptShare: number } {
    this.#keepOneIn = keepOneIn(this.#options.fullness(), this.#keepOneIn);
    return { active: this.#keepOneIn > 1, keptShare: 1 / this.#keepOneIn };
  }

  /** A request came to lie in a segment. */
  entered(segmentId: string, { notable = [] }: Pick<DecodedRequest, 'notable'>): void {
    const nowMs = this.#options.now();
    let segment = this.#segments.get(segmentId);
    if (!segment) {
      this.#forgetOld(nowMs);
      this.#keepOneIn = keepOneIn(this.#options.fullness(), this.#keepOneIn);
      this.#segments.set(segmentId, (segment = { keepOneIn: this.#keepOneIn, fromMs: nowMs, toMs: nowMs, ids: new Set(), waiting: true }));
    }
    segment.toMs = Math.max(segment.toMs, nowMs);
    if (!segment.ids) return;
    this.#ids -= segment.ids.size;
    for (const id of notable ?? []) segment.ids.add(id);
    if (notable === null || segment.ids.size > this.#options.planIdsMax || this.#ids + segment.ids.size > IDS_MAX) segment.ids = null;
    else this.#ids += segment.ids.size;
  }

  /** How long a sealed segment waits for what is still to be said of its traces. */
  dueInMs(segmentId: string): number {
    const segment = this.#segments.get(segmentId);
    return segment && segment.keepOneIn > 1 ? segment.toMs + WAIT_MS - this.#options.now() : 0;
  }

  /** Undefined: store it whole. */
  planFor(segmentId: string): ThinPlan | undefined {
    const segment = this.#segments.get(segmentId);
    if (!segment || segment.keepOneIn === 1 || segment.fromMs - AROUND_MS < this.#knowsFromMs) return undefined;
    const notable = new Set<string>();
    for (const { fromMs, toMs, ids } of this.#segments.values()) {
      if (toMs < segment.fromMs - AROUND_MS || fromMs > segment.toMs + AROUND_MS) continue;
      if (!ids) return undefined;
      for (const id of ids) notable.add(id);
      if (notable.size > this.#options.planIdsMax) return undefined;
    }
    return { keepOneIn: segment.keepOneIn, notable: [...notable] };
  }

  /** The store has it. What it said of its traces still counts for others. */
  left(segmentId: string): void {
    const segment = this.#segments.get(segmentId);
    if (segment) segment.waiting = false;
  }

  #forgetOld(nowMs: number): void {
    let neededFromMs = nowMs;
    for (const { waiting, fromMs } of this.#segments.values()) if (waiting && fromMs < neededFromMs) neededFromMs = fromMs;
    for (const [segmentId, { waiting, toMs, ids }] of this.#segments) {
      if (waiting || toMs >= neededFromMs - AROUND_MS) continue;
      this.#segments.delete(segmentId);
      this.#ids -= ids?.size ?? 0;
    }
  }
}
