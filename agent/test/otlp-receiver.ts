// A real OTLP/HTTP receiver for the tests: takes JSON, keeps everything, and gives it back as flat spans, points and records.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import zlib from 'node:zlib';

export type Flat = Record<string, string | number | boolean | undefined>;
export interface Span { traceId: string; spanId: string; parentSpanId: string; name: string; kind: number; scope: string; attributes: Flat; resource: Flat; status: number; events: string[]; durationMs: number }
export interface Point { metric: string; value: number; attributes: Flat; resource: Flat; atMs: number; temporality: number | undefined }
export interface LogRecord { eventName: string; body: string; traceId: string; spanId: string; attributes: Flat }
interface Value { stringValue?: string; intValue?: number | string; doubleValue?: number; boolValue?: boolean }
type Pairs = { key: string; value: Value }[];
/** OTLP/JSON is a tree of such nodes; the test reads the few members it needs. */
interface Node { [member: string]: unknown }

export class OtlpReceiver {
  readonly spans: Span[] = [];
  readonly points: Point[] = [];
  readonly records: LogRecord[] = [];
  readonly requests: { path: string; headers: http.IncomingHttpHeaders; body: Buffer }[] = [];
  readonly #server: http.Server;

  private constructor() {
    this.#server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const raw = Buffer.concat(chunks);
        const body = request.headers['content-encoding'] === 'gzip' ? zlib.gunzipSync(raw) : raw;
        this.requests.push({ path: request.url ?? '', headers: request.headers, body });
        if (request.headers['content-type'] === 'application/json') this.#take(JSON.parse(body.toString()) as Node);
        response.end();
      });
    });
  }

  static async start(port = 0): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver();
    await new Promise<void>((resolve) => { receiver.#server.listen(port, '127.0.0.1', resolve); });
    return receiver;
  }

  get url(): string { return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`; }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #take(message: Node): void {
    for (const group of list(message['resourceSpans'])) for (const scope of list(group['scopeSpans'])) for (const span of list(scope['spans'])) this.spans.push(spanOf(span, scope, group));
    for (const group of list(message['resourceMetrics'])) for (const scope of list(group['scopeMetrics'])) for (const metric of list(scope['metrics'])) this.points.push(...pointsOf(metric, group));
    for (const group of list(message['resourceLogs'])) for (const scope of list(group['scopeLogs'])) for (const record of list(scope['logRecords'])) this.records.push(recordOf(record));
  }
}

const list = (value: unknown): Node[] => (Array.isArray(value) ? value as Node[] : []);
const resourceOf = (group: Node): Flat => flat((group['resource'] as Node)['attributes']);

function flat(pairs: unknown): Flat {
  return Object.fromEntries(((pairs ?? []) as Pairs).map(({ key, value }) => [key, value.stringValue ?? (value.intValue === undefined ? undefined : Number(value.intValue)) ?? value.doubleValue ?? value.boolValue]));
}

function spanOf(span: Node, scope: Node, group: Node): Span {
  const nano = (member: string) => BigInt(span[member] as string);
  return {
    traceId: String(span['traceId']), spanId: String(span['spanId']), parentSpanId: String(span['parentSpanId'] ?? ''), name: String(span['name']), kind: Number(span['kind']),
    scope: String((scope['scope'] as Node)['name']), attributes: flat(span['attributes']), resource: resourceOf(group), status: Number((span['status'] as Node)['code']),
    events: list(span['events']).map((event) => String(event['name'])), durationMs: Number(nano('endTimeUnixNano') - nano('startTimeUnixNano')) / 1e6,
  };
}

function pointsOf(metric: Node, group: Node): Point[] {
  const data = (metric['gauge'] ?? metric['sum'] ?? {}) as Node;
  return list(data['dataPoints']).map((point) => ({
    metric: String(metric['name']), value: Number(point['asDouble'] ?? point['asInt']), attributes: flat(point['attributes']), resource: resourceOf(group),
    atMs: Number(BigInt(point['timeUnixNano'] as string) / 1_000_000n), temporality: data['aggregationTemporality'] as number | undefined,
  }));
}

function recordOf(record: Node): LogRecord {
  return {
    eventName: String(record['eventName'] ?? ''), body: String((record['body'] as Value | undefined)?.stringValue ?? ''),
    traceId: String(record['traceId'] ?? ''), spanId: String(record['spanId'] ?? ''), attributes: flat(record['attributes']),
  };
}
