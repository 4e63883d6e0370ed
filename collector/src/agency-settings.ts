// What agencies have set for themselves, as the running collector needs it: pipelines, limits, redaction and retention, read from
// the metadata every few seconds, so that a change by a page, by `narrows apply` or by another collector is followed. What is asked
// for every request is answered from memory; an answer keeps its identity until it changes, since decoders compile under it.
import { personalDataKinds, type AgencyLimits, type PersonalDataKinds, type PipelineDefinition } from '@narrows/contract';
import type { FastifyBaseLogger } from 'fastify';
import { readAgencySettings, readPipelines } from './access/agency-settings.js';
import type { MetaDb } from './access/meta-db.js';

export interface AgencySettingsOptions {
  db: MetaDb;
  /** Of the configuration; they are those of one agency until it has its own. */
  filePipelines: readonly PipelineDefinition[];
  fileAgency: string;
  redact: PersonalDataKinds;
  /** Told when the limits of some agency are others than before. */
  limitsChanged: (limits: ReadonlyMap<string, AgencyLimits>) => void;
  log: Pick<FastifyBaseLogger, 'error'>;
}

/** A change is followed within this time. */
export const FOLLOW_MS = 2_000;
const NONE: readonly PipelineDefinition[] = [];

interface Held<T> { text: string; value: T }

export class AgencySettings {
  readonly #options: AgencySettingsOptions;
  readonly #pipelines = new Map<string, Held<readonly PipelineDefinition[]>>();
  readonly #redact = new Map<string, Held<PersonalDataKinds>>();
  #limits = '';
  #retention = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #reading: Promise<void> | undefined;

  constructor(options: AgencySettingsOptions) { this.#options = options; }

  readonly pipelinesOf = (agency: string): readonly PipelineDefinition[] => (
    this.#pipelines.get(agency)?.value ?? (agency === this.#options.fileAgency ? this.#options.filePipelines : NONE));
  readonly redactOf = (agency: string): PersonalDataKinds => this.#redact.get(agency)?.value ?? this.#options.redact;
  /** Agencies that keep their data for less time than the collector does, in days. */
  get retentionDays(): ReadonlyMap<string, number> { return this.#retention; }

  /** Read once, then again and again. Errors of the first reading go to the caller. */
  async start(): Promise<void> {
    await this.refresh();
    this.#timer = setInterval(() => { this.refresh().catch((err: unknown) => this.#options.log.error({ err }, 'what agencies have set cannot be read; it stays as it was')); }, FOLLOW_MS).unref();
  }

  stop(): void { clearInterval(this.#timer); }

  /** One reading at a time; whoever asks meanwhile waits for a new one. */
  async refresh(): Promise<void> {
    while (this.#reading) await this.#reading.catch(() => undefined); // Told to whoever began it.
    this.#reading = this.#read();
    try {
      await this.#reading;
    } finally {
      this.#reading = undefined;
    }
  }

  async #read(): Promise<void> {
    const { db, limitsChanged } = this.#options;
    const [pipelines, settings] = await Promise.all([readPipelines(db), readAgencySettings(db)]);
    follow(this.#pipelines, pipelines, (list) => Object.freeze(list));
    follow(this.#redact, new Map(settings.flatMap(({ agency, redact }) => (redact === null ? [] : [[agency, redact] as const]))), personalDataKinds);
    this.#retention = new Map(settings.flatMap(({ agency, retentionDays }) => (retentionDays === null ? [] : [[agency, retentionDays] as const])));
    const limits = new Map(settings.flatMap((one) => (one.limits === null ? [] : [[one.agency, one.limits] as const])));
    const text = JSON.stringify([...limits]);
    if (text !== this.#limits) limitsChanged(limits);
    this.#limits = text;
  }
}

function follow<From, To>(held: Map<string, Held<To>>, now: ReadonlyMap<string, From>, make: (from: From) => To): void {
  for (const agency of held.keys()) if (!now.has(agency)) held.delete(agency);
  for (const [agency, from] of now) {
    const text = JSON.stringify(from);
    if (held.get(agency)?.text !== text) held.set(agency, { text, value: make(from) });
  }
}
