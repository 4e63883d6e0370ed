// `narrows relay`: the relay until it is told to stop. Standard output is for the one who started it (a person, or a
// program that reads the ready line), standard error for the log.
import type { Command } from 'commander';
import { readRelayConfig, type RelayOverrides } from '../relay-config.js';
import type { RelayReadyReport } from '../relay.js';
import { VERSION } from '../version.js';
import { stopOnSignal } from './stop-on-signal.js';

interface RelayCommandOptions { upstream?: string; data?: string; port?: string; otlpPort?: string; grpcPort?: string; host?: string; logLevel?: string; jsonReady?: boolean }

export function addRelayCommand(program: Command): void {
  program.command('relay')
    .description('Receive OTLP inside a closed network, redact it, keep it on disk, and forward it over one connection to a collector.')
    .option('--upstream <url>', 'OTLP address of the collector, https://host:4318')
    .option('--data <dir>', 'directory of the spool (narrows-relay-data)')
    .option('--port <port>', '/health, /ready and /metrics (4319)')
    .option('--otlp-port <port>', 'OTLP over HTTP (4318)')
    .option('--grpc-port <port>', 'OTLP over gRPC (4317)')
    .option('--host <address>', 'address to listen on (127.0.0.1)')
    .option('--log-level <level>', 'trace, debug, info, warn, error, fatal or silent (info)')
    .option('--json-ready', 'print one line of JSON when ready, and nothing else on standard output')
    .action(relay);
}

async function relay(options: RelayCommandOptions): Promise<void> {
  const overrides: RelayOverrides = {
    upstream: options.upstream, dataDir: options.data, port: options.port, otlpPort: options.otlpPort, grpcPort: options.grpcPort, host: options.host, logLevel: options.logLevel,
  };
  const config = readRelayConfig(process.env, overrides);
  // The other commands start without all that a relay is made of.
  const [{ pino }, { startRelay }] = await Promise.all([import('pino'), import('../relay.js')]);
  const log = pino({ name: 'narrows-relay', level: config.logLevel }, pino.destination({ fd: 2, sync: true }));
  const starting = startRelay(config, log);
  stopOnSignal(log, async () => (await starting).close());
  const { ready } = await starting;
  process.stdout.write(options.jsonReady ? `${JSON.stringify(ready)}\n` : greeting(ready));
  process.send?.(ready);
}

function greeting({ url, otlp, grpc, ingestKey, relay: id, upstream }: RelayReadyReport): string {
  const lines = [
    `Narrows relay ${VERSION} (${id}) is running. Ctrl-C stops it.`,
    `  forwards to  ${upstream}`,
    `  OTLP/HTTP    ${otlp}`,
    `  OTLP/gRPC    ${grpc}`,
    `  its health   ${url}/health`,
    ingestKey ? `  send with    OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer ${ingestKey}"` : '  send with    the key of the first start, or another by NARROWS_RELAY_INGEST_KEY',
  ];
  return `${lines.join('\n')}\n`;
}
