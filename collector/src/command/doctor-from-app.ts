// `narrows doctor --from-app`: the same question from the application's side. Run where the application runs, with its environment: it
// reads what the application's exporter would read, sends an empty request the same way, and says what stands in between.
import { ERRORS, type ErrorCode } from '@narrows/contract';

export type Grade = 'good' | 'bad' | 'note';
export interface Finding { grade: Grade; text: string }
type Environment = Readonly<Record<string, string | undefined>>;

const ENDPOINT_DEFAULT = 'http://127.0.0.1:4318';
const CLOCK_OFF_MAX_MS = 2_000;
const TIMEOUT_MS = 5_000;

export async function doctorFromApp(env: Environment, now: () => number): Promise<Finding[]> {
  const endpoint = (env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] ?? env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? env['NARROWS_ENDPOINT'] ?? ENDPOINT_DEFAULT).replace(/\/+$/, '');
  const url = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] === undefined ? `${endpoint}/v1/traces` : endpoint;
  const findings: Finding[] = [{ grade: 'note', text: `traces go to ${url}` }];
  const service = env['OTEL_SERVICE_NAME'] ?? /service\.name=([^,]+)/.exec(env['OTEL_RESOURCE_ATTRIBUTES'] ?? '')?.[1];
  findings.push(service === undefined ? { grade: 'bad', text: 'the service has no name: set OTEL_SERVICE_NAME' } : { grade: 'good', text: `the service is called ${service}` });
  if (env['OTEL_SDK_DISABLED'] === 'true') findings.push({ grade: 'bad', text: 'OTEL_SDK_DISABLED=true: nothing is sent at all' });
  for (const signal of ['TRACES', 'METRICS', 'LOGS']) if (env[`OTEL_${signal}_EXPORTER`] === 'none') findings.push({ grade: signal === 'TRACES' ? 'bad' : 'note', text: `OTEL_${signal}_EXPORTER=none: no ${signal.toLowerCase()} are sent` });
  const key = keyOf(env);
  if (key === null) findings.push({ grade: 'bad', text: 'there is no key: set NARROWS_KEY, or OTEL_EXPORTER_OTLP_HEADERS=x-narrows-key=KEY' });
  if (env['OTEL_EXPORTER_OTLP_PROTOCOL'] === 'grpc') return [...findings, { grade: 'note', text: 'the protocol is gRPC, which goes to port 4317; tried here over HTTP is only what both share' }];
  return [...findings, ...await tryOnce(url, key, now)];
}

function keyOf(env: Environment): string | null {
  const headers = Object.fromEntries((env['OTEL_EXPORTER_OTLP_TRACES_HEADERS'] ?? env['OTEL_EXPORTER_OTLP_HEADERS'] ?? '').split(',').map((pair) => [pair.slice(0, pair.indexOf('=')).trim().toLowerCase(), decodeURIComponent(pair.slice(pair.indexOf('=') + 1).trim())]));
  return headers['x-narrows-key'] ?? /^bearer\s+(\S+)$/i.exec(headers['authorization'] ?? '')?.[1] ?? env['NARROWS_KEY'] ?? null;
}

async function tryOnce(url: string, key: string | null, now: () => number): Promise<Finding[]> {
  let response: Response;
  try {
    response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...key !== null && { 'x-narrows-key': key } }, body: '{}', signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const cause = error.cause instanceof Error ? error.cause : error;
    return [{ grade: 'bad', text: `${url} cannot be reached: ${cause.message || cause.name}. Check the address, the port, and firewalls in between` }];
  }
  const findings: Finding[] = [];
  const date = Date.parse(response.headers.get('date') ?? '');
  const offMs = now() - date;
  if (Number.isFinite(date)) findings.push(Math.abs(offMs) > CLOCK_OFF_MAX_MS ? { grade: 'bad', text: `this clock is ${Math.round(Math.abs(offMs) / 1_000)} s ${offMs > 0 ? 'ahead of' : 'behind'} the collector's: check NTP` } : { grade: 'good', text: 'this clock agrees with the collector\'s' });
  if (response.ok) return [...findings, { grade: 'good', text: 'the collector takes what is sent this way' }];
  const answer = await response.text();
  const code = codeOf(response.status);
  return [...findings, { grade: 'bad', text: `the collector answers ${response.status}: ${answer.slice(0, 200)}${code === null ? ' This does not look like a collector; is a proxy in between?' : ` ${ERRORS[code].doc}`}` }];
}

const codeOf = (status: number): ErrorCode | null => ({ 401: 'KEY_UNKNOWN', 403: 'KEY_SIGNAL', 404: 'NOT_FOUND', 405: 'METHOD_NOT_ALLOWED', 415: 'CONTENT_TYPE', 429: 'RATE_LIMITED', 503: 'SPOOL_FULL' } as const)[status as 401] ?? null;

/** What the reasons of the page are called in a terminal. */
export const REASON_TEXT: Readonly<Record<string, string>> = {
  'no-traces': 'metrics or logs arrive, and no traces: is the exporter of traces on?', 'clock-off': 'the clock of a sender is off: check NTP there',
  'no-pipeline': 'data arrives, and there is no pipeline yet: open /onboarding, or write one and use --pipelines', 'no-stage-matches': 'data arrives and matches no stage: check the matches of the pipeline',
};
