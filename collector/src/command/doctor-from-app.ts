// `narrows doctor --from-app`: the same question from the application's side. Run where the application runs, with its environment: it
// reads what the application's exporter would read, sends an empty request the same way, over HTTP or gRPC, and says what stands in between.
import { connect, type IncomingHttpHeaders } from 'node:http2';
import { ERRORS } from '@narrows/contract';

export type Grade = 'good' | 'bad' | 'note';
export interface Finding { grade: Grade; text: string }
type Environment = Readonly<Record<string, string | undefined>>;
/** What came back: `status` of HTTP or gRPC, and what the collector says about it. */
interface Answer { ok: boolean; status: string; text: string; dateMs: number }

const PORT_HTTP = 4318;
const PORT_GRPC = 4317;
const CLOCK_OFF_MAX_MS = 2_000;
const TIMEOUT_MS = 5_000;
const GRPC_METHOD = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
/** A message of no bytes, not compressed. */
const GRPC_EMPTY = Buffer.alloc(5);

export async function doctorFromApp(environment: Environment, now: () => number): Promise<Finding[]> {
  // An empty variable counts as none, by the specification.
  const env: Environment = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const grpc = (env['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'] ?? env['OTEL_EXPORTER_OTLP_PROTOCOL']) === 'grpc';
  const url = addressOf(env, grpc);
  const findings: Finding[] = [{ grade: 'note', text: `traces go to ${url}${grpc ? ' over gRPC' : ''}` }];
  const service = env['OTEL_SERVICE_NAME'] ?? /(?:^|,)\s*service\.name=([^,]+)/.exec(env['OTEL_RESOURCE_ATTRIBUTES'] ?? '')?.[1];
  findings.push(service === undefined ? { grade: 'bad', text: 'the service has no name: set OTEL_SERVICE_NAME' } : { grade: 'good', text: `the service is called ${service}` });
  if (env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') findings.push({ grade: 'bad', text: 'OTEL_SDK_DISABLED=true: nothing is sent at all' });
  for (const signal of ['TRACES', 'METRICS', 'LOGS']) if (env[`OTEL_${signal}_EXPORTER`] === 'none') findings.push({ grade: signal === 'TRACES' ? 'bad' : 'note', text: `OTEL_${signal}_EXPORTER=none: no ${signal.toLowerCase()} are sent` });
  const key = keyOf(env);
  if (key === null) findings.push({ grade: 'bad', text: 'there is no key: set NARROWS_KEY, or OTEL_EXPORTER_OTLP_HEADERS=x-narrows-key=KEY' });
  if (!URL.canParse(url)) return [...findings, { grade: 'bad', text: `${url} is no address: it begins with http:// or https://` }];
  return [...findings, ...await tryOnce(url, key, grpc, now)];
}

function addressOf(env: Environment, grpc: boolean): string {
  const own = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
  const base = (own ?? env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? env['NARROWS_ENDPOINT'] ?? `http://127.0.0.1:${grpc ? PORT_GRPC : PORT_HTTP}`).replace(/\/+$/, '');
  if (grpc) return base.includes('://') ? base : `${env['OTEL_EXPORTER_OTLP_INSECURE'] === 'true' ? 'http' : 'https'}://${base}`;
  return own ?? `${base}/v1/traces`;
}

function keyOf(env: Environment): string | null {
  const headers = Object.fromEntries((env['OTEL_EXPORTER_OTLP_TRACES_HEADERS'] ?? env['OTEL_EXPORTER_OTLP_HEADERS'] ?? '').split(',').map((pair) => [pair.slice(0, pair.indexOf('=')).trim().toLowerCase(), unescaped(pair.slice(pair.indexOf('=') + 1).trim())]));
  return headers['x-narrows-key'] ?? /^bearer\s+(\S+)$/i.exec(headers['authorization'] ?? '')?.[1] ?? env['NARROWS_KEY'] ?? null;
}

/** What is escaped wrongly is sent as it stands. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function tryOnce(url: string, key: string | null, grpc: boolean, now: () => number): Promise<Finding[]> {
  let answer: Answer;
  try {
    answer = await (grpc ? askGrpc(url, key) : askHttp(url, key));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const cause = error.cause instanceof Error ? error.cause : error;
    if (grpc && 'code' in cause && cause.code === 'ERR_HTTP2_ERROR') return [{ grade: 'bad', text: `${url} answers, and not in gRPC: gRPC goes to port ${PORT_GRPC}, HTTP to ${PORT_HTTP}, unless configured otherwise` }];
    return [{ grade: 'bad', text: `${url} cannot be reached: ${cause.message || cause.name}. Check the address, the port, and firewalls in between` }];
  }
  const findings: Finding[] = [];
  const offMs = now() - answer.dateMs;
  if (Number.isFinite(offMs)) findings.push(Math.abs(offMs) > CLOCK_OFF_MAX_MS ? { grade: 'bad', text: `this clock is ${Math.round(Math.abs(offMs) / 1_000)} s ${offMs > 0 ? 'ahead of' : 'behind'} the collector's: check NTP` } : { grade: 'good', text: 'this clock agrees with the collector\'s' });
  if (answer.ok) return [...findings, { grade: 'good', text: 'the collector takes what is sent this way' }];
  const known = /^([A-Z_]+): /.exec(answer.text)?.[1] ?? '';
  return [...findings, { grade: 'bad', text: known in ERRORS ? `the collector answers ${answer.status}: ${answer.text}` : `what answers with ${answer.status} is no OTLP port of a collector; is this the dashboard's port, or a proxy in between? It says: ${answer.text.slice(0, 200)}` }];
}

async function askHttp(url: string, key: string | null): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...key !== null && { 'x-narrows-key': key } }, body: '{}', signal: AbortSignal.timeout(TIMEOUT_MS) });
  const text = (await response.text()).trim();
  return { ok: response.ok, status: String(response.status), text: messageOf(text), dateMs: Date.parse(response.headers.get('date') ?? '') };
}

/** Of an OTLP answer in JSON its message; all else as it is. */
function messageOf(text: string): string {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && 'message' in parsed && typeof parsed.message === 'string' ? parsed.message : text;
  } catch {
    return text;
  }
}

/** One call of gRPC is a request of HTTP/2 whose outcome stands in its trailers, or in its headers where nothing follows. */
function askGrpc(url: string, key: string | null): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const session = connect(new URL(url).origin);
    const fail = (error: Error) => {
      session.destroy();
      reject(error);
    };
    session.once('error', fail);
    const stream = session.request({ ':method': 'POST', ':path': GRPC_METHOD, 'content-type': 'application/grpc', te: 'trailers', ...key !== null && { 'x-narrows-key': key } });
    stream.setTimeout(TIMEOUT_MS, () => fail(new Error(`no answer within ${TIMEOUT_MS / 1_000} s`)));
    let said: IncomingHttpHeaders = {};
    stream.on('response', (headers) => { said = headers; });
    stream.on('trailers', (trailers) => { said = { ...said, ...trailers }; });
    stream.once('error', fail);
    stream.once('close', () => {
      session.close();
      const status = said['grpc-status'];
      resolve({ ok: status === '0', status: status === undefined ? String(said[':status']) : `gRPC status ${String(status)}`, text: unescaped(String(said['grpc-message'] ?? '')), dateMs: Date.parse(said.date ?? '') });
    });
    stream.resume();
    stream.end(GRPC_EMPTY);
  });
}

/** What the reasons of the page are called in a terminal. */
export const REASON_TEXT: Readonly<Record<string, string>> = {
  'no-traces': 'metrics or logs arrive, and no traces: is the exporter of traces on?', 'clock-off': 'the clock of a sender is off: check NTP there',
  'no-pipeline': 'data arrives, and there is no pipeline yet: open /onboarding, or write one and use --pipelines', 'no-stage-matches': 'data arrives and matches no stage: check the matches of the pipeline',
};
