// The whole demo from start to end: data directory, keeper, PostgreSQL, collector, relay, services, crowd; then it listens
// to what is true and what is said, and lets faults and operations happen, until it is stopped. Whatever fails on the way,
// everything that was started is ended.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { VERDICT_SAID_FROM } from '@narrows/contract';
import { childEnvironment, readEnvironment, tableValues } from './environment.js';
import type { Surroundings } from './faults/fault.js';
import { writeGroundTruth } from './observe/ground-truth.js';
import { RecordingDoor } from './national/record/recording-door.js';
import { followLiveStream } from './observe/live-stream.js';
import { PoolsOfInstances } from './observe/pools.js';
import { writeReport } from './observe/report.js';
import { TruthKeeper } from './observe/truth.js';
import { VerdictLog } from './observe/verdict-log.js';
import type { DemoOptions } from './options.js';
import type { ChildMessage, PeopleCounts } from './parent-channel.js';
import { scenarioOf, type Scenario } from './scenario.js';
import { systemOf, type System } from './system.js';
import { Collector } from './supervise/collector.js';
import { releaseDataDirectory, takeDataDirectory, type DataDirectory } from './supervise/data-directory.js';
import { fillDatabase } from './supervise/fill-database.js';
import { Fleet, type TelemetryTarget } from './supervise/fleet.js';
import { Interventions } from './supervise/interventions.js';
import { DemoFailure, Part } from './supervise/part.js';
import { startPostgres, type Postgres } from './supervise/postgres.js';
import { preflight } from './supervise/preflight.js';
import { Line, startRelay } from './supervise/relay.js';
import { surroundingsOf } from './supervise/surroundings.js';

const PIPELINES_FOLDER = fileURLToPath(new URL('../pipelines', import.meta.url));
const STATUS_EVERY_MS = 10_000;
const REPORT_EVERY_MS = 5_000;
/** Until the services' first telemetry is stored, so that the calm before the opening is seen. */
const SETTLE_MS = 1_000;
const CROWD_READY_WITHIN_MS = 20_000;

export class Demo {
  readonly #options: DemoOptions;
  readonly #scenario: Scenario;
  readonly #say: (line: string) => void;
  readonly #onFailure: (sentence: string) => void;
  readonly #truth: TruthKeeper;
  readonly #system: System;
  readonly #pools = new PoolsOfInstances();
  readonly #verdicts = new VerdictLog();
  readonly #parts: Part[] = [];
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #listening = new AbortController();
  #directory: DataDirectory | null = null;
  #keeper: Part | null = null;
  #postgres: Postgres | null = null;
  #collector: Collector | null = null;
  #relayLine: Line | null = null;
  #interventions: Interventions | null = null;
  #recording: RecordingDoor | null = null;
  #people: PeopleCounts | null = null;
  #queueing = 0;
  #beganAtMs: number | null = null;
  #stopping = false;

  /** `onFailure` hears, once at most, that a part died and the demo has to be stopped. */
  constructor(options: DemoOptions, say: (line: string) => void, onFailure: (sentence: string) => void) {
    this.#options = options;
    this.#scenario = scenarioOf(options.scenario);
    this.#say = say;
    this.#onFailure = onFailure;
    this.#system = systemOf(this.#scenario.system);
    const stage = this.#system.services.find(({ pools }) => pools)?.stage ?? '';
    this.#truth = new TruthKeeper(this.#scenario.pipeline, stage, (truths) => { if (this.#directory) writeGroundTruth(options.truthFile ?? this.#directory.truth, truths); });
  }

  /** Start everything. Answers the addresses to open; no login link where the collector runs elsewhere. Errors: DemoFailure; call `stop` then, too. */
  async start(): Promise<{ login: string | null; site: string; control: string }> {
    // In containers the collector and the database are somebody else's; then only services and crowd are started.
    const elsewhere = readEnvironment();
    await preflight(this.#options, { ownCollector: elsewhere.collectorOtlpUrl === '' });
    const directory = takeDataDirectory(this.#options.dataDir, process.pid, isAlive);
    this.#directory = directory;
    this.#keeper = this.#startPart('keeper', 'supervise/keeper.js', {});
    this.#say(`✓ Data in ${directory.root}`);

    const databaseUrl = elsewhere.databaseUrl || await this.#startPostgres(directory);
    await this.#step('Database', () => fillDatabase(this.#scenario.system, databaseUrl), (what) => `${what} are in the database`);
    const collector = elsewhere.collectorOtlpUrl === ''
      ? await this.#step('Collector', () => this.#startCollector(directory), ({ url, otlp }) => `Collector at ${url}, telemetry to ${otlp}`)
      : { otlp: elsewhere.collectorOtlpUrl, ingestKey: elsewhere.collectorKey, login: null, apiToken: null };
    const open = { endpoint: await this.#recorded(collector.otlp), key: collector.ingestKey };
    const closed = await this.#startRelay(directory, open);

    const common = { scenario: this.#scenario.id, seed: this.#options.seed, speed: this.#options.speed };
    const fleet = new Fleet({
      system: this.#system, common, site: { host: elsewhere.host, port: elsewhere.port }, databaseUrl, logDir: directory.logs, telemetry: { open, closed },
      instances: instancesOf(this.#scenario), onStarted: (part) => this.#own(part), onReady: (instance) => this.#interventions?.desk.reach(instance) ?? Promise.resolve(),
    });
    const { webUrl } = await this.#step('Services', () => fleet.start(), ({ webUrl: url }) => `${fleet.of().length} services; the public site is at ${url}`);
    const crowd = this.#startPart('crowd', 'crowd/main.js', { ...common, webUrl });
    await this.#step('Crowd', () => crowd.ready(CROWD_READY_WITHIN_MS), () => `The crowd: ${this.#scenario.title.en}, seed ${this.#options.seed}`);
    const interventions = new Interventions({ scenario: this.#scenario, fleet, surroundings: this.#surroundings(fleet, webUrl), truth: this.#truth, people: () => this.#people, say: this.#say });
    this.#interventions = interventions;
    const control = await interventions.open({ port: this.#options.controlPort, file: directory.control, site: webUrl });
    if (collector.apiToken !== null) this.#listen(collector.apiToken);
    this.#begin();
    return { login: collector.login, site: webUrl, control };
  }

  /** End everything, the crowd first and the database last, and write the report. Safe to call twice. */
  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    for (const timer of this.#timers) clearInterval(timer);
    const last = ['postgres', 'relay', 'keeper'];
    await this.#interventions?.close();
    await this.#named('crowd')?.stop();
    this.#report();
    this.#listening.abort();
    await Promise.all(this.#parts.filter(({ name }) => name !== 'collector' && !last.includes(name)).map((part) => part.stop()));
    // The relay after those who send to it, and before the one it sends to.
    await this.#named('relay')?.stop();
    this.#relayLine?.close();
    await this.#recording?.close(Date.now(), this.#truth.truths);
    await this.#collector?.stop();
    await this.#named('postgres')?.stop();
    this.#postgres?.removeLeftovers();
    for (const part of this.#parts) if (part.pid !== undefined) this.#keeper?.send({ type: 'unwatch', pid: part.pid });
    // The keeper ends when its line is cut, and by then has nobody left to end.
    if (this.#keeper?.process.connected) this.#keeper.process.disconnect();
    await this.#keeper?.ended;
    if (this.#directory) releaseDataDirectory(this.#directory);
  }

  /** How people fared, for the end. */
  get people(): PeopleCounts | null { return this.#people; }

  /** One line on how people fare. */
  status(): string {
    const people = this.#people;
    if (!people) return 'Nobody has come yet.';
    const seconds = this.#beganAtMs === null ? 0 : Math.round((Date.now() - this.#beganAtMs) / 1_000);
    const { arrived, booked, thrownBack, gaveUp, inLine } = people;
    return `${String(seconds).padStart(4)} s  arrived ${arrived} · booked ${booked} · thrown back ${thrownBack} · gave up ${gaveUp}`
      + ` · in the waiting room ${inLine} · in line for workers ${this.#queueing}`;
  }

  /** Where telemetry goes in: the collector's own door, or one before it that writes down what goes through. */
  async #recorded(otlp: string): Promise<string> {
    const { recordFolder, scenario } = this.#options;
    if (recordFolder === null) return otlp;
    this.#recording = await RecordingDoor.open(otlp, recordFolder, { name: `demo ${scenario}`, title: this.#scenario.title, pipeline: this.#scenario.pipeline, beginMs: Date.now() });
    this.#say(`✓ Recording into ${recordFolder}`);
    return this.#recording.endpoint;
  }

  async #step<T>(name: string, work: () => Promise<T>, done: (result: T) => string): Promise<T> {
    const began = Date.now();
    try {
      const result = await work();
      this.#say(`✓ ${done(result)} (${((Date.now() - began) / 1_000).toFixed(1)} s)`);
      return result;
    } catch (error) {
      throw error instanceof DemoFailure ? error : new DemoFailure(`${name} did not start: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }

  /** A Node process of the demo itself. */
  #startPart(name: string, script: string, table: Parameters<typeof tableValues>[0]): Part {
    const part = new Part({
      name, command: process.execPath, args: [fileURLToPath(new URL(script, import.meta.url))], env: childEnvironment(tableValues(table)),
      logDir: this.#directory?.logs ?? '', ipc: true, stopSignal: 'SIGTERM', stopGraceMs: 3_000,
    });
    this.#own(part);
    return part;
  }

  /** From now on this part is watched: by the keeper in case we die, and by us in case it does. */
  #own(part: Part): void {
    this.#parts.push(part);
    part.onMessage((message) => this.#hear(message, part));
    if (part.pid !== undefined && part.name !== 'keeper') this.#keeper?.send({ type: 'watch', pid: part.pid, signal: part.name === 'postgres' ? 'SIGINT' : 'SIGTERM' });
    void part.ended.then((how) => {
      if (part.pid !== undefined) this.#keeper?.send({ type: 'unwatch', pid: part.pid });
      this.#pools.forget(part.name);
      const expected = this.#stopping || part.stopping || part.name === 'collector';
      if (!expected) this.#onFailure(`${part.name} died (${how}). ${part.lastWords()}`);
    });
  }

  async #startPostgres(directory: DataDirectory): Promise<string> {
    const postgres = await this.#step('PostgreSQL', () => startPostgres({ dataDir: directory.postgres, logDir: directory.logs, env: childEnvironment(), onStarted: (part) => this.#own(part) }),
      ({ version, port }) => `PostgreSQL ${version} on port ${port}`);
    this.#postgres = postgres;
    return postgres.url;
  }

  async #startCollector(directory: DataDirectory): Promise<{ url: string; otlp: string; login: string; ingestKey: string; apiToken: string }> {
    const pipeline = `${this.#scenario.pipeline}.yaml`;
    fs.copyFileSync(path.join(PIPELINES_FOLDER, pipeline), path.join(directory.pipelines, pipeline));
    this.#collector = new Collector({
      dataDir: directory.collector, pipelinesDir: directory.pipelines, logDir: directory.logs, port: this.#options.port, otlpPort: this.#options.otlpPort,
      onStarted: (part) => this.#own(part),
      onRestart: (how) => this.#say(`! The collector died (${how}); starting it again with the same data.`),
      onReadyAgain: () => this.#say('✓ The collector is back.'),
      onGaveUp: (sentence) => this.#onFailure(sentence),
    });
    const { url, otlp, login, ingestKey } = await this.#collector.start();
    if (login === null || ingestKey === null) throw new DemoFailure('The collector gave no login link or no ingestion key; is NARROWS_LOGIN_LINK=false set?');
    return { url, otlp, login, ingestKey, apiToken: await this.#collector.createApiToken() };
  }

  /** Where the services of the closed network send to: nobody outside reaches them, and they reach one relay. */
  async #startRelay(directory: DataDirectory, upstream: TelemetryTarget): Promise<TelemetryTarget> {
    if (!this.#system.services.some(({ network }) => network === 'closed')) return upstream;
    const line = await Line.to(upstream.endpoint);
    this.#relayLine = line;
    return this.#step('Relay', () => startRelay({ dataDir: directory.relay, logDir: directory.logs, line, key: upstream.key, onStarted: (part) => this.#own(part) }),
      ({ endpoint }) => `Relay of the closed network at ${endpoint}; one line leads out`);
  }

  #surroundings(fleet: Fleet, webUrl: string): Surroundings {
    return surroundingsOf({
      fleet, collector: this.#collector, relayLine: this.#relayLine, crowd: () => this.#named('crowd'),
      startFlood: (floodPerSecond) => this.#startPart('flood', 'crowd/flood.js', { webUrl, scenario: this.#scenario.id, seed: this.#options.seed, floodPerSecond }),
    });
  }

  #hear(message: ChildMessage, part: Part): void {
    if (message.type === 'pools') {
      const channels = this.#pools.observe(part.name, message.channels);
      this.#queueing = channels.reduce((sum, { queue }) => sum + queue, 0);
      if (this.#beganAtMs !== null) this.#truth.observePools(message.atMs, channels);
    }
    if (message.type === 'fault-answer') this.#interventions?.desk.answered(message.id, message.error);
    if (message.type === 'people') this.#people = message.people;
  }

  #listen(apiToken: string): void {
    let trouble = '';
    void followLiveStream(
      { url: `http://127.0.0.1:${this.#options.port}`, pipeline: this.#scenario.pipeline, headers: { authorization: `Bearer ${apiToken}` } },
      (tick) => {
        trouble = '';
        for (const verdict of this.#verdicts.observe(tick.verdicts, Date.now())) {
          if (verdict.confidence >= VERDICT_SAID_FROM && !this.#stopping) this.#say(`→ ${verdict.sentence.en}`);
        }
      },
      (why) => {
        if (why !== trouble) this.#say(`! No live stream from the collector: ${why}`);
        trouble = why;
      },
      this.#listening.signal,
    );
  }

  /** The crowd's day begins. */
  #begin(): void {
    this.#beganAtMs = Date.now() + SETTLE_MS;
    this.#named('crowd')?.send({ type: 'begin', atMs: this.#beganAtMs });
    this.#interventions?.follow({ beganAtMs: this.#beganAtMs, speed: this.#options.speed });
    this.#timers.push(setInterval(() => this.#say(this.status()), STATUS_EVERY_MS));
    if (this.#options.jsonFile !== null) this.#timers.push(setInterval(() => this.#report(), REPORT_EVERY_MS));
  }

  #report(): void {
    if (this.#options.jsonFile === null || this.#beganAtMs === null || this.#people === null) return;
    writeReport(this.#options.jsonFile, {
      scenario: this.#scenario.id, seed: this.#options.seed, begin: this.#beganAtMs, end: Date.now(),
      truth: this.#truth.truths, verdicts: this.#verdicts.said, people: this.#people, collectorRestarts: this.#collector?.restarts ?? 0,
    });
  }

  #named(name: string): Part | undefined {
    return this.#parts.find((part) => part.name === name);
  }
}

/** Services that a scenario begins with in several instances. */
function instancesOf(scenario: Scenario): Record<string, number> {
  return scenario.system === 'vaccine' ? { identity: scenario.identityServers } : {};
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
