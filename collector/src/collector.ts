// A running collector: opens what it needs in the order in which it depends, listens last, and closes in the reverse
// order. What stands in the way is one sentence (a port, a lock, no space), before anything has been accepted.
import { fileURLToPath } from 'node:url';
import { personalDataKinds, type Signal } from '@narrows/contract';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { createAgencyCount, ensureAgency, type Agency } from './access/agencies.js';
import { createCredential, createCredentialLookup, hasCredential, type Credential } from './access/credentials.js';
import { ADMIN, createLoginLink } from './access/login-links.js';
import { openMetaDb, type MetaDb } from './access/meta-db.js';
import { createAgencyRemoval } from './agency-removal.js';
import { AgencySettings } from './agency-settings.js';
import { createAlerting, type Alerting } from './alerting.js';
import { createApi } from './api/api-server.js';
import { dataPaths, metaLocation, publicUrl, storeOptions, type CollectorConfig } from './config.js';
import { makeDataDir } from './data-directory.js';
import { Fairness } from './fairness.js';
import { readPipelineFiles, readPipelineText } from './pipeline-files.js';
import { IngestPipeline } from './pipeline.js';
import { assertPortFree, listen } from './port.js';
import { createEntrance, type Sender } from './receive/entrance.js';
import { GrpcReceiver } from './receive/grpc-receiver.js';
import { HttpReceiver } from './receive/http-receiver.js';
import { single } from './metric-family.js';
import { createRedactingDecoder } from './redacting-decoder.js';
import { startRetention } from './retention-watch.js';
import { SelfMetrics } from './self-metrics.js';
import { startSelfWatch } from './self-watch.js';
import { readSignOnFile } from './sign-on-file.js';
import type { Provider } from './sign-on/provider.js';
import { sleep } from './sleep.js';
import { openSpool, type Spool } from './spool/spool.js';
import { openStore, type Store } from './store/store.js';
import { Thinning } from './thinning.js';
import { VERSION } from './version.js';

export interface ReadyReport {
  ready: true;
  /** Dashboard and query API. */
  url: string;
  /** One-time login link, or null where none was asked for. */
  login: string | null;
  /** OTLP/HTTP endpoint. */
  otlp: string;
  /** OTLP/gRPC endpoint. */
  grpc: string;
  agency: string;
  /** The key to send with, where it is known: given by configuration or made just now. */
  ingestKey: string | null;
  pid: number;
}
export interface RunningCollector {
  ready: ReadyReport;
  /** Read again what may change while it runs: the limits of agencies. */
  reload(): void;
  close(): Promise<void>;
}

/** What one load takes at most, some fifty thousand spans: each costs the engine as much again as some thousands of them. */
const SEGMENT_BYTES_MAX = 32 * 1024 * 1024;
/** A small queue is cut more finely: how much of a segment is kept depends on how full the queue is when it begins. */
const SEGMENTS_MIN = 16;
/** Some seconds of the highest load: whoever is further behind than that reads the segments themselves. */
const PLAIN_BYTES_MAX = 256 * 1024 * 1024;
/** Ids of traces in one load's statement: 33 bytes each, over the channel to the embedded engine or in a URL, of which a server takes 1 MiB. */
const PLAN_IDS_MAX = 200_000;
const PLAN_IDS_MAX_OF_URL = 20_000;
/** How long a stop waits for the store to take what is in the spool; the rest waits on disk. */
const DRAIN_MS_MAX = 4_000;
const MIGRATE_RETRY_MS = 2_000;

/** Errors: PORT_IN_USE, DISK_FULL, DATA_DIR_LOCKED, CONFIG_INVALID, STORE_UNAVAILABLE. */
export async function startCollector(config: CollectorConfig, log: FastifyBaseLogger): Promise<RunningCollector> {
  const paths = dataPaths(config);
  const filePipelines = config.pipelines === '' ? [] : readPipelineFiles(config.pipelines);
  const providers = readSignOnFile(config.signOn, Date.now);
  makeDataDir(paths.root, config.freeBytesMin);
  for (const port of [config.port, config.otlpPort, config.grpcPort]) await assertPortFree(port, config.host);

  // Whatever is open when a later step fails is closed again, last first.
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => { for (let closer = closers.pop(); closer; closer = closers.pop()) await closer(); };
  try {
    const now = Date.now;
    const metrics = new SelfMetrics(now);
    const thinning = config.thinning ? new Thinning({ fullness: () => spool.bytes / config.spoolBytesMax, planIdsMax: config.storeUrl === '' ? PLAN_IDS_MAX : PLAN_IDS_MAX_OF_URL, now }) : undefined;
    const spool = await openSpool({
      dir: paths.spool, bytesMax: config.spoolBytesMax, segmentBytesMax: Math.min(SEGMENT_BYTES_MAX, config.spoolBytesMax / SEGMENTS_MIN), plainBytesMax: Math.min(PLAIN_BYTES_MAX, config.spoolBytesMax / 2),
      liveFirst: true, book: metrics, ...thinning && { watch: thinning }, now,
    });
    closers.push(() => spool.close());
    if (spool.stats().recovered.records > 0) thinning?.beganAmid(now());
    metrics.watchThinning(() => thinning?.state ?? null);
    const db = await openMetaDb(metaLocation(config));
    closers.push(() => db.destroy());
    const fairness = new Fairness({
      config, log, overflowed: (agency, column) => metrics.overflow(agency, column),
      spool: { backlog: () => ({ bytes: spool.bytes, bytesMax: config.spoolBytesMax }), backlogOf: (agency) => spool.queuedBytesOf(agency), agencies: await createAgencyCount(db, now, (err) => log.error({ err }, 'the agencies cannot be counted')) },
    });
    const settings = new AgencySettings({ db, filePipelines, fileAgency: config.agencyId, redact: personalDataKinds(config.redact), limitsChanged: (limits) => fairness.setOwn(limits), log });
    await settings.start();
    closers.push(async () => settings.stop());
    const store = await openStore(storeOptions(config));
    closers.push(() => store.close());
    const pipeline = new IngestPipeline({ decoder: fairness.measured(createRedactingDecoder({ pipelines: settings.pipelinesOf, budgetOf: fairness.budgetOf, noteTraces: config.thinning }, settings.redactOf)), spool, store: metrics.statements.loader(store), thinning, metrics, log, now, sleep });
    const retention = startRetention({ db, store, retentionDays: () => settings.retentionDays, auditDays: config.auditDays, log, now });
    closers.push(async () => retention.stop());
    const migration = new Migration(store, config.storeUrl === '', log);
    const watch = startSelfWatch({ metrics, spool, store, pipeline, storeEmpty: () => !migration.done, reportEveryMs: config.selfMetrics * 1_000, log, now });
    await migration.run(() => pipeline.start());
    closers.push(async () => { migration.stop(); await pipeline.stop(DRAIN_MS_MAX); });

    const access = await prepareAccess(db, config, now());
    let url = '';
    const alerting = createAlerting({
      db, store: metrics.statements.reader(store), metrics, log, pipelines: settings.pipelinesOf, storedThroughMs: () => pipeline.storedThroughMs, now, publicUrl: () => url,
      sharedStore: config.storeUrl !== '', notifyNetworks: config.notifyNetworks, statusDir: config.statusDir,
    });
    const { api, receiver, grpc, listening } = await createDoors({ config, providers, log, db, store, spool, pipeline, settings, metrics, migration, fairness, alerting, now });
    closers.splice(closers.length - 1, 0, () => api.close()); // The page lives on while the spool drains.
    closers.push(() => alerting.close());
    closers.push(() => watch.close());
    const port = listening.port = await listen(api, config.port, config.host);
    closers.push(() => Promise.all([receiver.close(), grpc.close()]));
    const otlpPort = listening.otlpPort = await listen(receiver, config.otlpPort, config.host);
    const grpcPort = listening.grpcPort = await listen(grpc, config.grpcPort, config.host);
    url = publicUrl(config, port);
    alerting.start();
    const login = config.printLoginLink ? `${url}/login?token=${await createLoginLink(db, { agency: access.agency.id, user: ADMIN }, now())}` : null;
    return { ready: { ready: true, url, login, otlp: `http://${config.host}:${otlpPort}`, grpc: `http://${config.host}:${grpcPort}`, agency: access.agency.id, ingestKey: access.ingestKey, pid: process.pid }, reload: () => fairness.reload(), close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Doors {
  config: CollectorConfig; providers: readonly Provider[]; log: FastifyBaseLogger; db: MetaDb; store: Store; spool: Spool; pipeline: IngestPipeline; settings: AgencySettings;
  metrics: SelfMetrics; migration: Migration; fairness: Fairness; alerting: Alerting; now: () => number;
}

/** The doors for agents and the door for people; none listens yet. */
async function createDoors({ config, providers, log, db, store, spool, pipeline, settings, metrics, migration, fairness, alerting, now }: Doors): Promise<{ api: FastifyInstance; receiver: HttpReceiver; grpc: GrpcReceiver; listening: { port: number; otlpPort: number; grpcPort: number } }> {
  const listening = { port: config.port, otlpPort: config.otlpPort, grpcPort: config.grpcPort };
  const lookUp = createCredentialLookup(db, now);
  const entrance = await createEntrance({
    next: fairness.inTurn((request) => pipeline.accept(request)), admit: fairness.admit,
    authenticate: (key) => {
      const found = lookUp(key);
      return found instanceof Promise ? found.then(senderOf) : senderOf(found);
    },
    counters: metrics, onFault: (err) => log.error({ err }, 'a request failed unexpectedly'), now, inFlightBytesMax: config.inFlightBytesMax,
  });
  metrics.watch(() => [single('narrows_in_flight_bytes', 'gauge', 'Memory that requests being received hold.', entrance.reservedBytes)]);
  const receiver = new HttpReceiver({ entrance });
  const api = await createApi({
    db, store: metrics.statements.reader(store), pipelines: settings.pipelinesOf, counters: metrics, storedThroughMs: () => pipeline.storedThroughMs, retentionDays: config.retentionDays, now, version: VERSION, log,
    dashboardDir: config.dashboardDir || DASHBOARD_DIR, providers, publicUrl: () => publicUrl(config, listening.port), timeZone: config.timeZone, door: alerting.door, alerts: { ...alerting, chromium: config.chromium }, readPipeline: readPipelineText, refresh: () => settings.refresh(), redact: config.redact,
    ports: () => ({ otlp: listening.otlpPort, grpc: listening.grpcPort }),
    deleteTraces: (agency, traceIds) => store.deleteTraces(agency, traceIds),
    deleteData: createAgencyRemoval({ db, store, spool, now, sleep: (ms) => sleep(ms, new AbortController().signal) }),
    degradedBy: async () => (!migration.done || pipeline.storeAway || !await store.ping() ? 'store' : null),
  });
  return { api, receiver, grpc: new GrpcReceiver({ entrance }), listening };
}

function senderOf(credential: Credential | null): Sender | null {
  return credential?.kind === 'ingest' ? { agency: credential.agency, signals: credential.signals?.split(',') as Signal[] | undefined } : null;
}

/** Beside this package in the repository, inside it when installed. */
const DASHBOARD_DIR = fileURLToPath(new URL('../../dashboard/dist/app', import.meta.url));

async function prepareAccess(db: MetaDb, config: CollectorConfig, nowMs: number): Promise<{ agency: Agency; ingestKey: string | null }> {
  const agency = await ensureAgency(db, { id: config.agencyId, name: config.agencyName, timeZone: config.timeZone }, nowMs);
  const given = config.ingestKey || undefined;
  const known = await hasCredential(db, { kind: 'ingest', agency: agency.id, secret: given });
  if (known) return { agency, ingestKey: given ?? null };
  const { secret } = await createCredential(db, { kind: 'ingest', agency: agency.id, name: given ? 'configured' : 'first key', secret: given }, nowMs);
  return { agency, ingestKey: secret };
}

/** The embedded engine has its tables before anything listens; a server that is away gets them when it is back. */
class Migration {
  done = false;
  readonly #stopping = new AbortController();

  constructor(readonly store: Store, readonly mustSucceed: boolean, readonly log: FastifyBaseLogger) {}

  async run(then: () => void): Promise<void> {
    if (await this.#tryOnce(then)) return;
    void this.#keepTrying(then);
  }

  stop(): void { this.#stopping.abort(); }

  async #keepTrying(then: () => void): Promise<void> {
    do await sleep(MIGRATE_RETRY_MS, this.#stopping.signal);
    while (!this.#stopping.signal.aborted && !await this.#tryOnce(then));
  }

  async #tryOnce(then: () => void): Promise<boolean> {
    try {
      await this.store.migrate();
    } catch (err) {
      if (this.mustSucceed) throw err;
      this.log.warn({ err }, 'the store has no schema yet; accepting into the spool and trying again');
      return false;
    }
    this.done = true;
    then();
    return true;
  }
}
