// The live tick of one agency and pipeline: once a second, whoever looks, the store is asked once, the judge is run
// once, and all viewers get the same answer. It runs while somebody looks and for a little while after, and a tick that
// is still under way is waited for and never doubled.
import { setTimeout as sleep } from 'node:timers/promises';
import { AGENT_DELAY_MS, type Deployment, type LiveTick } from '@narrows/contract';
import { markedDeployments } from '../access/marked-deployments.js';
import { LiveWindow } from '../query/live-series.js';
import { selectPeople } from '../query/people.js';
import type { Range } from '../query/question.js';
import { HeldAnswer } from './held-answer.js';
import { describeSecond, selectNewestSpanBefore, selectOldestInTick, type TickQuestion } from './live-tick.js';

/** The tick describes a second that began at least so long ago. */
const TICK_DELAY_MS = 2_000;
/**
 * Where in its own second a tick is due, so that the second it describes is whole:
 *
 *   the second      agent's batch   loader
 *   |-------------|---------------|--------| tick
 *   s            s+1             s+2.2    s+2.8, or as soon as the loader has done it
 */
const TICK_PHASE_MS = 800;
/** A loader that is still at it is waited for: to ask beside it takes both longer. */
const LOADER_WAITED_MS = 900;
const LOADER_LOOKED_AT_EVERY_MS = 25;
const TICK_EVERY_MS = 1_000;
/** A page that is reloaded finds the window still there. */
const KEEP_WITHOUT_VIEWERS_MS = 30_000;
/** The people's rollup has steps of ten seconds. */
const PEOPLE_EVERY_MS = 5_000;
/** Reports count for three seconds; the list of a busy second is the dearest question of a tick. */
const OLDEST_EVERY_MS = 2_000;
/** The judge needs some seconds after a deployment anyway. */
const DEPLOYMENTS_EVERY_MS = 5_000;

export interface LiveFeedOptions extends TickQuestion {
  /** Everything received before this moment is in the store. */
  storedThroughMs: () => number;
  /** A tick failed; viewers see their data's age grow. */
  onError: (error: unknown) => void;
  /** Nobody has looked for a while. */
  onIdle: () => void;
}
export type Viewer = (tick: LiveTick) => void;

/** Begin of the second that can be described now: all that was received until its agents had sent it is stored. On a busy machine that is an older one. */
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
  readonly #people: HeldAnswer<Awaited<ReturnType<typeof selectPeople>>>;
  readonly #oldest: HeldAnswer<Awaited<ReturnType<typeof selectOldestInTick>>>;
  #deployments: { readAtMs: number; answer: Deployment[] } | undefined;
  #newestSpanMs: { readAtMs: number; atMs: number | null } | undefined;
  #lastViewedMs: number;

  constructor(options: LiveFeedOptions) {
    this.#options = options;
    const { asker, pipeline } = options;
    this.#window = new LiveWindow(asker, pipeline);
    this.#people = new HeldAnswer(PEOPLE_EVERY_MS, (toMs) => selectPeople(asker, pipeline?.id ?? null, toMs));
    this.#oldest = new HeldAnswer(OLDEST_EVERY_MS, (toMs) => selectOldestInTick(asker, toMs));
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
      await this.#loader();
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

  /** Resolves when the newest second that may be told is stored. */
  async #loader(): Promise<void> {
    const { now, storedThroughMs } = this.#options;
    const untilMs = now() + LOADER_WAITED_MS;
    while (this.#timer !== undefined && now() < untilMs && tickSecondMs(now(), storedThroughMs()) < tickSecondMs(now(), Infinity)) await sleep(LOADER_LOOKED_AT_EVERY_MS);
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
    const tick = await describeSecond(this.#options, this.#window, atMs, {
      people: (toMs) => this.#people.at(toMs), oldest: (toMs) => this.#oldest.at(toMs),
      newestSpanMs: (toMs) => this.#newestBefore(toMs), deployments: (range) => this.#deploymentsIn(range),
    });
    this.#latest = tick;
    // What is only shown is asked for when the verdict is out.
    for (const held of [this.#people, this.#oldest]) held.renew(this.#options.onError);
    return tick;
  }

  async #deploymentsIn(range: Range): Promise<Deployment[]> {
    if (!this.#deployments || range.toMs - this.#deployments.readAtMs >= DEPLOYMENTS_EVERY_MS) {
      const { db, asker, pipeline } = this.#options;
      this.#deployments = { readAtMs: range.toMs, answer: await markedDeployments(db, asker.agency, pipeline, range) };
    }
    return this.#deployments.answer;
  }

  /** Only asked while nothing has ended within the window. */
  async #newestBefore(toMs: number): Promise<number | null> {
    if (!this.#newestSpanMs || toMs - this.#newestSpanMs.readAtMs >= PEOPLE_EVERY_MS) {
      this.#newestSpanMs = { readAtMs: toMs, atMs: await selectNewestSpanBefore(this.#options.asker, toMs) };
    }
    return this.#newestSpanMs.atMs;
  }
}
