// Carries sealed segments upstream, one request at a time and in order: the next is sent when the one before was accepted,
// or will never be. Whatever the upstream does, the same bytes go again under the same sequence number until it is clear
// what became of them; the collector knows the number, so they are stored once. A segment is released when all of it is through.
import { apart, batchesOf, type Batch, type SegmentRecord } from './batches.js';
import type { ForwardState } from './forward-state.js';
import { outcomeOf, type Outcome } from './upstream-answer.js';
import type { Upstream } from './upstream.js';

export interface ForwardSegment { segmentId: string; records(): readonly SegmentRecord[] }

export interface ForwarderOptions {
  /** The oldest sealed segment; null when the spool is closed. */
  nextSegment: () => Promise<ForwardSegment | null>;
  /** All of it is upstream or set aside: it may be deleted. */
  release: (segmentId: string) => Promise<void>;
  /** Keep, for a person to look at, what the collector will never take. */
  setAside: (batch: Batch) => Promise<void>;
  upstream: Upstream;
  state: ForwardState;
  log: { warn(fields: object, message: string): void; info(fields: object, message: string): void; error(fields: object, message: string): void };
  /** Waits, or ends early when the signal says so. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  random: () => number;
}

const RETRY_FIRST_MS = 200;
const RETRY_MAX_MS = 15_000;
/** A key or an address that is refused is mended by a person; asking more often would only fill their log. */
const UNWELCOME_WAIT_MS = 30_000;
/** A collector that fails on one request and on no other would hold up all that is behind it. */
const FAULTS_MAX = 20;

export class Forwarder {
  readonly #options: ForwarderOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: ForwarderOptions) { this.#options = options; }

  start(): void { this.#running ??= this.#run(); }

  /** What is on its way is broken off; it will be sent again after the next start, under its number. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    for (;;) {
      const segment = await this.#options.nextSegment();
      if (segment === null || this.#stopping.signal.aborted) return;
      for (const batch of batchesOf(segment.segmentId, segment.records())) await this.#deliver(segment.segmentId, batch);
      if (this.#stopping.signal.aborted) return;
      try {
        await this.#options.release(segment.segmentId);
      } catch (error) {
        // The file stays; the next start sends it again under the same numbers, and the collector takes it for what it is.
        this.#options.log.error({ err: error, segment: segment.segmentId }, 'a forwarded segment could not be removed from the spool');
      }
    }
  }

  async #deliver(segmentId: string, batch: Batch): Promise<void> {
    const outcome = await this.#sendUntilClear(batch);
    if (outcome?.kind !== 'refused') return;
    if (batch.requests.length > 1) {
      for (const request of apart(segmentId, batch)) await this.#deliver(segmentId, request);
      return;
    }
    await this.#quarantine(batch, outcome.because);
  }

  async #quarantine(batch: Batch, because: string): Promise<void> {
    const { state, setAside, log } = this.#options;
    log.error({ sequence: batch.sequence, signal: batch.signal, items: batch.items, because }, 'the collector refuses this request for good; it is kept in quarantine');
    state.quarantined(batch);
    try {
      await setAside(batch);
    } catch (error) {
      log.error({ err: error, sequence: batch.sequence }, 'a refused request could not be kept'); // A full disk; those behind it must still get out.
    }
  }

  /** Accepted or refused for good; null when stopped before that is known. */
  async #sendUntilClear(batch: Batch): Promise<Outcome | null> {
    const { sleep, random, state } = this.#options;
    let backoffMs = RETRY_FIRST_MS;
    for (let faults = 0; !this.#stopping.signal.aborted;) {
      const outcome = await this.#sendOnce(batch);
      if (outcome.kind === 'accepted' || outcome.kind === 'refused') return outcome;
      if (outcome.kind === 'later' && outcome.isFault && ++faults === FAULTS_MAX) return { kind: 'refused', because: outcome.because };
      this.#tell(outcome);
      // Between half and all of it: relays that were cut off together must not come back together.
      const waitMs = outcome.kind === 'unwelcome' ? UNWELCOME_WAIT_MS : Math.max(outcome.waitMs, backoffMs * (0.5 + random() / 2));
      await sleep(waitMs, this.#stopping.signal);
      backoffMs = Math.min(backoffMs * 2, RETRY_MAX_MS);
      state.retries++;
    }
    return null;
  }

  async #sendOnce(batch: Batch): Promise<Outcome> {
    const { upstream, state, log } = this.#options;
    try {
      const { answer, bodyBytes, compressedBytes } = await upstream.post(batch, this.#stopping.signal);
      const outcome = outcomeOf(answer);
      if (outcome.kind === 'accepted') {
        if (state.condition !== 'accepting') log.info({ awaySinceMs: state.sinceMs }, 'the upstream accepts what is sent');
        state.accepted(batch, bodyBytes, compressedBytes, outcome.rejected, outcome.because);
      }
      return outcome;
    } catch (error) {
      return connectionFault(error);
    }
  }

  /** Once for each outage, not for each try. */
  #tell(outcome: Outcome & { kind: 'later' | 'unwelcome' }): void {
    if (this.#stopping.signal.aborted) return;
    const { state, log } = this.#options;
    if (outcome.kind === 'later') {
      if (state.become('away', outcome.because)) log.warn({ because: outcome.because }, 'the upstream does not take anything now; keeping everything and trying again');
    } else if (state.become('unwelcome', outcome.because)) {
      log.error({ because: outcome.because }, 'the upstream refuses this relay; keeping everything. Check NARROWS_RELAY_UPSTREAM, NARROWS_RELAY_KEY and the certificates');
    }
  }
}

/** No answer. A certificate that does not fit will not mend itself; anything else may. */
function connectionFault(error: unknown): Outcome {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const isTls = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code);
  return isTls ? { kind: 'unwelcome', because: `${code} ${message}` } : { kind: 'later', waitMs: 0, isFault: false, because: code || message };
}
