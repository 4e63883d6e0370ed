// How one service calls others: JSON in, JSON out, a time limit, and the pseudonyms of whoever asked. Where a service runs
// in several instances they are asked in turn; the supervisor says which there are, also while the system runs.
import type { Levers } from '../faults/levers.js';
import type { UrlName } from '../system.js';
import { ATTEMPT_HEADER, headersOf, type Asker } from './asker.js';

export interface BackendAnswer<T> { status: number; body: T }

/** Longer than the longest line in identity plus its slowest provider. */
const ANSWER_TIMEOUT_MS = 30_000;

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
    const response = await fetch(this.#nextUrl(name) + path, { headers: headersOf(asker), signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
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

async function ask<T>(method: string, url: string, headers: Record<string, string>, body: unknown): Promise<BackendAnswer<T>> {
  if (body !== undefined) headers['content-type'] = 'application/json';
  const init: RequestInit = { method, headers, signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) };
  if (body !== undefined) init.body = JSON.stringify(body);
  const response = await fetch(url, init);
  return { status: response.status, body: (response.status === 204 ? null : await response.json()) as T };
}
