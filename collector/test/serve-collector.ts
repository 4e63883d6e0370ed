// A real collector process for the serve and query tests: started by the command that users type, on free ports, with its
// own data directory and one pipeline; asked over HTTP like anybody else.
import type { SessionAnswer } from '@narrows/contract';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const NARROWS = fileURLToPath(new URL('../bin/narrows.js', import.meta.url));

export const PIPELINE_YAML = `
id: vaccine
name: { ko: 백신 사전예약, en: Vaccine reservation }
stages:
  - { id: waiting-room, wait: deliberate, match: { service: waiting-room, kind: server }, queue: { metric: waiting_room.people } }
  - { id: identity, match: { service: identity, kind: server }, channel: identity.channel, limit: { metric: identity.workers } }
  - { id: booking, match: { service: booking, route: "POST /reservations" } }
person: enduser.pseudo.id
session: session.id
outcome: booking.outcome
`;

export interface Ready { url: string; login: string; otlp: string; grpc: string; ingestKey: string; agency: string; pid: number }

export class CollectorProcess {
  readonly dir = mkdtempSync(path.join(os.tmpdir(), 'narrows-serve-'));
  readonly dataDir = path.join(this.dir, 'data');
  readonly ingestKey = 'test-key-of-the-serve-tests';
  ready!: Ready;
  stdout = '';
  stderr = '';
  #child: ChildProcess | undefined;
  #cookie = '';

  constructor() { writeFileSync(path.join(this.dir, 'vaccine.yaml'), PIPELINE_YAML); }

  get base(): string { return `http://127.0.0.1:${new URL(this.ready.url).port}`; }

  async start(env: Record<string, string> = {}): Promise<void> {
    const child = spawn(process.execPath, [NARROWS, 'serve', '--data', this.dataDir, '--port', '0', '--otlp-port', '0', '--grpc-port', '0', '--pipelines', this.dir, '--log-level', env['NARROWS_LOG_LEVEL'] ?? 'warn', '--json-ready'], {
      stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NARROWS_INGEST_KEY: this.ingestKey, NARROWS_AGENCY_NAME: '질병관리청', ...env },
    });
    this.#child = child;
    child.stdout.on('data', (chunk: Buffer) => { this.stdout += chunk.toString(); });
    child.stderr.on('data', (chunk: Buffer) => { this.stderr += chunk.toString(); });
    const first = await new Promise<string>((resolve, reject) => {
      createInterface(child.stdout).once('line', resolve);
      child.once('exit', (code) => reject(new Error(`collector ended with ${code}: ${this.stderr}`)));
    });
    this.ready = JSON.parse(first) as Ready;
  }

  /** Returns the exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => { child.once('exit', resolve); });
    child.kill(signal);
    return ended;
  }

  async remove(): Promise<void> {
    await this.stop('SIGKILL');
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  send(signal: 'traces' | 'metrics' | 'logs', body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const bytes = body instanceof Uint8Array ? Buffer.from(body) : JSON.stringify(body);
    return fetch(`${this.ready.otlp}/v1/${signal}`, {
      method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${this.ingestKey}`, ...headers }, body: bytes,
    });
  }

  /** `name=value` of the session, for a browser that is to see what this one sees. */
  get cookie(): string { return this.#cookie; }

  async logIn(): Promise<void> {
    const response = await fetch(`${this.base}/login${new URL(this.ready.login).search}`, { redirect: 'manual' });
    this.#cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
  }

  get(pathAndQuery: string, headers: Record<string, string> = { cookie: this.#cookie }, signal?: AbortSignal): Promise<Response> {
    return fetch(`${this.base}${pathAndQuery}`, { headers, redirect: 'manual', signal });
  }

  /** A change as the dashboard makes it: with the session's own token. */
  async change(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', route: string, body: unknown = {}): Promise<Response> {
    const { csrf } = await this.ask<SessionAnswer>('/session');
    return fetch(`${this.base}/api/v1${route}`, { method, headers: { cookie: this.#cookie, 'x-narrows-csrf': csrf ?? '', 'content-type': 'application/json' }, body: JSON.stringify(body) });
  }

  post(route: string, body: unknown): Promise<Response> { return this.change('POST', route, body); }

  async ask<T>(route: string): Promise<T> {
    const response = await this.get(`/api/v1${route}`);
    if (!response.ok) throw new Error(`${route} → ${response.status} ${await response.text()}`);
    return await response.json() as T;
  }

  /** Ask until the answer is as wanted: data needs a moment from the spool to the store. */
  async askUntil<T>(route: string, wanted: (answer: T) => boolean): Promise<T> {
    for (let tries = 0; ; tries++) {
      const answer = await this.ask<T>(route);
      if (wanted(answer)) return answer;
      if (tries === 150) throw new Error(`${route} never became as wanted; last: ${JSON.stringify(answer).slice(0, 2_000)}\n${this.stderr}`);
      await new Promise((resolve) => { setTimeout(resolve, 100); });
    }
  }
}
