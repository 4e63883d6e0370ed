// A real relay process for the relay tests, started by the command that users type, on free ports, with a data directory
// of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { NARROWS } from './serve-collector.js';

export interface RelayReady { url: string; otlp: string; grpc: string; ingestKey: string | null; relay: string; pid: number }
export interface RelayHealthAnswer {
  upstream: { condition: string; because: string }; queueBytes: number; oldestReceivedMs: number | null; lastForwardMs: number | null; rejectedItems: number; quarantinedRequests: number;
}

export class RelayProcess {
  readonly dataDir = mkdtempSync(path.join(os.tmpdir(), 'narrows-relay-'));
  readonly ingestKey = 'key-of-the-senders-inside';
  ready!: RelayReady;
  stderr = '';
  #child: ChildProcess | undefined;

  /** `env` says where the upstream is and how to get in. */
  async start(env: Record<string, string>): Promise<void> {
    const child = spawn(process.execPath, [NARROWS, 'relay', '--data', this.dataDir, '--port', '0', '--otlp-port', '0', '--grpc-port', '0', '--log-level', 'warn', '--json-ready'], {
      stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NARROWS_RELAY_INGEST_KEY: this.ingestKey, ...env },
    });
    this.#child = child;
    child.stderr.on('data', (chunk: Buffer) => { this.stderr += chunk.toString(); });
    const first = await new Promise<string>((resolve, reject) => {
      createInterface(child.stdout).once('line', resolve);
      child.once('exit', (code) => reject(new Error(`relay ended with ${code}: ${this.stderr}`)));
    });
    this.ready = JSON.parse(first) as RelayReady;
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
    rmSync(this.dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  send(signal: 'traces' | 'metrics' | 'logs', body: unknown): Promise<Response> {
    return fetch(`${this.ready.otlp}/v1/${signal}`, {
      method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${this.ingestKey}` }, body: JSON.stringify(body),
    });
  }

  async health(): Promise<RelayHealthAnswer> { return await (await fetch(`${this.ready.url}/health`)).json() as RelayHealthAnswer; }

  /** Ask until it is as wanted. */
  async healthUntil(wanted: (health: RelayHealthAnswer) => boolean): Promise<RelayHealthAnswer> {
    for (let tries = 0; ; tries++) {
      const health = await this.health();
      if (wanted(health)) return health;
      if (tries === 200) throw new Error(`the relay never became as wanted; last: ${JSON.stringify(health)}\n${this.stderr}`);
      await new Promise((resolve) => { setTimeout(resolve, 100); });
    }
  }

  /** Everything forwarded. Its own report follows every ten seconds, so an empty queue is a moment. */
  drained(): Promise<RelayHealthAnswer> { return this.healthUntil((health) => health.queueBytes === 0 && health.upstream.condition === 'accepting'); }
}
