// The services of a system, each its own process with the agent attached from outside by `--import`, started in the order
// in which they need each other. While they run, a service can be given more instances or another release: whoever calls
// it is told which there are before any is taken away.
import { fileURLToPath } from 'node:url';
import { childEnvironment, tableValues } from '../environment.js';
import { OLD_VERSION } from '../faults/slow-version.js';
import { frontOf, type ServiceSpec, type System, type TableName, type UrlName } from '../system.js';
import { DemoFailure, Part } from './part.js';

const METRICS_EVERY_MS = 2_000;
const READY_WITHIN_MS = 40_000;
const STOP_GRACE_MS = 6_000;
/** The watched yield a little to the watcher: on one machine for all, a full house must not keep the collector from saying so. */
const WATCHED_NICENESS = 2;
const INSTANCES_MAX = 16;

/** Where telemetry goes. */
export interface TelemetryTarget { endpoint: string; key: string }

export interface FleetSetting {
  system: System;
  /** What all of them are told: scenario, seed, speed. */
  common: Partial<Record<TableName, string | number>>;
  /** Where the public site listens; the services behind it take free ports of this machine. */
  site: { host: string; port: number };
  databaseUrl: string;
  /** By network; null: the agent is not attached. */
  telemetry: Readonly<Record<ServiceSpec['network'], TelemetryTarget>> | null;
  /** How many instances a service has at the start, where it is not one. Each then has its part of the capacity. */
  instances?: Readonly<Record<string, number>>;
  logDir: string;
  onStarted: (part: Part) => void;
  /** Called before others are sent to a new instance. */
  onReady?: (instance: Instance) => Promise<void>;
}

export interface Release { version: string; extraMs: number }
export interface Instance { spec: ServiceSpec; number: number; release: Release; part: Part; url: string }

export class Fleet {
  readonly #setting: FleetSetting;
  readonly #urls: Partial<Record<UrlName, string>>;
  #instances: Instance[] = [];

  constructor(setting: FleetSetting) {
    this.#setting = setting;
    this.#urls = { databaseUrl: setting.databaseUrl };
  }

  /** Start all of them. Answers the address of the public site. Errors: DemoFailure. */
  async start(): Promise<{ webUrl: string }> {
    for (const wave of wavesOf(this.#setting.system.services)) {
      await Promise.all(wave.map(async (spec) => {
        const first = await Promise.all(Array.from({ length: this.#startsWith(spec) }, (_, i) => this.#begin(spec, i + 1, { version: OLD_VERSION, extraMs: 0 })));
        this.#urls[spec.urlName] = first[0]?.url ?? '';
      }));
    }
    this.#tellCallers();
    return { webUrl: this.#urls[frontOf(this.#setting.system).urlName] ?? '' };
  }

  /** Instances of a service, or of all. */
  of(service?: string): readonly Instance[] {
    return this.#instances.filter(({ spec }) => service === undefined || spec.name === service);
  }

  /** Give a service so many instances. Errors: DemoFailure, one sentence. */
  async scale(service: string, count: number): Promise<void> {
    const spec = this.#scalable(service);
    if (!Number.isInteger(count) || count < 1 || count > INSTANCES_MAX) throw new DemoFailure(`${service} can have 1 to ${INSTANCES_MAX} instances, not ${count}.`);
    const now = this.of(service);
    const release = now[0]?.release ?? { version: OLD_VERSION, extraMs: 0 };
    const numbers = now.map(({ number }) => number);
    const last = Math.max(0, ...numbers);
    if (count > now.length) await Promise.all(Array.from({ length: count - now.length }, (_, i) => this.#begin(spec, last + i + 1, release)));
    this.#tellCallers();
    await this.#end(now.slice(count));
  }

  /** Put another release in the place of the one that runs: the new instances are there before the old ones go. */
  async release(service: string, release: Release): Promise<void> {
    const spec = this.#scalable(service);
    const old = this.of(service);
    const last = Math.max(0, ...old.map(({ number }) => number));
    await Promise.all(old.map((_, i) => this.#begin(spec, last + i + 1, release)));
    await this.#end(old);
  }

  #startsWith(spec: ServiceSpec): number {
    return this.#setting.instances?.[spec.name] ?? 1;
  }

  #scalable(service: string): ServiceSpec {
    const spec = this.#setting.system.services.find(({ name }) => name === service);
    if (!spec) throw new DemoFailure(`There is no service ${service}. Known ones: ${this.#setting.system.services.map(({ name }) => name).join(', ')}.`);
    if (spec.front || spec.network === 'closed' || spec.name === 'waiting-room') throw new DemoFailure(`${service} keeps what it knows in its one process; another instance would know nothing of it.`);
    return spec;
  }

  async #begin(spec: ServiceSpec, number: number, release: Release): Promise<Instance> {
    const needs = Object.fromEntries(spec.needs.map((name) => [name, this.#urls[name] ?? '']));
    const listens = spec.front ? this.#setting.site : { host: '127.0.0.1', port: 0 };
    const part = this.#spawn(spec, number, release, { ...this.#setting.common, ...listens, ...needs, service: spec.name, extraMs: release.extraMs, share: 1 / this.#startsWith(spec) });
    const { port } = await part.ready(READY_WITHIN_MS);
    const instance = { spec, number, release, part, url: `http://127.0.0.1:${port}` };
    await this.#setting.onReady?.(instance);
    this.#instances.push(instance);
    return instance;
  }

  /** Callers first, so that nobody is sent to a closed door. */
  async #end(instances: readonly Instance[]): Promise<void> {
    this.#instances = this.#instances.filter((instance) => !instances.includes(instance));
    this.#tellCallers();
    await Promise.all(instances.map(({ part }) => part.stop()));
  }

  #tellCallers(): void {
    for (const caller of this.#instances) {
      for (const spec of this.#setting.system.services.filter(({ urlName }) => caller.spec.needs.includes(urlName))) {
        caller.part.send({ type: 'backends', urlName: spec.urlName, service: spec.name, urls: this.of(spec.name).map(({ url }) => url) });
      }
    }
  }

  #spawn(spec: ServiceSpec, number: number, release: Release, table: Partial<Record<TableName, string | number>>): Part {
    const telemetry = this.#setting.telemetry?.[spec.network];
    const { channel, step } = this.#setting.system.attributes;
    const script = fileURLToPath(new URL(`../services/${spec.name}/main.js`, import.meta.url));
    const part = new Part({
      name: number === 1 ? spec.name : `${spec.name}-${number}`, command: process.execPath,
      args: [...(telemetry ? ['--import', import.meta.resolve('@narrows/agent/register')] : []), script],
      env: childEnvironment({
        ...tableValues(table),
        OTEL_SERVICE_NAME: spec.name,
        OTEL_RESOURCE_ATTRIBUTES: `service.version=${release.version},service.instance.id=${spec.name}-${number}`,
        ...(telemetry && {
          OTEL_EXPORTER_OTLP_ENDPOINT: telemetry.endpoint, NARROWS_KEY: telemetry.key,
          NARROWS_ACTIVE_ATTRIBUTES: `${channel},${step}`, OTEL_METRIC_EXPORT_INTERVAL: String(METRICS_EVERY_MS),
        }),
      }),
      logDir: this.#setting.logDir, ipc: true, niceness: WATCHED_NICENESS, stopSignal: 'SIGTERM', stopGraceMs: STOP_GRACE_MS,
    });
    this.#setting.onStarted(part);
    return part;
  }
}

/** Services that need nothing that is not there yet, then those that need these, and so on. */
function wavesOf(services: readonly ServiceSpec[]): ServiceSpec[][] {
  const there = new Set<UrlName>(['databaseUrl']);
  const waves: ServiceSpec[][] = [];
  for (let left = [...services]; left.length > 0;) {
    const wave = left.filter(({ needs }) => needs.every((name) => there.has(name)));
    left = left.filter((spec) => !wave.includes(spec));
    for (const { urlName } of wave) there.add(urlName);
    waves.push(wave);
  }
  return waves;
}
