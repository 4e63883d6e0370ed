// The live tick of one agency and pipeline: once a second, whoever looks, the store is asked once, the judge is run
// once, and all viewers get the same answer. It runs while somebody looks and for a little while after, and a tick that
// is still under way is waited for and never doubled.
import { LIMITS, type LiveTick, type PipelineDefinition, type PlaceState } from '@narrows/contract';
import { judge } from '../judge/judge.js';
import { placeStates } from '../judge/place-states.js';
import { activeByService, selectOldestActive } from '../query/active.js';
import { LiveWindow } from '../query/live-series.js';
import { selectPeople } from '../query/people.js';
import type { Asker } from '../query/question.js';
import { selectNewestSpan } from '../query/services.js';
import { selectTotals } from '../query/totals.js';

/** The tick describes the second that lies this far back. */
const TICK_DELAY_MS = 2_500;
/**
 * Where in its own second a tick is made, so that the second it describes is whole:
 *
 *   the second      agent's batch   spool, loader
 *   |-------------|--------------|-------------| tick
 *   s            s+1            s+2           s+3.45
 */
const TICK_PHASE_MS = 950;
/** An agent sends a span this long after it ended. A second is not described before what was received then is stored. */
const AGENT_DELAY_MS = 1_200;
const TICK_EVERY_MS = 1_000;
/** A page that is reloaded finds the window still there. */
const KEEP_WITHOUT_VIEWERS_MS = 30_000;
/** The people's rollup has steps of ten seconds. */
const PEOPLE_EVERY_MS = 5_000;
const OLDEST_IN_TICK = 20;
const OLD_DATA_LOOKBACK_MS = 7 * 24 * 3600_000;

export interface LiveFeedOptions {
  asker: Asker;
  pipeline: PipelineDefinition | null;
  timeZone: string;
  now: () => number;
  /** Everything received before this moment is in the store. */
  storedThroughMs: () => number;
  /** A tick failed; viewers see their data's age grow. */
  onError: (error: unknown) => void;
  /** Nobody has looked for a while. */
  onIdle: () => void;
}
export type Viewer = (tick: LiveTick) => void;

/** Begin of the second that can be described now; on a busy machine that is an older one. */
export function tickSecondMs(nowMs: number, storedThroughMs: number): number {
  return Math.floor(Math.min(nowMs - TICK_DELAY_MS, storedThroughMs - AGENT_DELAY_MS - 1_000) / 1_000) * 1_000;
}

export class LiveFeed {
  readonly #options: LiveFeedOptions;
  readonly #window: LiveWindow;
  readonly #viewers = new Set<Viewer>();
  #timer: NodeJS.Timeout | undefined;
  #turnMs = 0;
  #underWay: Promise<LiveTick> | undefined;
  #latest: LiveTick | undefined;
  #people: { readAtMs: number; answer: Awaited<ReturnType<typeof selectPeople>> } | undefined;
  #newestSpanMs: { readAtMs: number; atMs: number | null } | undefined;
  #lastViewedMs: number;

  constructor(options: LiveFeedOptions) {
    this.#options = options;
    this.#window = new LiveWindow(options.asker, options.pipeline);
    this.#lastViewedMs = options.now();
  }

  get viewers(): number { return this.#viewers.size; }

  /** Push every tick to a viewer, until the returned function is called. */
  subscribe(viewer: Viewer): () => void {
    this.#viewers.add(viewer);
    this.#schedule();
    return () => { this.#viewers.delete(viewer); this.#lastViewedMs = this.#options.now(); };
  }

  /** The tick of the second that can be told now. */
  async current(): Promise<LiveTick> {
    this.#lastViewedMs = this.#options.now();
    this.#schedule();
    const isFresh = this.#latest && this.#options.now() - this.#latest.serverNowMs < TICK_EVERY_MS;
    return isFresh && this.#latest ? this.#latest : this.#make();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#viewers.clear();
  }

  #schedule(): void {
    if (this.#timer) return;
    const nowMs = this.#options.now();
    const next = this.#turnMs + TICK_EVERY_MS;
    // Turns that were missed are left out; a turn that came a moment early is not taken twice.
    const inStep = next > nowMs && next < nowMs + 2 * TICK_EVERY_MS;
    this.#turnMs = inStep ? next : nowMs + TICK_EVERY_MS - ((nowMs - TICK_DELAY_MS - TICK_PHASE_MS) % TICK_EVERY_MS);
    this.#timer = setTimeout(() => { void this.#beat(); }, this.#turnMs - nowMs);
  }

  async #beat(): Promise<void> {
    try {
      const tick = await this.#make();
      for (const viewer of this.#viewers) viewer(tick);
    } catch (error) {
      this.#options.onError(error);
    }
    if (this.#timer === undefined) return; // closed meanwhile
    this.#timer = undefined;
    if (this.#viewers.size > 0) this.#lastViewedMs = this.#options.now();
    if (this.#options.now() - this.#lastViewedMs > KEEP_WITHOUT_VIEWERS_MS) this.#options.onIdle();
    else this.#schedule();
  }

  #make(): Promise<LiveTick> {
    this.#underWay ??= this.#ask(this.#nextSecondMs()).finally(() => { this.#underWay = undefined; });
    return this.#underWay;
  }

  /** Never back: a page's seconds only go forward. */
  #nextSecondMs(): number {
    return Math.max(this.#latest?.atMs ?? 0, tickSecondMs(this.#options.now(), this.#options.storedThroughMs()));
  }

  async #ask(atMs: number): Promise<LiveTick> {
    const { asker, pipeline, timeZone, now } = this.#options;
    const toMs = atMs + 1_000;
    const [input, [totals], oldest, people] = await Promise.all([
      this.#window.advance({ fromMs: toMs - LIMITS.judgeWindowSeconds * 1_000, toMs }),
      selectTotals(asker, { pipeline }, { fromMs: atMs, toMs }),
      selectOldestActive(asker, { limit: OLDEST_IN_TICK }, toMs),
      this.#peopleAt(toMs),
    ]);
    const places = placeStates({ ...input, timeZone });
    const services = activeByService(this.#window.active, atMs / 1_000);
    const serverNowMs = now();
    const newestMs = newestCompletion(input.places) ?? await this.#newestBefore(input.fromMs);
    const tick: LiveTick = {
      atMs, serverNowMs, pipeline: pipeline?.id ?? null,
      dataAgeMs: newestMs === null ? null : Math.max(0, serverNowMs - newestMs - 1_000),
      places,
      totals: totals ?? { atMs, completions: 0, errors: 0, p50Ms: null, p95Ms: null, p99Ms: null, apdex: null, inFlight: null },
      active: { reported: services.length > 0, services, oldest },
      people: { ...people, ...waitingPeople(places) },
      verdicts: judge({ ...input, timeZone }),
    };
    this.#latest = tick;
    return tick;
  }

  async #peopleAt(atMs: number): Promise<Awaited<ReturnType<typeof selectPeople>>> {
    if (!this.#people || atMs - this.#people.readAtMs >= PEOPLE_EVERY_MS) {
      this.#people = { readAtMs: atMs, answer: await selectPeople(this.#options.asker, this.#options.pipeline?.id ?? null, atMs) };
    }
    return this.#people.answer;
  }

  /** Only asked while nothing has ended within the window. */
  async #newestBefore(toMs: number): Promise<number | null> {
    if (!this.#newestSpanMs || toMs - this.#newestSpanMs.readAtMs >= PEOPLE_EVERY_MS) {
      this.#newestSpanMs = { readAtMs: toMs, atMs: await selectNewestSpan(this.#options.asker, { fromMs: toMs - OLD_DATA_LOOKBACK_MS, toMs }) };
    }
    return this.#newestSpanMs.atMs;
  }
}

function newestCompletion(places: readonly { points: readonly { atMs: number; completions: number }[] }[]): number | null {
  let newestMs: number | null = null;
  for (const { points } of places) {
    const last = points.findLast((p) => p.completions > 0);
    if (last && (newestMs === null || last.atMs > newestMs)) newestMs = last.atMs;
  }
  return newestMs;
}

/** Whole stages only: channels are part of theirs. In a deliberate wait everybody inside waits. */
function waitingPeople(places: readonly PlaceState[]): { waiting: number | null; waitingDeliberate: number | null } {
  const stages = places.filter((p) => p.stage !== '' && p.channel === '');
  const sum = (values: (number | null)[]) => (values.some((v) => v !== null) ? values.reduce<number>((a, b) => a + (b ?? 0), 0) : null);
  return {
    waiting: sum(stages.filter((p) => !p.deliberate).map((p) => p.waiting)),
    waitingDeliberate: sum(stages.filter((p) => p.deliberate).map((p) => p.waiting ?? p.inFlight)),
  };
}
