// `narrows serve`: the collector until it is told to stop. Standard output is for the one who started it (a person, or a
// program that reads the ready line), standard error for the log.
import type { Command } from 'commander';
import { LOGIN_LINK_LIFE_MS } from '../access/login-links.js';
import type { ReadyReport } from '../collector.js';
import { readCollectorConfig, type ConfigOverrides } from '../config.js';
import { VERSION } from '../version.js';
import { stopOnSignal } from './stop-on-signal.js';

interface ServeOptions { data?: string; port?: string; otlpPort?: string; grpcPort?: string; host?: string; pipelines?: string; logLevel?: string; jsonReady?: boolean }

export function addServeCommand(program: Command): void {
  program.command('serve')
    .description('Receive OTLP over HTTP and gRPC, serve the dashboard and the query API.')
    .option('--data <dir>', 'directory of spool, embedded store and metadata (narrows-data)')
    .option('--port <port>', 'dashboard and query API (4319)')
    .option('--otlp-port <port>', 'OTLP over HTTP (4318)')
    .option('--grpc-port <port>', 'OTLP over gRPC (4317)')
    .option('--host <address>', 'address to listen on (127.0.0.1)')
    .option('--pipelines <path>', 'YAML file, or directory of them')
    .option('--log-level <level>', 'trace, debug, info, warn, error, fatal or silent (info)')
    .option('--json-ready', 'print one line of JSON when ready, and nothing else on standard output')
    .action(serve);
}

async function serve(options: ServeOptions): Promise<void> {
  const overrides: ConfigOverrides = {
    dataDir: options.data, port: options.port, otlpPort: options.otlpPort, grpcPort: options.grpcPort, host: options.host, pipelines: options.pipelines, logLevel: options.logLevel,
  };
  const config = readCollectorConfig(process.env, overrides);
  // The other commands start without all that a collector is made of.
  const [{ pino }, { startCollector }] = await Promise.all([import('pino'), import('../collector.js')]);
  const log = pino({ name: 'narrows', level: config.logLevel }, pino.destination({ fd: 2, sync: true }));
  const starting = startCollector(config, log);
  // From here on, so that a stop while starting waits for the start and undoes it.
  const reload = (): void => { starting.then((collector) => collector.reload(), () => undefined); }; // A failed start is told below.
  stopOnSignal(log, async () => (await starting).close(), config.limitsFile === '' ? undefined : reload);
  const { ready } = await starting;
  process.stdout.write(options.jsonReady ? `${JSON.stringify(ready)}\n` : greeting(ready));
  process.send?.(ready);
}

function greeting({ login, url, otlp, grpc, ingestKey }: ReadyReport): string {
  const lines = [
    `Narrows ${VERSION} is running. Ctrl-C stops it.`,
    login ? `  dashboard  ${login}   (works once, for ${LOGIN_LINK_LIFE_MS / 60_000} minutes)` : `  dashboard  ${url}`,
    `  OTLP/HTTP  ${otlp}`,
    `  OTLP/gRPC  ${grpc}`,
    ingestKey ? `  send with  OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer ${ingestKey}"` : '  send with  the ingestion key of the first start, or a new one: npx narrows key create',
  ];
  return `${lines.join('\n')}\n`;
}
