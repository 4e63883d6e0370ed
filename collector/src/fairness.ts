// What keeps one agency from hurting another, in the order in which a request meets it: its quota and its share of the disk
// at the door, its turn to be decoded, and the budget of different keys while it is. Its share of memory is the doors' own.
import { type AdmittedRequest, type AgencyLimits, type DecodedRequest, type IngestResult, type KeyColumn, type LimitsFile, type Signal } from '@narrows/contract';
import type { FastifyBaseLogger } from 'fastify';
import type { CollectorConfig } from './config.js';
import type { Decoder } from './decode/decoder.js';
import { readLimitsFile } from './limits-file.js';
import { AgencyLimitTable } from './quota/agency-limit-table.js';
import { AgencyQuotas } from './quota/agency-quotas.js';
import { FairLine } from './quota/fair-line.js';
import { KeyBudgets, type AgencyKeyBudget } from './quota/key-budgets.js';
import { SpoolShare, type SpoolShareOptions } from './quota/spool-share.js';

export interface FairnessOptions {
  config: Pick<CollectorConfig, 'limitsFile' | 'agencyBytesPerSecond' | 'agencyItemsPerSecond' | 'agencyRequestsPerSecond'>;
  spool: SpoolShareOptions;
  overflowed: (agency: string, column: KeyColumn) => void;
  log: Pick<FastifyBaseLogger, 'info' | 'error'>;
}

/** A body that becomes more than this many times its size in columns, as a large resource over many spans does, pays for what it becomes. */
const UNFOLDING_FREE = 4;

export class Fairness {
  readonly #options: FairnessOptions;
  readonly #limits: AgencyLimitTable;
  readonly #quotas: AgencyQuotas;
  readonly #spoolShare: SpoolShare;
  readonly #line = new FairLine();
  readonly #budgets: KeyBudgets;
  /** Of requests that came in by a door: what they take in columns. The collector's own come by no door and wait for nobody. */
  readonly #unfoldedBytes = new WeakMap<AdmittedRequest, number>();

  /** Errors: CONFIG_INVALID. */
  constructor(options: FairnessOptions) {
    this.#options = options;
    this.#limits = new AgencyLimitTable(configuredLimits(options.config), this.#readFile());
    this.#quotas = new AgencyQuotas({ limitsOf: this.#limits.of, monotonicMs });
    this.#spoolShare = new SpoolShare(options.spool);
    this.#budgets = new KeyBudgets({ limitsOf: this.#limits.of, monotonicMs, overflowed: options.overflowed, random: Math.random });
  }

  /** At the door, with the size as announced. Errors: RATE_LIMITED. */
  readonly admit = (agency: string, signal: Signal, bytes: number): void => {
    this.#spoolShare.admit(agency, bytes);
    this.#quotas.admit(agency, signal);
  };

  /** The budget that an agency's request is decoded with. */
  readonly budgetOf = (agency: string): AgencyKeyBudget => this.#budgets.of(agency);

  /** A decoder that tells what requests unfold to. */
  measured(decoder: Decoder): Decoder {
    return {
      decode: (request) => {
        const decoded = decoder.decode(request);
        this.#unfold(request, bytesOf(decoded));
        return decoded;
      },
      decodeBundle: (requests, batchId) => {
        const decoded = decoder.decodeBundle(requests, batchId);
        if (!decoded) return null;
        // By the size of its body: the blocks do not say whose row takes what.
        const share = bytesOf(decoded) / requests.reduce((sum, { bytes }) => sum + bytes.length, 0);
        for (const request of requests) this.#unfold(request, Math.ceil(share * request.bytes.length));
        return decoded;
      },
    };
  }

  #unfold(request: AdmittedRequest, bytes: number): void {
    if (!this.#unfoldedBytes.has(request)) return;
    const { agency, signal } = request;
    this.#unfoldedBytes.set(request, bytes);
    this.#line.grow(agency, bytes);
    this.#quotas.spend(agency, signal, { bytes: Math.max(0, bytes - UNFOLDING_FREE * request.bytes.length) });
  }

  /** `next` of the doors: each agency's requests in their turn, and paid for when it is known what they hold. */
  inTurn(next: (request: AdmittedRequest) => Promise<IngestResult>): (request: AdmittedRequest) => Promise<IngestResult> {
    return async (request) => {
      const { agency, signal, bytes } = request;
      this.#quotas.spend(agency, signal, { bytes: bytes.length });
      this.#unfoldedBytes.set(request, 0);
      try {
        const result = await this.#line.run(agency, bytes.length, () => next(request));
        this.#quotas.spend(agency, signal, { items: result.accepted + result.rejected });
        return result;
      } finally {
        this.#line.done(bytes.length + (this.#unfoldedBytes.get(request) ?? 0));
      }
    };
  }

  /** What agencies were given on the page; it goes before the file. */
  setOwn(limits: ReadonlyMap<string, AgencyLimits>): void {
    this.#limits.setOwn(limits);
    this.#quotas.reset();
  }

  /** Read the limits again; a file that cannot be used changes nothing. */
  reload(): void {
    const { log, config } = this.#options;
    try {
      this.#limits.replace(this.#readFile());
    } catch (err) {
      log.error({ err, file: config.limitsFile }, 'the limits stay as they are: the new file cannot be used');
      return;
    }
    this.#quotas.reset();
    log.info({ file: config.limitsFile }, 'new limits of agencies hold');
  }

  #readFile(): LimitsFile { return this.#options.config.limitsFile === '' ? {} : readLimitsFile(this.#options.config.limitsFile); }
}

function bytesOf({ blocks }: DecodedRequest): number { return blocks.reduce((sum, block) => sum + block.bytes.byteLength, 0); }

const monotonicMs = (): number => performance.now();

function configuredLimits({ agencyBytesPerSecond, agencyItemsPerSecond, agencyRequestsPerSecond }: FairnessOptions['config']): AgencyLimits {
  return {
    ...(agencyBytesPerSecond > 0 && { bytesPerSecond: agencyBytesPerSecond }),
    ...(agencyItemsPerSecond > 0 && { itemsPerSecond: agencyItemsPerSecond }),
    ...(agencyRequestsPerSecond > 0 && { requestsPerSecond: agencyRequestsPerSecond }),
  };
}
