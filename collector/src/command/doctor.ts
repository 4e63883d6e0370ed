// `narrows doctor`: is this machine fit, and if a collector runs here, why is there no data? Each check is one line that
// says what was found and, where it is wrong, what to do.
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { ERRORS, NarrowsError, type ErrorCode, type IngestStatus, type NoDataReason, type OnboardingAnswer } from '@narrows/contract';
import type { Command } from 'commander';
import { dataPaths, readCollectorConfig, storeOptions, type CollectorConfig } from '../config.js';
import { assertPortFree } from '../port.js';
import { doctorFromApp, REASON_TEXT, type Finding, type Grade } from './doctor-from-app.js';
import { createAsk, isRunning } from './local-collector.js';

const NODE_MIN = [20, 19] as const;
/** Spans of a service whose clock is further off are stored at the wrong second. */
const CLOCK_OFF_MAX_MS = 1_000;
const SILENT_AFTER_MS = 60_000;
/** Of the reasons that may be as it should be for now, those that never are. */
const WRONG_REASONS: ReadonlySet<NoDataReason['reason']> = new Set(['clock-off', 'no-stage-matches']);

const good = (text: string): Finding => ({ grade: 'good', text });
const bad = (text: string): Finding => ({ grade: 'bad', text });
const note = (text: string): Finding => ({ grade: 'note', text });

export function addDoctorCommand(program: Command): void {
  program.command('doctor').description('Check this machine, and say why there is no data.')
    .option('--data <dir>', 'data directory of the collector').option('--port <port>', 'dashboard and query API').option('--otlp-port <port>', 'OTLP over HTTP').option('--grpc-port <port>', 'OTLP over gRPC')
    .option('--host <address>', 'address').option('--agency <id>', 'agency').option('--from-app', 'from the application\'s side: what its environment says, and whether that gets through')
    .action(async (options: { data?: string; port?: string; otlpPort?: string; grpcPort?: string; host?: string; agency?: string; fromApp?: boolean }) => {
      const config = readCollectorConfig(process.env, { dataDir: options.data, port: options.port, otlpPort: options.otlpPort, grpcPort: options.grpcPort, host: options.host });
      const findings = options.fromApp ? await doctorFromApp(process.env, Date.now) : [checkNode(), ...checkDisk(config), ...(await isRunning(config) ? await checkRunning(config, options.agency) : await checkStartable(config))];
      const sign: Record<Grade, string> = { good: 'ok  ', bad: 'BAD ', note: '    ' };
      process.stdout.write(findings.map(({ grade, text }) => `${sign[grade]} ${text}\n`).join(''));
      if (findings.some((f) => f.grade === 'bad')) process.exitCode = 1;
    });
}

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const enough = major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1]);
  return enough ? good(`Node ${process.versions.node}`) : bad(`Node ${process.versions.node}: ${NODE_MIN.join('.')} or newer is needed`);
}

function checkDisk(config: CollectorConfig): Finding[] {
  const { root } = dataPaths(config);
  let existing = root;
  while (!existsSync(existing)) existing = path.dirname(existing);
  try {
    accessSync(existing, constants.W_OK);
  } catch {
    return [bad(`${existing} cannot be written by this user; choose another with --data`)];
  }
  const { bavail, bsize } = statfsSync(existing);
  const freeMib = Math.floor((bavail * bsize) / 1024 / 1024);
  const text = `data directory ${root}, ${freeMib} MiB free`;
  return [freeMib * 1024 * 1024 < config.freeBytesMin ? bad(`${text}: too little; free some or choose another with --data`) : good(text)];
}

async function checkStartable(config: CollectorConfig): Promise<Finding[]> {
  const findings: Finding[] = [note(`no collector answers on port ${config.port}`)];
  for (const port of [config.port, config.otlpPort, config.grpcPort]) findings.push(await outcomeOf(assertPortFree(port, config.host), `port ${port} is free`));
  if (config.storeUrl === '' && !existsSync(dataPaths(config).store)) return [...findings, note('the embedded store has not been made yet; the first start does it')];
  findings.push(await outcomeOf(pingStore(config), config.storeUrl === '' ? 'the embedded store opens' : `the store at ${config.storeUrl} answers`));
  return findings;
}

async function pingStore(config: CollectorConfig): Promise<void> {
  const { openStore } = await import('../store/store.js');
  const store = await openStore(storeOptions(config));
  try {
    if (!await store.ping()) throw new NarrowsError('STORE_UNAVAILABLE', 'the store does not answer');
  } finally {
    await store.close();
  }
}

async function outcomeOf(check: Promise<void>, text: string): Promise<Finding> {
  try {
    await check;
    return good(text);
  } catch (error) {
    if (error instanceof NarrowsError) return bad(`${error.message} ${ERRORS[error.code].doc}`);
    throw error;
  }
}

async function checkRunning(config: CollectorConfig, agency: string | undefined): Promise<Finding[]> {
  const ask = await createAsk(config, agency);
  const status = await ask<IngestStatus>('/ingest');
  const { reasons } = await ask<OnboardingAnswer>('/onboarding');
  const { tick } = await ask<{ tick: { serverNowMs: number } }>('/live');
  const offMs = Math.abs(Date.now() - tick.serverNowMs);
  return [
    good(`a collector answers on port ${config.port}`),
    offMs > CLOCK_OFF_MAX_MS ? bad(`its clock is ${offMs} ms off this one`) : good('its clock agrees with this one'),
    ...explainIngest(status, Date.now()), ...reasons.flatMap(explainReason),
  ];
}

/** What the page says, and the counters of refusals do not. */
function explainReason({ reason, service, offMs }: NoDataReason): Finding[] {
  const text = REASON_TEXT[reason];
  if (text === undefined) return [];
  const off = offMs === null ? '' : ` (${Math.round(Math.abs(offMs) / 1_000)} s ${offMs > 0 ? 'ahead' : 'behind'})`;
  return [(WRONG_REASONS.has(reason) ? bad : note)(`${service === null ? '' : `${service}: `}${text}${off}`)];
}

/** Why there is no data, from the collector's own counters. */
export function explainIngest(status: IngestStatus, nowMs: number): Finding[] {
  const findings: Finding[] = [];
  const ago = (ms: number) => `${Math.max(0, Math.round((nowMs - ms) / 1_000))} s ago`;
  if (status.lastReceivedMs === null) findings.push(bad('nothing has been received since the start: point OTEL_EXPORTER_OTLP_ENDPOINT at the OTLP port, with the key in OTEL_EXPORTER_OTLP_HEADERS'));
  else findings.push(nowMs - status.lastReceivedMs > SILENT_AFTER_MS ? bad(`nothing has been received since ${ago(status.lastReceivedMs)}`) : good(`last received ${ago(status.lastReceivedMs)}: ${status.spans} spans, ${status.points} points, ${status.logRecords} log records in all`));
  for (const { code, requests, lastMs } of status.rejected) {
    const doc = code === 'NOT_FOUND' ? ' Paths are /v1/traces, /v1/metrics and /v1/logs.' : code in ERRORS ? ` ${ERRORS[code as ErrorCode].doc}` : '';
    findings.push((nowMs - lastMs > SILENT_AFTER_MS ? note : bad)(`${requests} ${requests === 1 ? 'request' : 'requests'} refused with ${code}, last ${ago(lastMs)}.${doc}`));
  }
  const waiting = status.spoolBytes > 0 && status.lastReceivedMs !== null && (status.lastStoredMs === null || status.lastReceivedMs - status.lastStoredMs > SILENT_AFTER_MS);
  if (waiting) findings.push(bad(`${status.spoolBytes} bytes wait in the spool and the store takes nothing: look at the collector's log`));
  else if (status.lastStoredMs !== null) findings.push(good(`last stored ${ago(status.lastStoredMs)}`));
  for (const { service, lastMs } of status.services) if (nowMs - lastMs > SILENT_AFTER_MS) findings.push(note(`${service} has been silent since ${ago(lastMs)}`));
  return findings;
}
