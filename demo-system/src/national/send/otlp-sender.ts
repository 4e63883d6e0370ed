// Requests go to a collector over a few connections, and none is lost: 429 and 503 are obeyed, and after a broken connection
// the same bytes are sent again, which a collector stores once. Whoever puts a request in waits until a connection is free, so
// that a slow collector slows the day down and never fills the memory.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Signal } from '@narrows/contract';
import { DemoFailure } from '../../supervise/part.js';
import { OtlpConnection } from './otlp-connection.js';

const RETRY_DEFAULT_MS = 1_000;
/** A collector that is away for so long does not come back. */
const GIVE_UP_MS = 60_000;

export interface Sendable { signal: Signal; bytes: Uint8Array; items: number; done: () => void }

export class OtlpSender {
  /** Items that the collector took, by signal, and how it went. */
  readonly taken: Record<Signal, number> = { traces: 0, metrics: 0, logs: 0 };
  requests = 0;
  bytes = 0;
  /** Answers 429 and 503, and broken connections. */
  retries = 0;
  readonly #idle: OtlpConnection[];
  readonly #all: readonly OtlpConnection[];
  #freed: (() => void) | null = null;
  #underWay = 0;
  #failure: Error | null = null;

  constructor(url: URL, key: string, connections: number) {
    this.#all = Array.from({ length: connections }, () => new OtlpConnection(url, key));
    this.#idle = [...this.#all];
  }

  /** Resolves when the request is on its way. Errors: DemoFailure where the collector refused this one or one before. */
  async put(request: Sendable): Promise<void> {
    while (this.#idle.length === 0 && this.#failure === null) await new Promise<void>((resolve) => { this.#freed = resolve; });
    if (this.#failure) throw this.#failure;
    const connection = this.#idle.pop()!;
    this.#underWay++;
    void this.#send(connection, request).catch((error: unknown) => { this.#failure ??= error instanceof Error ? error : new Error(String(error)); }).finally(() => {
      this.#underWay--;
      this.#idle.push(connection);
      this.#freed?.();
      this.#freed = null;
    });
  }

  /** Resolves when every request has its answer. */
  async answered(): Promise<void> {
    while (this.#underWay > 0) await new Promise<void>((resolve) => { this.#freed = resolve; });
    if (this.#failure) throw this.#failure;
  }

  close(): void { for (const connection of this.#all) connection.close(); }

  async #send(connection: OtlpConnection, { signal, bytes, items, done }: Sendable): Promise<void> {
    let silentSinceMs: number | null = null;
    for (;;) {
      const answer = await connection.post(`/v1/${signal}`, bytes).catch((error: Error) => error);
      if (!(answer instanceof Error) && answer.status === 200) break;
      this.retries++;
      if (answer instanceof Error) {
        silentSinceMs ??= performance.now();
        if (performance.now() - silentSinceMs > GIVE_UP_MS) throw new DemoFailure(`The collector has not answered for ${GIVE_UP_MS / 1_000} s: ${answer.message}.`);
        await sleep(RETRY_DEFAULT_MS);
        continue;
      }
      silentSinceMs = null;
      if (answer.status !== 429 && answer.status !== 503) throw new DemoFailure(`The collector answers ${answer.status}: ${answer.text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 300)}`);
      await sleep(answer.retryAfterMs ?? RETRY_DEFAULT_MS);
    }
    this.taken[signal] += items;
    this.requests++;
    this.bytes += bytes.length;
    done();
  }
}
