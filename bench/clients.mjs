// `npm run clients`: senders that no one here wrote, over both protocols, with three signals and gzip. Each is told to send
// a known number of items to a real collector; afterwards the store is asked whether exactly those arrived, with the
// right values. Needs the network to fetch them; writes `docs/clients.md`. --only node,go: these clients, prints only.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { claimsOf } from './clients/arrivals.mjs';
import { clientPage, isWrong } from './clients/client-page.mjs';
import { CLIENTS } from './clients/toolchains.mjs';
import { MeasuredCollector } from './measured-collector.mjs';
import { start, temporaryFolder } from './processes.mjs';

const { values } = parseArgs({ options: { only: { type: 'string' }, items: { type: 'string', default: '200' } } });
const ROOT = path.resolve(import.meta.dirname, '..');
const PROTOCOLS = ['http/protobuf', 'grpc'];
const SEND_MS_MAX = 120_000;
const items = Number(values.items);
const chosen = values.only?.split(',');

const folder = temporaryFolder('narrows-clients-');

/** Runs one command to its end; its last words where it fails, else nothing. */
async function send(command, args, env) {
  const child = start(command, args, { env: { ...process.env, ...env } });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { words = (words + chunk).slice(-1_000); });
  const force = setTimeout(() => child.kill('SIGKILL'), SEND_MS_MAX);
  const code = await new Promise((resolve) => { child.once('close', resolve); });
  clearTimeout(force);
  return code === 0 ? null : `${path.basename(command)} ended with ${code}: ${words.trim().split('\n').at(-1)}`;
}

/** The standard variables, as our own start prints them for the key. */
function environmentOf({ endpoint, protocol, key, service }) {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: protocol, OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${key}`,
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip', OTEL_SERVICE_NAME: service, OTEL_TRACES_EXPORTER: 'otlp', OTEL_METRICS_EXPORTER: 'otlp', OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_NODE_RESOURCE_DETECTORS: 'env', OTEL_METRIC_EXPORT_INTERVAL: '600000',
  };
}

async function runClients(collector) {
  const rows = [];
  for (const { name, client, checks, prepare } of CLIENTS.filter((each) => chosen?.includes(each.name) ?? true)) {
    const dir = path.join(folder, name);
    fs.mkdirSync(dir);
    process.stderr.write(`${client} …\n`);
    const { runtime, commands, missing } = await prepare(dir);
    for (const protocol of PROTOCOLS) {
      const row = { client, runtime, protocol, checks, service: `${name}-${protocol.replace('/', '-')}` };
      rows.push(row);
      const endpoint = protocol === 'grpc' ? collector.ready.grpc : collector.ready.otlp;
      if (missing || !endpoint) { row.leftOut = missing ?? 'this collector has no gRPC door'; continue; }
      const options = { endpoint, protocol, key: collector.key, service: row.service };
      for (const [command, args] of commands(items, options)) row.failure ??= await send(command, args, environmentOf(options));
    }
  }
  return rows;
}

/** How a signal of a row came out: `✓`, or what was wrong. */
async function outcome(collector, claims) {
  for (const { what, sql, wanted } of claims) {
    const [{ n }] = await collector.ask(sql);
    if (Number(n) !== wanted) return `✗ ${what}: ${n} of ${wanted}`;
  }
  return '✓';
}

const collector = await MeasuredCollector.start();
try {
  const rows = await runClients(collector);
  await collector.drained();
  await collector.stop();
  for (const row of rows.filter(({ leftOut }) => leftOut === undefined)) {
    const claims = claimsOf({ ...row, items });
    row.signals = {};
    for (const signal of ['traces', 'metrics', 'logs']) row.signals[signal] = await outcome(collector, claims[signal]);
  }
  const commit = execFileSync('git', ['describe', '--always', '--dirty'], { cwd: ROOT, encoding: 'utf8' }).trim();
  const page = clientPage(rows, { commit, date: new Date().toISOString().slice(0, 10), items });
  process.stdout.write(page);
  if (!chosen) fs.writeFileSync(path.join(ROOT, 'docs/clients.md'), page);
  if (rows.some(isWrong)) process.exitCode = 1;
} finally {
  await collector.remove();
}
