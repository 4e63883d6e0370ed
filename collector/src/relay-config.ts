// The relay's configuration: one table, read once. `docs/config.md` is checked against it.
import os from 'node:os';
import path from 'node:path';
import { NarrowsError, personalDataKinds, readConfig, type ConfigOf, type ConfigTable } from '@narrows/contract';

const MIB = 1024 * 1024;

export const RELAY_CONFIG = {
  upstream: { env: 'NARROWS_RELAY_UPSTREAM', kind: 'string', default: '', sentence: 'OTLP address of the collector outside, https://host:4318. There is no relay without it.' },
  key: { env: 'NARROWS_RELAY_KEY', kind: 'string', default: '', sentence: 'Ingestion key at that collector; blank only where a proxy in between adds it.' },
  caFile: { env: 'NARROWS_RELAY_CA', kind: 'string', default: '', sentence: 'PEM file of the authority that signed the collector\'s certificate; blank: those the system knows.' },
  certFile: { env: 'NARROWS_RELAY_CERT', kind: 'string', default: '', sentence: 'PEM file of the relay\'s own certificate, for mutual TLS.' },
  certKeyFile: { env: 'NARROWS_RELAY_CERT_KEY', kind: 'string', default: '', sentence: 'PEM file of that certificate\'s private key.' },
  gzipLevel: { env: 'NARROWS_RELAY_GZIP', kind: 'integer', default: 6, min: 1, max: 9, sentence: 'How hard to compress what is forwarded: 1 costs half the processor time of 6 and sends about a seventh more.' },
  ingestKey: { env: 'NARROWS_RELAY_INGEST_KEY', kind: 'string', default: '', sentence: 'Key that senders inside the closed network use; blank: one is made at the first start and shown once.' },
  dataDir: { env: 'NARROWS_DATA', kind: 'string', default: 'narrows-relay-data', sentence: 'Directory of the relay\'s spool and its name. Never run a copy of it: the copy would count on from the same number.' },
  host: { env: 'NARROWS_HOST', kind: 'string', default: '127.0.0.1', sentence: 'Address that all ports listen on; 0.0.0.0 for all.' },
  port: { env: 'NARROWS_RELAY_PORT', kind: 'integer', default: 4319, min: 0, max: 65_535, sentence: 'Port of /health, /ready and /metrics; 0 takes a free one.' },
  otlpPort: { env: 'NARROWS_OTLP_PORT', kind: 'integer', default: 4318, min: 0, max: 65_535, sentence: 'Port for OTLP over HTTP; 0 takes a free one.' },
  grpcPort: { env: 'NARROWS_GRPC_PORT', kind: 'integer', default: 4317, min: 0, max: 65_535, sentence: 'Port for OTLP over gRPC; 0 takes a free one.' },
  spoolBytesMax: { env: 'NARROWS_SPOOL_BYTES', kind: 'integer', default: 16_384 * MIB, unit: 'bytes', min: 16 * MIB, sentence: 'Disk that accepted data may take while the upstream is away; beyond it senders get 503.' },
  inFlightBytesMax: { env: 'NARROWS_IN_FLIGHT_BYTES', kind: 'integer', default: 64 * MIB, unit: 'bytes', min: 16 * MIB, sentence: 'Memory that requests being received may hold; beyond it senders get 429.' },
  redact: { env: 'NARROWS_REDACT', kind: 'string', default: 'all', sentence: 'Personal numbers that are masked before anything is written: "all", or a comma-separated list of card, driver_licence, passport, phone. Resident and foreigner registration numbers always are.' },
  freeBytesMin: { env: 'NARROWS_FREE_BYTES', kind: 'integer', default: 256 * MIB, unit: 'bytes', min: 0, sentence: 'Free disk below which the relay does not start.' },
  logLevel: { env: 'NARROWS_LOG_LEVEL', kind: 'string', default: 'info', oneOf: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], sentence: 'Least severe log line on standard error.' },
} as const satisfies ConfigTable;

export type RelayConfig = ConfigOf<typeof RELAY_CONFIG>;
export type RelayOverrides = { [K in keyof RelayConfig]?: string | undefined };

/** Read the table; an option given on the command line is checked exactly like its variable. Errors: CONFIG_INVALID. */
export function readRelayConfig(env: Readonly<Record<string, string | undefined>>, overrides: RelayOverrides = {}): RelayConfig {
  const merged: Record<string, string | undefined> = { ...env };
  for (const [name, value] of Object.entries(overrides)) {
    if (value !== undefined) merged[RELAY_CONFIG[name as keyof RelayConfig].env] = value;
  }
  const config = readConfig(RELAY_CONFIG, merged);
  if (config.upstream === '') throw new NarrowsError('CONFIG_INVALID', 'configuration:\n  NARROWS_RELAY_UPSTREAM is not set: a relay must know its collector, https://host:4318');
  if ((config.certFile === '') !== (config.certKeyFile === '')) throw new NarrowsError('CONFIG_INVALID', 'configuration:\n  NARROWS_RELAY_CERT and NARROWS_RELAY_CERT_KEY belong together; one of them is not set');
  personalDataKinds(config.redact);
  return config;
}

export function relayPaths(config: RelayConfig): { root: string; spool: string } {
  const root = path.resolve(config.dataDir.replace(/^~(?=$|\/)/, os.homedir()));
  return { root, spool: path.join(root, 'relay-spool') };
}
