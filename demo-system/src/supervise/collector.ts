// The collector as the demo runs it: `narrows serve` with the demo's own data directory and the scenario's pipeline. If
// it dies in mid-run it is started again with the same data; the agents keep what they could not send meanwhile.
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { childEnvironment } from '../environment.js';
import { narrowsCommand, readyLineOf } from './narrows-command.js';
import { DemoFailure, Part } from './part.js';

const READY_WITHIN_MS = 60_000;
const STOP_GRACE_MS = 15_000;
const RESTART_AFTER_MS = 500;
const RESTARTS_MAX = 5;
const RESTARTS_WINDOW_MS = 60_000;

/** The line that the collector prints on its standard output when it is ready. Link and key are there at the first start. */
export interface CollectorReady { ready: true; url: string; otlp: string; login: string | null; ingestKey: string | null }

export interface CollectorSetting {
  dataDir: string;
  pipelinesDir: string;
  logDir: string;
  port: number;
  otlpPort: number;
  onStarted: (part: Part) => void;
  /** It died and is started again. */
  onRestart: (how: string) => void;
  /** It was started again and answers. */
  onReadyAgain: () => void;
  onGaveUp: (sentence: string) => void;
}

export class Collector {
  readonly #setting: CollectorSetting;
  readonly #restartsAtMs: number[] = [];
  #part: Part | null = null;
  #stopping = false;
  /** Sent away on purpose: whoever calls it back begins the watching anew. */
  #away = false;

  constructor(setting: CollectorSetting) {
    this.#setting = setting;
  }

  get restarts(): number { return this.#restartsAtMs.length; }

  /** Errors: DemoFailure. */
  async start(): Promise<CollectorReady> {
    const { part, ready } = this.#spawn();
    const answer = await part.firstOf(READY_WITHIN_MS, ready);
    void this.#watch(part);
    return answer;
  }

  /** A token for the query API, good until the data is gone. */
  async createApiToken(): Promise<string> {
    const { stdout } = await promisify(execFile)(process.execPath, [narrowsCommand(), 'key', 'create', '--data', this.#setting.dataDir, '--for', 'api', '--name', 'demo'], { env: childEnvironment() });
    return stdout.trim();
  }

  /** Ends, and stays away until it is called back. */
  async leave(): Promise<void> {
    this.#away = true;
    await this.#part?.stop();
  }

  /** Starts again with the same data. Errors: DemoFailure. */
  async comeBack(): Promise<void> {
    if (!this.#away || this.#stopping) return;
    this.#away = false;
    await this.start();
    this.#setting.onReadyAgain();
  }

  /** Put down what was done at a moment, in Unix ms. */
  async mark(text: string, atMs: number, stage: string): Promise<void> {
    await promisify(execFile)(process.execPath, [narrowsCommand(), 'mark', text, '--at', String(atMs), '--subject', `stage=${stage}`, '--data', this.#setting.dataDir], { env: childEnvironment() });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#part?.stop();
  }

  #spawn(): { part: Part; ready: Promise<CollectorReady> } {
    const { dataDir, pipelinesDir, logDir, port, otlpPort } = this.#setting;
    const part = new Part({
      name: 'collector', command: process.execPath,
      args: [narrowsCommand(), 'serve', '--json-ready', '--data', dataDir, '--pipelines', pipelinesDir, '--port', String(port), '--otlp-port', String(otlpPort), '--grpc-port', '0'],
      env: childEnvironment(), logDir, ipc: false, readsOutput: true, stopSignal: 'SIGTERM', stopGraceMs: STOP_GRACE_MS,
    });
    this.#part = part;
    this.#setting.onStarted(part);
    const ready = readyLineOf<CollectorReady>(part);
    return { part, ready };
  }

  /** Start it again as often as it dies, within reason. */
  async #watch(first: Part): Promise<void> {
    for (let part = first; ;) {
      const how = await part.ended;
      if (this.#stopping || this.#away) return;
      this.#setting.onRestart(how);
      await sleep(RESTART_AFTER_MS);
      const nowMs = Date.now();
      this.#restartsAtMs.push(nowMs);
      if (this.#restartsAtMs.filter((atMs) => nowMs - atMs < RESTARTS_WINDOW_MS).length > RESTARTS_MAX) {
        this.#setting.onGaveUp(`The collector died ${RESTARTS_MAX} times within a minute. ${part.lastWords()}`);
        return;
      }
      if (this.#stopping) return;
      const again = this.#spawn();
      part = again.part;
      await again.part.firstOf(READY_WITHIN_MS, again.ready).then(() => this.#setting.onReadyAgain(), (error: unknown) => {
        // Ended before it was ready: the loop hears of that and tries once more. Silence for so long is no life either.
        if (!(error instanceof DemoFailure)) throw error;
        if (again.part.running) again.part.process.kill('SIGKILL');
      });
    }
  }
}
