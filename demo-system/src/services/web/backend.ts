// How the gateway calls the services behind it: JSON in, JSON out, a time limit, and the pseudonyms of whoever asked.
import type { Journey } from './journey.js';
import { PERSON_HEADER, SESSION_HEADER } from '../service.js';

export interface BackendAnswer<T> { status: number; body: T }

/** Longer than the longest line in identity plus its slowest provider. */
const ANSWER_TIMEOUT_MS = 30_000;

/** Call a service. Errors: the connection failed, or the answer is no JSON. */
export async function callBackend<T>(method: 'GET' | 'POST' | 'DELETE', url: string, journey: Journey | null, body?: unknown): Promise<BackendAnswer<T>> {
  const headers: Record<string, string> = {};
  if (journey) headers[SESSION_HEADER] = journey.session;
  if (journey?.person) headers[PERSON_HEADER] = journey.person;
  if (body !== undefined) headers['content-type'] = 'application/json';
  const init: RequestInit = { method, headers, signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) };
  if (body !== undefined) init.body = JSON.stringify(body);
  const response = await fetch(url, init);
  return { status: response.status, body: (response.status === 204 ? null : await response.json()) as T };
}
