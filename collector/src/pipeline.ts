// The one file that knows the order: receive → decode → spool → store. A request is answered when the spool has it on
// disk; a loader carries sealed segments to the store and tries again for as long as the store is away.
import { randomBytes } from 'node:crypto';
import { AGENT_DELAY_MS, NarrowsError, type AdmittedRequest, type DecodedRequest, type IngestResult, type SegmentLoad, type TableName, type ThinPlan } from '@narrows/contract';
import type { FastifyBaseLogger } from 'fastify';
import { Bundles } from './bundles.js';
import type { Decoder } from './decode/decoder.js';
import type { SelfMetrics } from './self-metrics.js';
import type { ItemGroup } from './spool/queued-items.js';
import type { SealedSegment, Spool } from './spool/spool.js';
import type { Store } from './store/store.js';
import type { Thinning } from './thinning.js';

export interface PipelineOptions {
  decoder: Decoder;
  spool: Spool;
  store: Pick<Store, 'load' | 'thinnedOf'>;
  /** Left out: everything is stored. */
  thinning?: Pick<Thinning, 'planFor'> | undefined;
  metrics: SelfMetrics;
  log: FastifyBaseLogger;
  now: () => number;
  /** Waits, or ends early when the signal says so. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** What of a segment is loaded, and what of that is only in the rollups. */
interface Progress { loaded: Set<TableName>; thinned: ItemGroup[] }

/** How it went with a segment, the worse behind the better. */
const LOAD_OUTCOMES = ['loaded', 'put off', 'refused', 'stopped'] as const;
type LoadOutcome = (typeof LOAD_OUTCOMES)[number];

const RETRY_FIRST_MS = 200;
const RETRY_MAX_MS = 5_000;
/** A refusal for good is asked about once more after a moment: an engine that is going down also refuses. */
const REFUSALS_MAX = 3;
/** After so many tries in a row another segment gets its turn: it may be this one that the store cannot take, by its size. */
const TRIES_MAX = 6;
const DRAIN_STEP_MS = 20;
/** Tables of a segment that are loaded at a time: two take two thirds of the time of one after the other. */
const TABLES_AT_ONCE = 2;
/** Of a larger segment one load may take the memory that there is for all. */
const AT_ONCE_BYTES_MAX = 4 * 1024 * 1024;
/** A load costs nearly the same for ten spans and for ten thousand, and the live page looks once a second: more often is for nobody. */
const LOAD_EVERY_MS = 1_000;
/** A record is handed to the loader at the latest this long after it came in, unless the loader is busy. */
const SEALED_AFTER_MS = 600;

/** Milliseconds from now until the moment of a second at which what has come in is loaded: when all of the second before last is there. */
export function untilLoadMs(nowMs: number): number {
  return LOAD_EVERY_MS - ((((nowMs - AGENT_DELAY_MS) % LOAD_EVERY_MS) + LOAD_EVERY_MS) % LOAD_EVERY_MS);
}

export class IngestPipeline {
  readonly #options: PipelineOptions;
  readonly #bundles: Bundles;
  readonly #stopping = new AbortController();
  #loader: Promise<void> | undefined;
  #busy: Promise<void> | undefined;
  #storeAway = false;
  #liveFromMs: number | undefined;
  /** Something was loaded since a segment was last put off. While nothing is, the store is away, and order is kept. */
  #mayDefer = true;
  /** Segments that were put off, as far as they were loaded. */
  readonly #halfLoaded = new Map<string, Progress>();

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#bundles = new Bundles({
      mayBundle: ({ batchId }) => options.spool.mayBundle(batchId),
      takeOne: (request) => this.#takeOne(request), takeBundle: (requests) => this.#takeBundle(requests),
    });
  }

  /**
   * What was just received before this moment is in the store, and can be asked for. Of an outage a backlog may be left,
   * which is loaded between what comes in now: the live page does not wait for it.
   */
  get storedThroughMs(): number {
    if (this.#liveFromMs !== undefined) return this.#liveFromMs;
    // What came in while the loader worked lies in the open segment until the loader asks for it.
    const { oldestReceivedMs, waitingSegments, brokenSegments } = this.#options.spool.stats();
    return Math.min(this.#options.now() - SEALED_AFTER_MS, waitingSegments + brokenSegments > 0 ? Infinity : oldestReceivedMs ?? Infinity);
  }

  /** The store did not take the last load. Data is still accepted into the spool. */
  get storeAway(): boolean { return this.#storeAway; }

  /** The receiver's `next`. Errors: those of decode (nothing is stored) and of the spool (nothing was acknowledged). */
  accept(request: AdmittedRequest): Promise<IngestResult> { return this.#bundles.take(request); }

  async #takeOne(request: AdmittedRequest): Promise<IngestResult> {
    const decoded = this.#options.decoder.decode(request);
    const { duplicate } = await this.#append(decoded);
    const rejected = Object.entries(decoded.rejected).filter(([, count]) => count > 0);
    return {
      accepted: decoded.accepted, duplicate,
      rejected: rejected.reduce((sum, [, count]) => sum + count, 0),
      rejectedMessage: rejected.map(([reason, count]) => `${reason}: ${count}`).join(', '),
    };
  }

  #takeBundle(requests: readonly AdmittedRequest[]): Promise<IngestResult>[] | null {
    const decoded = this.#options.decoder.decodeBundle(requests, randomBytes(8).readBigUInt64LE());
    if (!decoded) return null;
    const appended = this.#append(decoded);
    return decoded.bundled!.map(({ accepted }) => appended.then(({ duplicate }) => ({ accepted, duplicate, rejected: 0, rejectedMessage: '' })));
  }

  async #append(decoded: DecodedRequest): Promise<{ duplicate: boolean }> {
    const { spool, metrics } = this.#options;
    let duplicate: boolean;
    try {
      ({ duplicate } = await spool.append(decoded));
    } finally {
      decoded.release?.();
    }
    if (!duplicate) metrics.decoded(decoded);
    metrics.relayed(decoded, duplicate);
    return { duplicate };
  }

  start(): void { this.#loader ??= this.#run(); }

  /** Load what is sealed, for so long at most, then stop. What is left stays in the spool for the next start. */
  async stop(drainMsMax: number): Promise<void> {
    const { spool, sleep } = this.#options;
    await spool.seal();
    for (let waitedMs = 0; waitedMs < drainMsMax && !this.#storeAway && spool.stats().bytes > 0; waitedMs += DRAIN_STEP_MS) {
      await sleep(DRAIN_STEP_MS, this.#stopping.signal);
    }
    this.#stopping.abort();
    await this.#busy; // A load under way is finished and released, so that the next start need not repeat it.
    await spool.close();
    await this.#loader;
  }

  async #run(): Promise<void> {
    const { spool, now } = this.#options;
    for (let dueMs = 0; ;) {
      const segment = await spool.nextSealed(dueMs - now());
      if (segment === null || this.#stopping.signal.aborted) return;
      dueMs = now() + untilLoadMs(now());
      this.#liveFromMs = this.#liveEdgeMs(segment);
      this.#busy = this.#carry(segment);
      await this.#busy;
      if (spool.stats().waitingSegments === 0) this.#liveFromMs = undefined;
    }
  }

  /** While backlog is loaded and nothing newer waits, only what is not sealed yet is missing. */
  #liveEdgeMs(segment: SealedSegment): number | undefined {
    if (segment.live) return segment.receivedAtMs;
    return this.#options.spool.stats().freshSegments > 0 ? this.#liveFromMs : this.#options.now() - SEALED_AFTER_MS;
  }

  async #carry(segment: SealedSegment): Promise<void> {
    const { spool, log } = this.#options;
    const { segmentId } = segment;
    const progress = this.#halfLoaded.get(segmentId) ?? { loaded: new Set(), thinned: [] };
    this.#halfLoaded.delete(segmentId);
    const outcome = await this.#load(segment, progress);
    try {
      if (outcome === 'loaded') await spool.release(segmentId, progress.thinned);
      if (outcome === 'refused') await spool.quarantine(segmentId, progress.loaded, progress.thinned);
    } catch (error) {
      // The file stays; the next start loads it again under the same id, and the store takes it for what it is.
      log.error({ err: error, segment: segmentId }, 'a loaded segment could not be removed from the spool');
    }
    if (outcome !== 'put off') return;
    this.#halfLoaded.set(segmentId, progress);
    spool.defer(segmentId);
  }

  /** Every table of it. */
  async #load(segment: SealedSegment, progress: Progress): Promise<LoadOutcome> {
    // Spans are rolled up most, so they begin.
    const waiting = segment.loads().filter(({ table }) => !progress.loaded.has(table)).toSorted((a, b) => Number(b.table === 'otel_traces') - Number(a.table === 'otel_traces'));
    let worst: LoadOutcome = 'loaded';
    const work = async (): Promise<void> => {
      for (let load = waiting.shift(); load !== undefined && worst === 'loaded'; load = waiting.shift()) {
        const outcome = await this.#loadTable(load, progress, () => worst !== 'loaded');
        if (LOAD_OUTCOMES.indexOf(outcome) > LOAD_OUTCOMES.indexOf(worst)) worst = outcome;
      }
    };
    await Promise.all(Array.from({ length: segment.bytes <= AT_ONCE_BYTES_MAX ? TABLES_AT_ONCE : 1 }, work));
    return worst;
  }

  /** One table, until the store has it or the segment is given up: a load that was half done is repeated and stored once. */
  async #loadTable(load: SegmentLoad, progress: Progress, isGivenUp: () => boolean): Promise<LoadOutcome> {
    const { spool, metrics, log, sleep } = this.#options;
    let waitMs = RETRY_FIRST_MS;
    let refusals = 0;
    const decide = this.#planOnce(load);
    for (let tries = 1; ; tries++) {
      try {
        const thin = await decide();
        await this.#store(thin ? { ...load, thin } : load, progress);
        this.#storeAway = false;
        this.#mayDefer = true;
        return 'loaded';
      } catch (error) {
        if (this.#stopping.signal.aborted) return 'stopped';
        metrics.loadFailed();
        const forGood = error instanceof NarrowsError && !error.retryable;
        if (forGood && load.file !== undefined) {
          log.warn({ err: error, segment: load.segmentId, table: load.table }, 'the store refuses the copy of a segment; its records are read instead');
          return 'put off';
        }
        if (forGood && ++refusals >= REFUSALS_MAX) {
          log.error({ err: error, segment: load.segmentId, table: load.table }, 'the store refuses this segment; it is kept in quarantine');
          return 'refused';
        }
        // Once for each outage, not for each try.
        if (!this.#storeAway) log.warn({ err: error, segment: load.segmentId, table: load.table }, 'the store did not take a segment; trying again');
        this.#storeAway = !forGood;
        if (!forGood && tries >= TRIES_MAX && this.#mayDefer && spool.stats().waitingSegments > 0) {
          this.#mayDefer = false;
          return 'put off';
        }
        await sleep(waitMs, this.#stopping.signal);
        if (isGivenUp()) return 'put off';
        waitMs = Math.min(waitMs * 2, RETRY_MAX_MS);
      }
    }
  }

  async #store(load: SegmentLoad, { loaded, thinned }: Progress): Promise<void> {
    const { store, metrics } = this.#options;
    await store.load(load);
    const away = load.thin ? await store.thinnedOf(load.segmentId) : [];
    metrics.stored({ table: load.table, rows: away.reduce((rows, { items }) => rows - items, load.rows) });
    thinned.push(...away.map(({ agency, items }) => ({ agency, signal: 'traces' as const, items })));
    loaded.add(load.table);
  }

  /** Whether and how a load is thinned: settled before it is first tried, and from then on the same, in the next process too. */
  #planOnce({ segmentId, table, again }: SegmentLoad): () => Promise<ThinPlan | undefined> {
    const { spool, thinning } = this.#options;
    let settled: { plan: ThinPlan | undefined } | undefined;
    return async () => {
      if (settled || table !== 'otel_traces') return settled?.plan;
      const known = await spool.planOf(segmentId);
      // What was handed out before without a plan may have been stored whole.
      let plan = known !== null ? readPlan(segmentId, known) : again ? undefined : thinning?.planFor(segmentId);
      if (plan && known === null && !await spool.plan(segmentId, JSON.stringify(plan))) plan = undefined;
      settled = { plan };
      return plan;
    };
  }
}

/** Errors: STORE_QUERY for a plan that the disk has spoilt; nobody knows any more what was begun by it. */
function readPlan(segmentId: string, text: string): ThinPlan {
  try {
    return JSON.parse(text) as ThinPlan;
  } catch (cause) {
    throw new NarrowsError('STORE_QUERY', `the plan of segment ${segmentId} is spoilt`, { cause });
  }
}
