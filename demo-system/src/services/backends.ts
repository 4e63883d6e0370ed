// How one service calls others: JSON in, JSON out, a time limit, and the pseudonyms of whoever asked. Where a service runs
// in several instances they are asked in turn; the supervisor says which there are, also while the system runs.
import { request } from 'undici';
import type { Levers } from '../faults/levers.js';
import type { UrlName } from '../system.js';
import { ATTEMPT_HEADER, headersOf, type Asker } from './asker.js';

export interface BackendAnswer<T> { status: number; body: T }

/** Longer than the longest line in identity plus its slowest provider. */
const ANSWER_TIMEOUT_MS = 30_000;
const TIMEOUTS = { headersTimeout: ANSWER_TIMEOUT_MS, bodyTimeout: ANSWER_TIMEOUT_MS } as const;

interface Backend { service: string; urls: readonly string[]; next: number }

export class Backends {
  readonly #byName = new Map<string, Backend>();
  readonly #levers: Levers;

  constructor(levers: Levers) {
    this.#levers = levers;
  }

  /** From now on these are the instances of a service. */
  set(name: string, service: string, urls: readonly string[]): void {
    this.#byName.set(name, { service, urls, next: 0 });
  }

  /** Call a service. Errors: the connection failed, or the answer is no JSON. */
  async call<T>(method: 'GET' | 'POST' | 'DELETE', name: UrlName, path: string, asker: Asker | null, body?: unknown): Promise<BackendAnswer<T>> {
    const send = (attempt: number) => ask<T>(method, this.#nextUrl(name) + path, { ...headersOf(asker), ...(attempt > 0 && { [ATTEMPT_HEADER]: String(attempt) }) }, body);
    const { retry } = this.#levers;
    return retry?.service === this.#known(name).service ? sendAgainAndAgain(send, retry) : send(0);
  }

  /** A file from a service. Errors: the connection failed. */
  async file(name: UrlName, path: string, asker: Asker | null): Promise<BackendAnswer<Buffer>> {
    const { statusCode, body } = await request(this.#nextUrl(name) + path, { headers: headersOf(asker), ...TIMEOUTS });
    return { status: statusCode, body: Buffer.from(await body.arrayBuffer()) };
  }

  #known(name: UrlName): Backend {
    const backend = this.#byName.get(name);
    if (!backend || backend.urls.length === 0) throw new Error(`no instance of the service behind ${name} is known`);
    return backend;
  }

  #nextUrl(name: UrlName): string {
    const backend = this.#known(name);
    return backend.urls[backend.next++ % backend.urls.length] ?? '';
  }
}

/** The impatient way: the first answer wins, and nobody takes the other requests back. */
async function sendAgainAndAgain<T>(send: (attempt: number) => Promise<BackendAnswer<T>>, { timeoutMs, attempts }: { timeoutMs: number; attempts: number }): Promise<BackendAnswer<T>> {
  const timers: NodeJS.Timeout[] = [];
  const sent = [send(0), ...Array.from({ length: attempts - 1 }, (_, i) => new Promise<BackendAnswer<T>>((resolve, reject) => {
    timers.push(setTimeout(() => { send(i + 1).then(resolve, reject); }, timeoutMs * (i + 1)));
  }))];
  try {
    return await Promise.any(sent);
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
}

/** Not by `fetch`, whose streams and abort signals are a third of what a call costs the gateway. */
async function ask<T>(method: 'GET' | 'POST' | 'DELETE', url: string, headers: Record<string, string>, body: unknown): Promise<BackendAnswer<T>> {
  if (body !== undefined) headers['content-type'] = 'application/json';
  const answer = await request(url, { method, headers, body: body === undefined ? null : JSON.stringify(body), ...TIMEOUTS });
  const text = await answer.body.text();
  return { status: answer.statusCode, body: (text === '' ? null : JSON.parse(text)) as T };
}
