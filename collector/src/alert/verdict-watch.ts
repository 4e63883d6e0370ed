// The judge at work when nobody looks: for each pipeline that a rule or a public page needs, every few seconds the window is
// moved on, judged, and folded into episodes. What the live page would show is kept for whoever wants it. While nobody sends
// anything the store is left in peace.
import { LIMITS, type Episode, type PipelineDefinition, type PlacePoint, type PlaceState, type UnixMs, type Verdict } from '@narrows/contract';
import { markedDeployments } from '../access/marked-deployments.js';
import type { MetaDb } from '../access/meta-db.js';
import { emptyEpisodeBook, tellEpisodes, type EpisodeBook } from '../judge/episodes.js';
import { judge } from '../judge/judge.js';
import { placeStates } from '../judge/place-states.js';
import { LiveWindow } from '../query/live-series.js';
import { createAsker, type StoreReader } from '../query/question.js';

export interface Watched { atMs: UnixMs; verdicts: readonly Verdict[]; places: readonly PlaceState[]; open: readonly Episode[] }
interface Watch { window: LiveWindow; pipeline: PipelineDefinition | null; book: EpisodeBook; latest: Watched | null; empty: boolean; usedAtMs: UnixMs }

export interface VerdictWatchOptions { db: MetaDb; store: StoreReader; now: () => UnixMs; receivedAtMs: (agency: string) => UnixMs }

/** Ended episodes are dealt with elsewhere; the fold needs the latest to tell a new onset from an old one. */
const ENDED_KEPT = 50;
const DROP_UNUSED_MS = 120_000;

const isSilent = ({ completions, begun, inFlight, queued }: PlacePoint): boolean => completions === 0 && begun === null && inFlight === null && queued === null;

export class VerdictWatch {
  readonly #watches = new Map<string, Watch>();

  readonly #options: VerdictWatchOptions;

  constructor(options: VerdictWatchOptions) { this.#options = options; }

  /** The second that ended at `toMs`, judged. A moment that was judged already is not judged again. */
  async look(agency: { id: string; timeZone: string }, pipeline: PipelineDefinition | null, toMs: UnixMs): Promise<Watched> {
    const { db, store, now, receivedAtMs } = this.#options;
    const key = JSON.stringify([agency.id, pipeline?.id ?? null]);
    let watch = this.#watches.get(key);
    // A pipeline that was changed begins a new window.
    if (!watch || watch.pipeline !== pipeline) this.#watches.set(key, (watch = { window: new LiveWindow(createAsker(store, agency.id), pipeline), pipeline, book: emptyEpisodeBook(), latest: null, empty: false, usedAtMs: now() }));
    watch.usedAtMs = now();
    if (watch.latest && toMs <= watch.latest.atMs) return watch.latest;
    if (watch.latest && watch.empty && receivedAtMs(agency.id) <= watch.latest.atMs) return { ...watch.latest, atMs: toMs };
    const range = { fromMs: toMs - LIMITS.judgeWindowSeconds * 1_000, toMs };
    const [series, deployments] = await Promise.all([watch.window.advance(range), markedDeployments(db, agency.id, pipeline, range)]);
    const input = { ...series, deployments, timeZone: agency.timeZone };
    const verdicts = judge(input);
    const book = tellEpisodes(watch.book, { atMs: toMs, verdicts });
    watch.book = { ...book, ended: book.ended.slice(-ENDED_KEPT) };
    watch.empty = verdicts.length === 0 && book.open.length === 0 && series.places.every(({ points }) => points.every(isSilent));
    watch.latest = { atMs: toMs, verdicts, places: placeStates(input), open: book.open.map(({ episode }) => episode) };
    return watch.latest;
  }

  /** The surest verdict said of a pipeline just now; of services for null. */
  surest(agency: string, pipeline: string | null): Verdict | null {
    const open = this.#watches.get(JSON.stringify([agency, pipeline]))?.latest?.open ?? [];
    return open.filter(({ causedBy }) => causedBy === null).reduce<Episode | null>((best, one) => (best === null || one.confidence > best.confidence ? one : best), null)?.verdict ?? null;
  }

  sweep(): void {
    for (const [key, { usedAtMs }] of this.#watches) if (this.#options.now() - usedAtMs > DROP_UNUSED_MS) this.#watches.delete(key);
  }
}
