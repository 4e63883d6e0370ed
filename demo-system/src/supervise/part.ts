// One part of the demo: a process of its own, started, awaited and ended here. Every part leads its own process group,
// so that Ctrl-C in the terminal reaches the supervisor alone, which then ends the parts in order; what a part prints
// goes to its log file.
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ChildMessage, ParentMessage } from '../parent-channel.js';

export interface PartSpec {
  name: string;
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  logDir: string;
  /** How it is asked to end, and how long it may take before it is killed. */
  stopSignal: NodeJS.Signals;
  stopGraceMs: number;
  /** Yields to the others on a busy machine by so much more than its parent does, as `nice` counts. */
  niceness?: number;
  /** A Node process of the demo, with a line to the supervisor. */
  ipc: boolean;
  /** Its standard output is read by the supervisor instead of going to the log. */
  readsOutput?: boolean;
  uid?: number | undefined;
  gid?: number | undefined;
}

/** The demo cannot go on; the message is one sentence for the person at the terminal. */
export class DemoFailure extends Error {}

export class Part {
  readonly name: string;
  readonly logFile: string;
  readonly process: ChildProcess;
  /** Resolves when the process has ended, with a phrase that says how. */
  readonly ended: Promise<string>;
  readonly #spec: PartSpec;
  #stopping = false;

  constructor(spec: PartSpec) {
    this.#spec = spec;
    this.name = spec.name;
    this.logFile = path.join(spec.logDir, `${spec.name}.log`);
    const log = fs.openSync(this.logFile, 'a');
    const output = spec.readsOutput ? 'pipe' : log;
    const options: SpawnOptions = {
      env: spec.env, detached: true, stdio: spec.ipc ? ['ignore', output, log, 'ipc'] : ['ignore', output, log],
      ...(spec.uid === undefined ? {} : { uid: spec.uid, cwd: '/' }), ...(spec.gid === undefined ? {} : { gid: spec.gid }),
    };
    this.process = spawn(spec.command, spec.args, options);
    fs.closeSync(log);
    if (spec.niceness !== undefined && this.process.pid !== undefined) os.setPriority(this.process.pid, Math.min(os.constants.priority.PRIORITY_LOW, os.getPriority() + spec.niceness));
    this.ended = new Promise((resolve) => {
      this.process.once('error', (error) => resolve(error.message));
      this.process.once('exit', (code, signal) => resolve(signal ? `ended by ${signal}` : `exit code ${code}`));
    });
  }

  get pid(): number | undefined { return this.process.pid; }
  /** Whether its end was asked for. */
  get stopping(): boolean { return this.#stopping; }
  get running(): boolean { return this.pid !== undefined && this.process.exitCode === null && this.process.signalCode === null; }

  onMessage(listener: (message: ChildMessage) => void): void {
    this.process.on('message', (message) => listener(message as ChildMessage));
  }

  send(message: ParentMessage): void {
    if (this.process.connected) this.process.send(message);
  }

  /** The part's own word that it is ready. Errors: DemoFailure when it ends first or says nothing for `withinMs`. */
  async ready(withinMs: number): Promise<{ port: number }> {
    return this.firstOf(withinMs, new Promise<{ port: number }>((resolve) => {
      this.onMessage((message) => { if (message.type === 'ready') resolve({ port: message.port }); });
    }));
  }

  /** `wanted`, unless the part ends before or takes too long. */
  async firstOf<T>(withinMs: number, wanted: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    try {
      return await Promise.race([
        wanted,
        this.ended.then((how) => { throw new DemoFailure(`${this.name} did not start (${how}). ${this.lastWords()}`); }),
        new Promise<never>((_, reject) => { timer = setTimeout(() => reject(new DemoFailure(`${this.name} was not ready after ${withinMs / 1_000} s; its log is ${this.logFile}.`)), withinMs); }),
      ]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The end of its log, for a sentence about a failure. */
  lastWords(): string {
    const lines = fs.existsSync(this.logFile) ? fs.readFileSync(this.logFile, 'utf8').trim().split('\n') : [];
    const last = lines.filter((line) => line.trim() !== '').slice(-3).join(' | ').slice(0, 600);
    return last === '' ? `Its log is ${this.logFile}.` : `It said: ${last}`;
  }

  /** Ask it to end, and kill its whole group if it does not in time. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (!this.running) return;
    this.process.kill(this.#spec.stopSignal);
    const timer = setTimeout(() => { if (this.running && this.pid !== undefined) process.kill(-this.pid, 'SIGKILL'); }, this.#spec.stopGraceMs);
    await this.ended;
    clearTimeout(timer);
  }
}
