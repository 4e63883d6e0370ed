// Encoded OTLP requests of one signal go in, at any time and without waiting; they leave over HTTP in the background.
// Memory is bounded in bytes, the oldest go first when it is full. Nothing here can hold the process open, block it or throw
// into it: sockets and timers are unreferenced, an answer is read to a limit, an attempt has a deadline, and every item is
// counted in the ledger. (The stock exporter's retry timers keep a process alive for ten seconds when the collector is away.)
import http from 'node:http';
import https from 'node:https';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { Signal } from '@narrows/contract';
import type { DeliveryLedger } from './delivery-ledger.js';

/** Waiting and travelling requests of one signal. Beyond it the oldest waiting one is dropped. */
export const QUEUE_BYTES_MAX = 4 * 1024 * 1024;
/** Requests of one signal on their way at once. */
const IN_FLIGHT_MAX = 4;
/** An OTLP answer has a few dozen bytes. What is longer is cut off, its status counts. */
const ANSWER_BYTES_MAX = 64 * 1024;
const PAUSE_FROM_MS = 1_000;
const PAUSE_MAX_MS = 10_000;
/** A longer Retry-After is not believed. */
const RETRY_AFTER_MAX_MS = 30_000;
const RETRYABLE_STATUS = new Set([408, 429, 502, 503, 504]);

// Taken before any instrumentation wraps them: the agent's own requests are neither traced nor measured.
const REQUEST: Record<string, typeof http.request> = { 'http:': http.request, 'https:': https.request };
const gzip = promisify<Uint8Array, zlib.ZlibOptions, Uint8Array>(zlib.gzip);

export interface OutboxOptions {
  signal: Signal;
  url: string;
  headers: () => Promise<Record<string, string>>;
  agentFactory: (protocol: string) => http.Agent | Promise<http.Agent>;
  gzip: boolean;
  attemptTimeoutMs: number;
  ledger: DeliveryLedger;
  /** Items that the collector took the request of but not them, read from its answer. */
  rejectedItems: (answer: Uint8Array) => number;
  random: () => number;
  queueBytesMax?: number;
}

interface Letter { body: Uint8Array; items: number; compressed: boolean }
type Answer =
  | { kind: 'delivered'; body: Uint8Array }
  | { kind: 'refused'; because: string }
  | { kind: 'retry'; because: string; afterMs?: number };

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #queue: Letter[] = [];
  readonly #travelling = new Set<Letter>();
  readonly #aborts = new Set<() => void>();
  #bytes = 0;
  #failures = 0;
  #paused: NodeJS.Timeout | undefined;
  #agent: Promise<http.Agent> | undefined;
  #closing = false;
  #idle: (() => void)[] = [];

  constructor(options: OutboxOptions) { this.#options = options; }

  /** Bytes held now, waiting and travelling. */
  get bytes(): number { return this.#bytes; }

  /** Take an encoded request for delivery. Never waits, never throws. */
  put(body: Uint8Array, items: number): void {
    this.#queue.push({ body, items, compressed: !this.#options.gzip });
    this.#bytes += body.length;
    const bytesMax = this.#options.queueBytesMax ?? QUEUE_BYTES_MAX;
    while (this.#bytes > bytesMax) {
      const oldest = this.#queue.shift();
      if (!oldest) break;
      this.#drop(oldest, 'queue_full');
    }
    // Sending runs outside the caller's context: a kept socket must not hold on to some request's span.
    context.with(suppressTracing(ROOT_CONTEXT), () => this.#pump());
  }

  /** Resolves when nothing is waiting or travelling. */
  settled(): Promise<void> {
    return this.#isIdle() ? Promise.resolve() : new Promise((resolve) => { this.#idle.push(resolve); });
  }

  /** Try once more what waits, then give it up: each letter has one last attempt. Resolves when nothing is left. */
  close(): Promise<void> {
    this.#closing = true;
    this.#resume();
    return this.settled();
  }

  /** Give up everything at once. */
  abandon(): void {
    this.#closing = true;
    for (const letter of this.#queue.splice(0)) this.#drop(letter, 'exit');
    for (const abort of this.#aborts) abort();
    this.#tellIdle();
  }

  #isIdle(): boolean { return this.#queue.length === 0 && this.#travelling.size === 0; }

  #tellIdle(): void {
    if (this.#isIdle()) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #drop(letter: Letter, reason: 'queue_full' | 'refused' | 'exit'): void {
    this.#bytes -= letter.body.length;
    this.#options.ledger.dropped(this.#options.signal, reason, letter.items);
  }

  #resume(): void {
    clearTimeout(this.#paused);
    this.#paused = undefined;
    this.#pump();
  }

  #pump(): void {
    while (!this.#paused && this.#travelling.size < IN_FLIGHT_MAX) {
      const letter = this.#queue.shift();
      if (!letter) break;
      this.#travelling.add(letter);
      void this.#send(letter);
    }
    this.#tellIdle();
  }

  async #send(letter: Letter): Promise<void> {
    let answer: Answer;
    try {
      await this.#compress(letter);
      answer = await this.#post(letter);
    } catch (error) {
      // An impossible header or address: the same bytes fail again.
      answer = { kind: 'refused', because: String(error) };
    }
    this.#travelling.delete(letter);
    this.#conclude(letter, answer);
    this.#pump();
  }

  async #compress(letter: Letter): Promise<void> {
    if (letter.compressed) return;
    const body = await gzip(letter.body, { level: zlib.constants.Z_BEST_SPEED });
    this.#bytes += body.length - letter.body.length;
    letter.body = body;
    letter.compressed = true;
  }

  #conclude(letter: Letter, answer: Answer): void {
    const { signal, url, ledger } = this.#options;
    if (answer.kind === 'delivered') {
      this.#failures = 0;
      this.#bytes -= letter.body.length;
      const rejected = Math.min(this.#rejected(answer.body), letter.items);
      ledger.delivered(signal, letter.items - rejected);
      if (rejected === 0) return;
      ledger.dropped(signal, 'rejected', rejected);
      ledger.trouble(`${url} took a request but rejected ${rejected} of its ${letter.items} items`);
    } else if (answer.kind === 'refused') {
      this.#drop(letter, 'refused');
      ledger.trouble(`${url} refused ${signal}: ${answer.because}`);
    } else if (this.#closing) {
      this.#drop(letter, 'exit');
    } else {
      this.#queue.unshift(letter);
      this.#pause(answer.afterMs);
      ledger.trouble(`cannot deliver ${signal} to ${url}: ${answer.because}; up to ${QUEUE_BYTES_MAX / 1024 ** 2} MiB are kept and tried again`);
    }
  }

  #rejected(answer: Uint8Array): number {
    if (answer.length === 0) return 0;
    try {
      return this.#options.rejectedItems(answer);
    } catch (error) {
      this.#options.ledger.trouble(`${this.#options.url} answered with 200 and something that is not OTLP (${String(error)})`);
      return 0;
    }
  }

  #pause(afterMs: number | undefined): void {
    if (this.#paused) return;
    const jitter = 0.8 + 0.4 * this.#options.random();
    const pauseMs = afterMs === undefined ? Math.min(PAUSE_FROM_MS * 2 ** this.#failures, PAUSE_MAX_MS) * jitter : Math.min(afterMs, RETRY_AFTER_MAX_MS);
    this.#failures = Math.min(this.#failures + 1, 8);
    this.#paused = setTimeout(() => this.#resume(), pauseMs).unref();
  }

  async #post(letter: Letter): Promise<Answer> {
    const { url, headers, agentFactory, attemptTimeoutMs, gzip: gzipped } = this.#options;
    const target = new URL(url);
    this.#agent ??= Promise.resolve(agentFactory(target.protocol));
    const agent = await this.#agent;
    const allHeaders = { ...(await headers()), 'content-length': String(letter.body.length), ...(gzipped && { 'content-encoding': 'gzip' }) };
    const request = REQUEST[target.protocol];
    if (!request) return { kind: 'refused', because: `${target.protocol} is not spoken` };

    return new Promise((resolve) => {
      const outgoing = request(target, { method: 'POST', agent, headers: allHeaders });
      const abort = () => { outgoing.destroy(new Error(`no answer within ${attemptTimeoutMs} ms`)); };
      const deadline = setTimeout(abort, attemptTimeoutMs).unref();
      this.#aborts.add(abort);
      const settle = (answer: Answer) => {
        clearTimeout(deadline);
        this.#aborts.delete(abort);
        resolve(answer);
      };
      outgoing.on('socket', (socket) => { socket.unref(); });
      outgoing.on('error', (error: NodeJS.ErrnoException) => settle({ kind: 'retry', because: error.code ?? error.message }));
      outgoing.on('response', (incoming) => readAnswer(incoming, settle));
      outgoing.end(letter.body);
    });
  }
}

/** Settles once: at the end of the answer, when it grows too long, or when it breaks off. The status decides in all three. */
function readAnswer(incoming: http.IncomingMessage, settle: (answer: Answer) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const finish = () => settle(judgeAnswer(incoming, Buffer.concat(chunks)));
  incoming.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= ANSWER_BYTES_MAX) { chunks.push(chunk); return; }
    chunks.length = 0;
    finish();
    incoming.destroy();
  });
  incoming.on('end', finish);
  incoming.on('error', finish);
}

function judgeAnswer(incoming: http.IncomingMessage, body: Uint8Array): Answer {
  const status = incoming.statusCode ?? 0;
  if (status >= 200 && status < 300) return { kind: 'delivered', body };
  const because = `HTTP ${status}${status === 401 ? ' (look at NARROWS_KEY)' : ''}`;
  if (!RETRYABLE_STATUS.has(status)) return { kind: 'refused', because };
  const seconds = Number(incoming.headers['retry-after']);
  return { kind: 'retry', because, ...(seconds > 0 && { afterMs: seconds * 1_000 }) };
}
