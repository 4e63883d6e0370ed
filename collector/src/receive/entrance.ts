// What both doors, HTTP and gRPC, do with a request: whose it is, whether it may come in, how much memory it may take,
// its bytes as the decoder wants them, and `next`. The order is the order of cost, so that a request which is refused
// is answered without paying for the rest. The agency comes from the key and from nothing else. The doors share one
// entrance, and with it one budget of memory.
import type { IncomingHttpHeaders } from 'node:http';
import xxhash from 'xxhash-wasm';
import { type AdmittedRequest, type Encoding, type ErrorCode, type IngestResult, LIMITS, NarrowsError, type RelayOrigin, type Signal } from '@narrows/contract';
import { Admission, type Reservation } from './admission.js';
import { BodyPool } from './body-pool.js';
import { BodyBuffer } from './body.js';
import { type ContentEncoding, inflateBody } from './inflate.js';
import { relayOriginOf } from './relay-origin.js';

/** What the doors tell the outside about themselves: requests, never items one by one. */
export interface ReceiveCounters {
  accepted(signal: Signal, agency: string, items: number, bytes: number, duplicate: boolean): void;
  rejected(signal: Signal | null, agency: string | null, code: ErrorCode): void;
}

/** `signals`: what the key may send; null: everything. */
export interface Sender { agency: string; signals?: readonly Signal[] | null | undefined }

export interface EntranceOptions {
  /** A 200 or OK is sent only after it has made the data durable. */
  next: (request: AdmittedRequest) => Promise<IngestResult>;
  /** At once for a key that is known already: then a request waits for nothing before it is read. */
  authenticate: (key: string) => Sender | null | Promise<Sender | null>;
  /** The agency's quota, asked once a request: with its size as announced, or as read where it was not. Throws RATE_LIMITED. */
  admit?: ((agency: string, signal: Signal, bytes: number) => void) | undefined;
  counters: ReceiveCounters;
  /** Unexpected faults, for the log; operating errors are only counted. */
  onFault: (error: unknown) => void;
  now: () => number;
  /** Memory that the bodies of all requests in flight may hold. */
  inFlightBytesMax: number;
  requestBytesMax?: number | undefined;
  compressedRequestBytesMax?: number | undefined;
}

/** What a door knows of a request before it reads the body. */
export interface RequestHead { signal: Signal; encoding: Encoding; contentEncoding: ContentEncoding; headers: IncomingHttpHeaders }

/** A request whose sender is known. Whoever holds it calls `reservation.release()` in the end. */
export interface Arrival extends Omit<RequestHead, 'headers'> {
  agency: string;
  origin: RelayOrigin | undefined;
  reservation: Reservation;
  /** Null while nobody has said how long it will be. */
  announcedBytes: number | null;
}

const NOTHING: IngestResult = { accepted: 0, rejected: 0, rejectedMessage: '', duplicate: false };

export class Entrance {
  readonly #options: EntranceOptions;
  readonly #admission: Admission;
  readonly #pool = new BodyPool();
  readonly #batchIdOf: (agency: string, signal: Signal, bytes: Uint8Array) => bigint;
  readonly #bytesMax: number;
  readonly #compressedBytesMax: number;

  constructor(options: EntranceOptions, batchIdOf: (agency: string, signal: Signal, bytes: Uint8Array) => bigint) {
    this.#options = options;
    this.#batchIdOf = batchIdOf;
    this.#admission = new Admission(options.inFlightBytesMax);
    this.#bytesMax = options.requestBytesMax ?? LIMITS.requestBytesMax;
    this.#compressedBytesMax = options.compressedRequestBytesMax ?? LIMITS.compressedRequestBytesMax;
  }

  /** Memory that requests in flight hold at this moment. */
  get reservedBytes(): number { return this.#admission.reservedBytes; }

  /** Errors: KEY_MISSING, KEY_UNKNOWN, KEY_SIGNAL, KEYS_UNAVAILABLE, RELAY_ORIGIN. */
  admit(head: RequestHead): Arrival | Promise<Arrival> {
    const key = keyOf(head.headers);
    const sender = this.#lookUp(key);
    return sender instanceof Promise ? sender.then((found) => this.#arrivalOf(head, key, found)) : this.#arrivalOf(head, key, sender);
  }

  /** Room for the body; null for one that does not say its length. Errors: RATE_LIMITED, REQUEST_TOO_LARGE. */
  expect(arrival: Arrival, announcedBytes: number | null): BodyBuffer {
    arrival.announcedBytes = announcedBytes;
    if (announcedBytes !== null) this.#options.admit?.(arrival.agency, arrival.signal, announcedBytes);
    return new BodyBuffer(announcedBytes, arrival.contentEncoding === 'identity' ? this.#bytesMax : this.#compressedBytesMax, arrival.reservation, this.#pool);
  }

  /** The body as sent → durable. Errors: those of inflating and of `next`. */
  async take(arrival: Arrival, body: Uint8Array): Promise<IngestResult> {
    const { next, admit, counters, now } = this.#options;
    const { agency, signal, encoding, contentEncoding, origin, reservation } = arrival;
    if (arrival.announcedBytes === null) admit?.(agency, signal, body.length);
    try {
      const bytes = contentEncoding === 'identity' ? body : await inflateBody(body, contentEncoding, this.#bytesMax, reservation);
      const result = bytes.length === 0 ? NOTHING : await next({ agency, signal, encoding, bytes, receivedAtMs: now(), batchId: this.#batchIdOf(agency, signal, bytes), origin });
      counters.accepted(signal, agency, result.accepted, bytes.length, result.duplicate);
      return result;
    } finally {
      this.#pool.give(body);
    }
  }

  /** Every refusal of either door comes by here once: counted, and what nobody expected is logged and not told. */
  refuse(cause: unknown, signal: Signal | null, agency: string | null): NarrowsError {
    const error = cause instanceof NarrowsError ? cause : new NarrowsError('INTERNAL', 'the collector could not take this request', { cause });
    if (error.code === 'INTERNAL') this.#options.onFault(cause);
    this.#options.counters.rejected(signal, agency, error.code);
    return error;
  }

  #arrivalOf({ signal, encoding, contentEncoding, headers }: RequestHead, key: string, sender: Sender | null): Arrival {
    if (!sender) throw new NarrowsError('KEY_UNKNOWN', `the key that begins with "${key.slice(0, 4)}" is not known`);
    const { agency, signals } = sender;
    if (signals && !signals.includes(signal)) throw new NarrowsError('KEY_SIGNAL', `this key may send ${signals.join(', ')}, and ${signal} came`);
    return { signal, encoding, contentEncoding, agency, origin: relayOriginOf(headers), reservation: this.#admission.open(agency), announcedBytes: null };
  }

  #lookUp(key: string): Sender | null | Promise<Sender | null> {
    try {
      const sender = this.#options.authenticate(key);
      return sender instanceof Promise ? sender.catch((cause: unknown) => this.#unavailable(cause)) : sender;
    } catch (cause) {
      return this.#unavailable(cause);
    }
  }

  /** A database that cannot be read is no wrong key: the sender keeps its data and comes again. */
  #unavailable(cause: unknown): never {
    if (cause instanceof NarrowsError) throw cause;
    this.#options.onFault(cause);
    throw new NarrowsError('KEYS_UNAVAILABLE', 'the keys cannot be read', { cause });
  }
}

/** Errors: KEY_MISSING. */
function keyOf(headers: IncomingHttpHeaders): string {
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const header = headers['x-narrows-key'];
  const key = bearer ?? (typeof header === 'string' ? header.trim() : '');
  if (key === '') throw new NarrowsError('KEY_MISSING', 'no ingestion key in the request');
  return key;
}

export async function createEntrance(options: EntranceOptions): Promise<Entrance> {
  const { h64, h64Raw } = await xxhash();
  /** One for each agency and signal, of which there are few. */
  const seeds = new Map<string, bigint>();
  return new Entrance(options, (agency, signal, bytes) => {
    const sender = `${agency}/${signal}`;
    let seed = seeds.get(sender);
    if (seed === undefined) seeds.set(sender, (seed = h64(sender)));
    return h64Raw(bytes, seed);
  });
}
