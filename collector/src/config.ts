// The collector's configuration: one table, read once. `docs/config.md` is checked against it. Command line options win
// over the environment; they are the few that one changes from run to run.
import os from 'node:os';
import path from 'node:path';
import { NarrowsError, personalDataKinds, readConfig, SELF_AGENCY, type ConfigOf, type ConfigTable } from '@narrows/contract';
import { isTimeZone } from './access/agencies.js';
import type { StoreOptions } from './store/store.js';

const MIB = 1024 * 1024;

export const COLLECTOR_CONFIG = {
  dataDir: { env: 'NARROWS_DATA', kind: 'string', default: 'narrows-data', sentence: 'Directory of spool, embedded store and metadata.' },
  host: { env: 'NARROWS_HOST', kind: 'string', default: '127.0.0.1', sentence: 'Address that all ports listen on; 0.0.0.0 for all.' },
  port: { env: 'NARROWS_PORT', kind: 'integer', default: 4319, min: 0, max: 65_535, sentence: 'Port of the dashboard and the query API; 0 takes a free one.' },
  otlpPort: { env: 'NARROWS_OTLP_PORT', kind: 'integer', default: 4318, min: 0, max: 65_535, sentence: 'Port for OTLP over HTTP; 0 takes a free one.' },
  grpcPort: { env: 'NARROWS_GRPC_PORT', kind: 'integer', default: 4317, min: 0, max: 65_535, sentence: 'Port for OTLP over gRPC; 0 takes a free one.' },
  publicUrl: { env: 'NARROWS_PUBLIC_URL', kind: 'string', default: '', sentence: 'Address under which people open the dashboard, for the login link; blank: http://localhost:PORT.' },
  pipelines: { env: 'NARROWS_PIPELINES', kind: 'string', default: '', sentence: 'YAML file, or directory of them, that defines the pipelines of that agency until it has some of its own; blank: none.' },
  agencyId: { env: 'NARROWS_AGENCY_ID', kind: 'string', default: 'default', sentence: 'Agency (tenant) that is created at the first start.' },
  agencyName: { env: 'NARROWS_AGENCY_NAME', kind: 'string', default: 'Narrows', sentence: 'Name of that agency.' },
  timeZone: { env: 'NARROWS_TIME_ZONE', kind: 'string', default: 'Asia/Seoul', sentence: 'IANA time zone of that agency.' },
  ingestKey: { env: 'NARROWS_INGEST_KEY', kind: 'string', default: '', sentence: 'Ingestion key of that agency; blank: one is made at the first start and shown once.' },
  storeUrl: { env: 'NARROWS_STORE_URL', kind: 'string', default: '', sentence: 'ClickHouse server, http(s)://host:8123; blank: the embedded engine.' },
  storeUser: { env: 'NARROWS_STORE_USER', kind: 'string', default: 'default', sentence: 'User of the ClickHouse server.' },
  storePassword: { env: 'NARROWS_STORE_PASSWORD', kind: 'string', default: '', sentence: 'Password of the ClickHouse server.' },
  storeDatabase: { env: 'NARROWS_STORE_DATABASE', kind: 'string', default: 'narrows', sentence: 'Database on the ClickHouse server.' },
  storeCluster: { env: 'NARROWS_STORE_CLUSTER', kind: 'string', default: '', sentence: 'Cluster name for ON CLUSTER and Replicated tables; blank: one server.' },
  metaUrl: { env: 'NARROWS_META_URL', kind: 'string', default: '', sentence: 'PostgreSQL for agencies, keys, people and the audit log, postgres://user:password@host/database, which several collectors may share; blank: a file in the data directory.' },
  retentionDays: { env: 'NARROWS_RETENTION_DAYS', kind: 'integer', default: 14, unit: 'days', min: 1, max: 3_650, sentence: 'How long stored data is kept.' },
  auditDays: { env: 'NARROWS_AUDIT_DAYS', kind: 'integer', default: 731, unit: 'days', min: 365, max: 36_500, sentence: 'How long the audit log is kept: a year, or two where 50,000 people or more or unique identifiers are concerned.' },
  spoolBytesMax: { env: 'NARROWS_SPOOL_BYTES', kind: 'integer', default: 2_048 * MIB, unit: 'bytes', min: 16 * MIB, sentence: 'Disk that accepted data may take while the store is away; beyond it senders get 503. Copies of the newest for the engine take up to 256 MiB beside that.' },
  inFlightBytesMax: { env: 'NARROWS_IN_FLIGHT_BYTES', kind: 'integer', default: 128 * MIB, unit: 'bytes', min: 16 * MIB, sentence: 'Memory that requests being received may hold; beyond it senders get 429.' },
  agencyBytesPerSecond: { env: 'NARROWS_AGENCY_BYTES_PER_SECOND', kind: 'number', default: 0, unit: 'bytes/s', min: 0, sentence: 'What each agency may send, inflated, ten seconds of it at once; beyond it its senders get 429. 0: unlimited.' },
  agencyItemsPerSecond: { env: 'NARROWS_AGENCY_ITEMS_PER_SECOND', kind: 'number', default: 0, unit: 'items/s', min: 0, sentence: 'Spans, points and log records that each agency may send; beyond it its senders get 429. 0: unlimited.' },
  agencyRequestsPerSecond: { env: 'NARROWS_AGENCY_REQUESTS_PER_SECOND', kind: 'number', default: 0, unit: 'requests/s', min: 0, sentence: 'Requests that each agency may send, also those that turn out to be broken; beyond it its senders get 429. 0: unlimited.' },
  limitsFile: { env: 'NARROWS_LIMITS', kind: 'string', default: '', sentence: 'YAML file with limits of single agencies: { default: {…}, agencies: { ID: { bytesPerSecond, itemsPerSecond, requestsPerSecond, traces: {…}, metrics: {…}, logs: {…}, distinct: { ServiceName, … } } } }, see limits.md. Read again on SIGHUP; a file with mistakes changes nothing. Blank: none.' },
  redact: { env: 'NARROWS_REDACT', kind: 'string', default: 'all', sentence: 'Personal numbers that are masked: "all", or a comma-separated list of card, driver_licence, passport, phone. Resident and foreigner registration numbers always are.' },
  thinning: { env: 'NARROWS_THINNING', kind: 'boolean', default: false, sentence: 'Under overload, when the queue on disk fills up, keep raw spans of only some healthy traces, whole ones; those that failed or were slow are all kept, and aggregates stay exact. Off: everything is stored, and at the end senders get 503.' },
  freeBytesMin: { env: 'NARROWS_FREE_BYTES', kind: 'integer', default: 256 * MIB, unit: 'bytes', min: 0, sentence: 'Free disk below which the collector does not start.' },
  dashboardDir: { env: 'NARROWS_DASHBOARD_DIR', kind: 'string', default: '', sentence: 'Built dashboard; blank: the one of this installation.' },
  logLevel: { env: 'NARROWS_LOG_LEVEL', kind: 'string', default: 'info', oneOf: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], sentence: 'Least severe log line on standard error.' },
  selfMetrics: { env: 'NARROWS_SELF_METRICS', kind: 'integer', default: 30, unit: 'seconds', min: 0, max: 3_600, sentence: 'How often the collector keeps its own metrics in its store, under the agency "narrows"; 0: never. /metrics has them in any case.' },
  notifyNetworks: { env: 'NARROWS_NOTIFY_NETWORKS', kind: 'string', default: '', sentence: 'Private networks that messages of alerts may go to, comma-separated (10.1.0.0/16, 192.168.7.0/24); blank: public addresses only.' },
  statusDir: { env: 'NARROWS_STATUS_DIR', kind: 'string', default: '', sentence: 'Directory that public pages are written to every few seconds, for a static server or a CDN; blank: served at /status/AGENCY only.' },
  chromium: { env: 'NARROWS_CHROMIUM', kind: 'string', default: '', sentence: 'Path of a Chromium that prints reports of incidents as PDF; blank: Markdown and a page to print.' },
  signOn: { env: 'NARROWS_SIGN_ON', kind: 'string', default: '', sentence: 'YAML file of OpenID Connect providers that people sign in by, for the platform or for single agencies, with the roles that their claims make; see sign-on.md. Read at the start. Blank: accounts are local only.' },
  printLoginLink: { env: 'NARROWS_LOGIN_LINK', kind: 'boolean', default: true, sentence: 'Print a one-time login link at the start.' },
} as const satisfies ConfigTable;

export type CollectorConfig = ConfigOf<typeof COLLECTOR_CONFIG>;
export type ConfigOverrides = { [K in keyof CollectorConfig]?: CollectorConfig[K] | string };

/** Read the table; an option given on the command line is checked exactly like its variable. Errors: CONFIG_INVALID. */
export function readCollectorConfig(env: Readonly<Record<string, string | undefined>>, overrides: ConfigOverrides = {}): CollectorConfig {
  const merged: Record<string, string | undefined> = { ...env };
  for (const [name, value] of Object.entries(overrides)) {
    if (value !== undefined) merged[COLLECTOR_CONFIG[name as keyof CollectorConfig].env] = String(value);
  }
  const config = readConfig(COLLECTOR_CONFIG, merged);
  personalDataKinds(config.redact);
  if (config.agencyId === SELF_AGENCY) throw new NarrowsError('CONFIG_INVALID', `configuration:\n  NARROWS_AGENCY_ID="${SELF_AGENCY}": this name is kept for the collector itself`);
  if (!isTimeZone(config.timeZone)) throw new NarrowsError('CONFIG_INVALID', `configuration:\n  NARROWS_TIME_ZONE=${JSON.stringify(config.timeZone)}: must be an IANA time zone`);
  return config;
}

/** Where everything lies under the data directory. */
export function dataPaths(config: CollectorConfig): { root: string; spool: string; store: string } {
  const root = path.resolve(config.dataDir.replace(/^~(?=$|\/)/, os.homedir()));
  return { root, spool: path.join(root, 'spool'), store: path.join(root, 'store') };
}

/** Where the metadata lies, as `openMetaDb` takes it. */
export function metaLocation(config: CollectorConfig): string {
  return config.metaUrl === '' ? path.join(dataPaths(config).root, 'meta.db') : config.metaUrl;
}

export function storeOptions(config: CollectorConfig): StoreOptions {
  const { retentionDays } = config;
  if (config.storeUrl === '') return { mode: 'embedded', path: dataPaths(config).store, retentionDays };
  return {
    mode: 'server', url: config.storeUrl, username: config.storeUser, password: config.storePassword, database: config.storeDatabase,
    cluster: config.storeCluster || undefined, retentionDays,
  };
}

/** What a person types into a browser, without a slash at its end. */
export function publicUrl(config: CollectorConfig, port: number): string {
  return config.publicUrl === '' ? `http://localhost:${port}` : config.publicUrl.replace(/\/+$/, '');
}
