// Watch a national day: start a collector of its own, play the day into it, see to it that everything sent is stored, and leave
// the dashboard open on the day. Whatever fails on the way, everything that was started is ended.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IntakeAnswer, Signal } from '@narrows/contract';
import { childEnvironment } from '../../environment.js';
import { writeGroundTruth, type GroundTruth } from '../../observe/ground-truth.js';
import { Collector } from '../../supervise/collector.js';
import { releaseDataDirectory, takeDataDirectory, type DataDirectory } from '../../supervise/data-directory.js';
import { DemoFailure, Part } from '../../supervise/part.js';
import { isFree, thisMachine } from '../../supervise/preflight.js';
import { scaledDay, type NationalDay } from '../day.js';
import { OtlpSender } from '../send/otlp-sender.js';
import { operatorActions } from './day-truth.js';
import { firstSaid, type Asked } from './first-said.js';
import type { WatchOptions } from './national-options.js';
import { PlayedDay } from './played-day.js';
import { cpuSecondsOf } from './processor-time.js';

const PIPELINES_FOLDER = fileURLToPath(new URL('../../../pipelines', import.meta.url));
const KEEPER = fileURLToPath(new URL('../../supervise/keeper.js', import.meta.url));
const CONNECTIONS = 6;
/** Stored it takes about 60 bytes a span; while parts are merged, and on its way through the queue, more. */
const DISK_BYTES_PER_SPAN = 110;
const DISK_BYTES_LEAST = 1024 ** 3;
const PROGRESS_EVERY_MS = 10_000;
/** A queue that has not become shorter for so long is stuck. */
const STUCK_MS = 300_000;
const SAID_WITHIN_MS = 60_000;

/** What a watched day came to, for `--json` and the page about it. */
export type WatchReport = Awaited<ReturnType<WatchedDay['run']>>;

export class WatchedDay {
  readonly #options: WatchOptions;
  readonly #day: NationalDay;
  readonly #say: (line: string) => void;
  #directory: DataDirectory | null = null;
  #keeper: Part | null = null;
  #collector: Collector | null = null;
  #collectorPart: Part | null = null;
  #sender: OtlpSender | null = null;
  #stopping = false;
  #failure: string | null = null;

  constructor(options: WatchOptions, say: (line: string) => void) {
    this.#options = options;
    this.#say = say;
    const day = scaledDay(options.day, options.scale);
    this.#day = options.shiftNow ? { ...day, beginMs: Math.ceil(Date.now() / 1_000) * 1_000 + STARTING_MS } : day;
  }

  /** Errors: DemoFailure; call `stop` then, too. */
  async run() {
    await this.#preflight();
    const started = await this.#start();
    const played = new PlayedDay(this.#day, this.#options.seed, this.#options.speed === null ? undefined : 1);
    const sent = await this.#play(played, started.otlp, started.ingestKey);
    const stored = await this.#seeStored(started.url, started.apiToken, played.telemetry.made);
    await this.#markActions();
    const { truths } = played.truth;
    if (this.#directory) {
      writeGroundTruth(this.#directory.truth, truths);
      fs.writeFileSync(path.join(this.#directory.root, 'seconds.jsonl'), [...played.simulation.seconds.lines(this.#day.beginMs)].join(''));
    }
    const asked = { url: `http://127.0.0.1:${this.#options.port}`, token: started.apiToken, pipeline: this.#day.pipeline };
    const report = {
      day: this.#day.id, scale: this.#options.scale, seed: this.#options.seed, beginMs: this.#day.beginMs, endMs: this.#day.beginMs + this.#day.durationMs,
      events: played.simulation.events.added, lived: played.lived, truths, made: played.telemetry.made, ...sent, ...stored, requestsAfterOpening: this.#requestsAfterOpening(played), said: this.#options.jsonFile === null ? [] : await this.#firstSaid(asked, truths),
    };
    return { ...report, apiToken: started.apiToken, url: asked.url, links: this.#links(started.login, truths[0]?.beginMs ?? null) };
  }

  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#sender?.close();
    await this.#collector?.stop();
    if (this.#keeper?.process.connected) this.#keeper.process.disconnect();
    await this.#keeper?.ended;
    if (this.#directory) releaseDataDirectory(this.#directory);
  }

  async #preflight(): Promise<void> {
    const { port, otlpPort, dataDir, jsonFile } = this.#options;
    for (const [one, flag] of [[port, '--port'], [otlpPort, '--otlp-port']] as const) {
      if (!await isFree(one)) throw new DemoFailure(`Port ${one} is in use by another program; stop it, or choose another port with ${flag}.`);
    }
    assertSpace(dataDir, this.#day.spansAbout * DISK_BYTES_PER_SPAN, '--data');
    if (jsonFile !== null && !fs.existsSync(path.dirname(jsonFile))) throw new DemoFailure(`The folder of --json does not exist: ${path.dirname(jsonFile)}.`);
  }

  async #start() {
    const directory = takeDataDirectory(this.#options.dataDir, process.pid, isAlive);
    this.#directory = directory;
    this.#keeper = new Part({ name: 'keeper', command: process.execPath, args: [KEEPER], env: childEnvironment(), logDir: directory.logs, ipc: true, stopSignal: 'SIGTERM', stopGraceMs: 3_000 });
    const pipeline = `${this.#day.pipeline}.yaml`;
    fs.copyFileSync(path.join(PIPELINES_FOLDER, pipeline), path.join(directory.pipelines, pipeline));
    this.#collector = new Collector({
      dataDir: directory.collector, pipelinesDir: directory.pipelines, logDir: directory.logs, port: this.#options.port, otlpPort: this.#options.otlpPort,
      onStarted: (part) => {
        this.#collectorPart = part;
        if (part.pid !== undefined) this.#keeper?.send({ type: 'watch', pid: part.pid, signal: 'SIGTERM' });
      },
      onRestart: (how) => this.#say(`! The collector died (${how}); starting it again with the same data.`),
      onReadyAgain: () => this.#say('✓ The collector is back.'),
      onGaveUp: (sentence) => { this.#failure = sentence; },
    });
    const { url, otlp, login, ingestKey } = await this.#collector.start();
    if (ingestKey === null) throw new DemoFailure('The collector gave no ingestion key.');
    this.#say(`✓ Collector at ${url}`);
    return { url, otlp, login, ingestKey, apiToken: await this.#collector.createApiToken() };
  }

  /** Play the day into the collector. Answers what was sent, how long it took and what it cost. */
  async #play(played: PlayedDay, otlp: string, key: string) {
    const sender = new OtlpSender(new URL(otlp), key, CONNECTIONS);
    this.#sender = sender;
    const beganMs = performance.now();
    const cpu = process.cpuUsage();
    let toldMs = beganMs;
    for (const { atMs, exports } of played.exports()) {
      if (this.#failure !== null) throw new DemoFailure(this.#failure);
      if (this.#stopping) throw new DemoFailure('Stopped before the day was over.');
      const waitMs = this.#waitMs(atMs, performance.now() - beganMs);
      if (waitMs > 0) await sleep(waitMs);
      for (const one of exports) await sender.put(one);
      if (performance.now() - toldMs >= PROGRESS_EVERY_MS) {
        toldMs = performance.now();
        this.#say(this.#progress(played, atMs, (toldMs - beganMs) / 1_000));
      }
    }
    await sender.answered();
    const { user, system } = process.cpuUsage(cpu);
    sender.close();
    return {
      requests: played.lived.total.requests, exports: sender.requests, bytes: sender.bytes, retries: sender.retries, taken: sender.taken,
      sentAfterSeconds: (performance.now() - beganMs) / 1_000, generatorCpuSeconds: (user + system) / 1e6,
    };
  }

  /** How long it is until a moment of the day is due. */
  #waitMs(atMs: number, passedMs: number): number {
    const { speed, shiftNow } = this.#options;
    if (speed === null) return 0;
    return shiftNow ? this.#day.beginMs + atMs - Date.now() : atMs / speed - passedMs;
  }

  #progress(played: PlayedDay, atMs: number, seconds: number): string {
    const spans = played.telemetry.made.traces;
    const { total } = played.lived;
    const row = played.simulation.seconds.rows.at(-1);
    return `${clock(this.#day.beginMs + atMs)}  ${(total.requests / 1e6).toFixed(2)} M requests, ${(spans / 1e6).toFixed(1)} M spans (${Math.round(spans / seconds / 1_000)} k/s) · in line ${row?.waiting ?? 0} places of ${row?.peopleInLine ?? 0} people · booked ${total.booked}`;
  }

  /** Nothing lost: what was sent is what is stored. Errors: DemoFailure with both numbers. */
  async #seeStored(url: string, token: string, made: Readonly<Record<Signal, number>>) {
    const beganMs = performance.now();
    let least = Number.POSITIVE_INFINITY;
    let shrankMs = beganMs;
    for (;;) {
      const signals = await signalsOf(url, token);
      const queued = signals === null ? Number.POSITIVE_INFINITY : signals.reduce((sum, signal) => sum + signal.queued, 0);
      if (signals !== null && queued === 0) {
        const stored = Object.fromEntries(signals.map((signal) => [signal.signal, signal.stored])) as Record<Signal, number>;
        const wrong = signals.filter((signal) => signal.stored !== made[signal.signal] || signal.difference !== 0);
        if (wrong.length > 0) throw new DemoFailure(`Not all that was sent is stored: ${wrong.map((signal) => `${signal.signal} ${made[signal.signal]} sent, ${signal.stored} stored`).join('; ')}.`);
        this.#say(`✓ Sent and stored: ${made.traces} spans, ${made.metrics} points, ${made.logs} log records. Nothing lost.`);
        return { stored, storedAfterSeconds: (performance.now() - beganMs) / 1_000, collectorCpuSeconds: cpuSecondsOf(this.#collectorPart?.pid) };
      }
      if (queued < least) { least = queued; shrankMs = performance.now(); }
      if (performance.now() - shrankMs > STUCK_MS) throw new DemoFailure(`The collector has ${signals === null ? 'not said how many' : queued} items in its queue, and for ${STUCK_MS / 1_000} s they have not become fewer.`);
      await sleep(500);
    }
  }

  /** From the first minute in which most come until bookings are suspended, or the day is over. */
  #requestsAfterOpening({ simulation }: PlayedDay): number {
    const { arrivals } = this.#day.people;
    const opening = arrivals.find(({ peoplePerSecond }) => peoplePerSecond >= Math.max(...arrivals.map((knot) => knot.peoplePerSecond)) / 2)?.atMs ?? 0;
    const until = this.#day.suspension?.fromMs ?? this.#day.durationMs;
    return simulation.seconds.rows.slice(Math.floor(opening / 1_000), Math.floor(until / 1_000)).reduce((sum, { requests }) => sum + requests, 0);
  }

  /** When each truth was first said; null: not within a minute. */
  async #firstSaid(asked: Asked, truths: readonly GroundTruth[]) {
    const said: ({ saidAtMs: number; since: number; confidence: number } | null)[] = [];
    for (const truth of truths) {
      const first = await firstSaid(asked, truth, SAID_WITHIN_MS);
      said.push(first && { saidAtMs: first.saidAtMs, since: first.verdict.since, confidence: first.verdict.confidence });
    }
    return said;
  }

  async #markActions(): Promise<void> {
    for (const { text, atMs, stage } of operatorActions(this.#day)) await this.#collector?.mark(text, atMs, stage);
  }

  #links(login: string | null, onsetMs: number | null): { login: string | null; live: string } {
    const openMs = onsetMs ?? this.#day.beginMs + 15 * 60_000;
    const query = new URLSearchParams({ pipeline: this.#day.pipeline, from: String(openMs - 5 * 60_000), to: String(openMs + 5 * 60_000) });
    return { login, live: `http://localhost:${this.#options.port}/live?${query.toString()}` };
  }
}

/** Until a collector is up: a day that begins now begins when it can be heard. */
const STARTING_MS = 15_000;

/** What the collector says of its intake; null where it does not answer just now, as when the machine is given to something else. Errors: DemoFailure where it answers that it does not know. */
async function signalsOf(url: string, token: string): Promise<IntakeAnswer['signals'] | null> {
  const answer = await fetch(`${url.replace('localhost', '127.0.0.1')}/api/v1/intake`, { headers: { authorization: `Bearer ${token}` } }).catch((error: Error) => error);
  if (answer instanceof Error) return null;
  if (!answer.ok) throw new DemoFailure(`The collector answers ${answer.status} about its intake.`);
  return (await answer.json() as IntakeAnswer).signals;
}

/** Errors: DemoFailure where the disk has less than it takes. */
export function assertSpace(directory: string, bytesWanted: number, flag: string): void {
  const wanted = Math.max(DISK_BYTES_LEAST, bytesWanted);
  const free = thisMachine.diskBytesFree(directory);
  const gib = (bytes: number) => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
  if (free < wanted) throw new DemoFailure(`Only ${gib(free)} of disk are free at ${directory}; this day needs about ${gib(wanted)}. Free some, choose another place with ${flag}, or a smaller --scale.`);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function clock(unixMs: number): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Seoul', hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(unixMs);
}
