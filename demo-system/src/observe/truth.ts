// What was really the matter, from inside the system: the pools say five times a second how many work and how many stand
// in line, and whoever injects a fault says what it breaks. Verdicts are held against this, and the judge never sees it.
//
//   line     . . X . X X X X X X X X X X X X X X X X X X . . . . . .    more than two people stand in line somewhere
//   crowded  . . . . . . . X . X X X X X X X X X X X X X . . . . . .    the channels that carry most arrivals are all
//                    └ begin     └ known (held ≥ 2 s)    └ end          full with a line (quiet ≥ 5 s: over)
//
// A saturation is known once most channels are full, and it began when the line that led there began to stand.
import type { PoolState } from '../services/worker-pool.js';
import type { GroundTruth } from './ground-truth.js';

export type ChannelSample = PoolState & { id: string };

/** Two in line over all channels are chance. */
const LINE_FINE = 2;
/** A line must hold so long to count: shorter ones are chance. */
const PERSISTS_MS = 2_000;
/** Single quiet samples inside a held line do not break it. */
const GAP_MS = 400;
/** A line that is gone for less than this stood all the time: the next people are on their way. */
const LINE_GAP_MS = 1_000;
const DRAINED_MS = 5_000;
/** Share of the arrivals that go to full channels. */
const MOST = 0.5;
/** Arrivals are counted over this time to tell which channels carry most of them. */
const ARRIVALS_MS = 10_000;

export class TruthKeeper {
  readonly #pipeline: string;
  /** Stage whose pools are observed. */
  readonly #stage: string;
  readonly #onChange: (truths: readonly GroundTruth[]) => void;
  readonly #truths: GroundTruth[] = [];
  readonly #history: { atMs: number; arrived: Map<string, number> }[] = [];
  #lineFromMs: number | null = null;
  #lineLastMs = 0;
  #crowdedFromMs: number | null = null;
  #crowdedLastMs = 0;
  #saturation: GroundTruth | null = null;

  /** `onChange` hears of everything that begins or ends. */
  constructor(pipeline: string, stage: string, onChange: (truths: readonly GroundTruth[]) => void = () => undefined) {
    this.#pipeline = pipeline;
    this.#stage = stage;
    this.#onChange = onChange;
  }

  /** All that has been true so far; `endMs` is null for what still is. */
  get truths(): readonly GroundTruth[] { return this.#truths; }

  /** The state of all channels' pools at a moment. */
  observePools(atMs: number, channels: readonly ChannelSample[]): void {
    this.#observeLine(atMs, channels.reduce((sum, { queue }) => sum + queue, 0));
    if (this.#isCrowded(atMs, channels)) {
      this.#crowdedFromMs ??= atMs;
      this.#crowdedLastMs = atMs;
      if (this.#saturation === null && atMs - this.#crowdedFromMs >= PERSISTS_MS) {
        this.#saturation = this.begin({ kind: 'saturation', subject: { pipeline: this.#pipeline, stage: this.#stage }, beginMs: Math.min(this.#crowdedFromMs, this.#lineFromMs ?? atMs) });
      }
      return;
    }
    const quietMs = atMs - this.#crowdedLastMs;
    if (this.#saturation === null && quietMs > GAP_MS) this.#crowdedFromMs = null;
    if (this.#saturation !== null && quietMs >= DRAINED_MS) {
      this.end(this.#saturation, this.#crowdedLastMs);
      this.#saturation = null;
      this.#crowdedFromMs = null;
    }
  }

  /** Something began to be true. */
  begin(truth: Omit<GroundTruth, 'endMs'>): GroundTruth {
    const begun: GroundTruth = { ...truth, endMs: null };
    this.#truths.push(begun);
    this.#onChange(this.#truths);
    return begun;
  }

  /** It is true no more. */
  end(truth: GroundTruth, atMs: number): void {
    truth.endMs = atMs;
    this.#onChange(this.#truths);
  }

  #observeLine(atMs: number, inLine: number): void {
    if (inLine > LINE_FINE) {
      this.#lineFromMs ??= atMs;
      this.#lineLastMs = atMs;
    } else if (atMs - this.#lineLastMs > LINE_GAP_MS) this.#lineFromMs = null;
  }

  #isCrowded(atMs: number, channels: readonly ChannelSample[]): boolean {
    this.#history.push({ atMs, arrived: new Map(channels.map(({ id, arrived }) => [id, arrived])) });
    while (this.#history.length > 1 && atMs - (this.#history[0]?.atMs ?? atMs) > ARRIVALS_MS) this.#history.shift();
    const before = this.#history[0]?.arrived;
    let all = 0;
    let atFull = 0;
    for (const { id, arrived, busy, workers, queue } of channels) {
      const arrivals = arrived - (before?.get(id) ?? 0);
      all += arrivals;
      if (busy >= workers && queue > 0) atFull += arrivals;
    }
    return all > 0 && atFull / all > MOST;
  }
}
