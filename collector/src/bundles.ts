// Small requests that come in during one turn of the event loop, put together by agency and signal. A request of a few spans
// costs the decoder, the spool and the engine nearly as much as one of a hundred: what all of them cost by themselves is then
// paid once. Nobody waits for more than that turn, so that while little comes in each request is taken as it comes, and the
// more there is to do, the more come together.
import type { AdmittedRequest, IngestResult } from '@narrows/contract';

/** Larger bodies are taken alone. */
export const SMALL_BYTES_MAX = 32 * 1024;
/** Of one bundle. */
export const BUNDLE = { requestsMax: 64, bytesMax: 256 * 1024 } as const;

interface Waiting { request: AdmittedRequest; resolve: (result: IngestResult | Promise<IngestResult>) => void }
interface Gathering { waiting: Waiting[]; bytes: number }

export interface BundlesOptions {
  /** Whether this one may be taken together with others, asked when they are. */
  mayBundle: (request: AdmittedRequest) => boolean;
  takeOne: (request: AdmittedRequest) => Promise<IngestResult>;
  /** Null where they cannot be taken together: then each is taken alone. */
  takeBundle: (requests: readonly AdmittedRequest[]) => readonly Promise<IngestResult>[] | null;
  /** Calls back when the event loop has looked at everything else; an argument, for tests. */
  afterOthers?: (callback: () => void) => void;
}

export class Bundles {
  readonly #options: BundlesOptions;
  #gathering = new Map<string, Gathering>();

  constructor(options: BundlesOptions) { this.#options = options; }

  /** Whatever `takeOne` would say to it. */
  take(request: AdmittedRequest): Promise<IngestResult> {
    const { agency, signal, encoding, bytes, origin } = request;
    if (encoding !== 'protobuf' || bytes.length > SMALL_BYTES_MAX || origin) return this.#options.takeOne(request);
    return new Promise((resolve) => {
      if (this.#gathering.size === 0) (this.#options.afterOthers ?? setImmediate)(() => { this.#takeAll(); });
      const key = `${signal}/${agency}`;
      let gathering = this.#gathering.get(key);
      if (!gathering) this.#gathering.set(key, (gathering = { waiting: [], bytes: 0 }));
      gathering.waiting.push({ request, resolve });
      gathering.bytes += bytes.length;
      if (gathering.waiting.length < BUNDLE.requestsMax && gathering.bytes + SMALL_BYTES_MAX <= BUNDLE.bytesMax) return;
      this.#takeTogether(gathering.waiting.splice(0));
      gathering.bytes = 0;
    });
  }

  #takeAll(): void {
    const gathered = this.#gathering;
    this.#gathering = new Map();
    for (const { waiting } of gathered.values()) this.#takeTogether(waiting);
  }

  /** The same bytes twice are one request and its repetition, which is told so by the spool. */
  #takeTogether(waiting: readonly Waiting[]): void {
    const { mayBundle, takeOne, takeBundle } = this.#options;
    const ids = new Set<bigint>();
    const together: Waiting[] = [];
    const alone: Waiting[] = [];
    for (const one of waiting) {
      const { batchId } = one.request;
      (!ids.has(batchId) && mayBundle(one.request) ? together : alone).push(one);
      ids.add(batchId);
    }
    const results = together.length > 1 ? takeBundle(together.map(({ request }) => request)) : null;
    together.forEach(({ request, resolve }, index) => { resolve(results?.[index] ?? takeOne(request)); });
    for (const { request, resolve } of alone) resolve(takeOne(request));
  }
}
