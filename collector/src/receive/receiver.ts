// OTLP over HTTP: POST /v1/traces, /v1/metrics, /v1/logs → admitted request bytes with their agency → `next`. The order
// of checks is the order of cost: method, content type, key, room in memory, size, encoding; a request that fails one
// is answered without paying for the rest. The agency comes from the key and from nothing else. A 200 is sent only
// after `next` has made the data durable.
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import xxhash from 'xxhash-wasm';
import { type AdmittedRequest, type Encoding, type ErrorCode, type IngestResult, LIMITS, NarrowsError, type Signal } from '@narrows/contract';
import { Admission, type Reservation } from './admission.js';
import { type ContentEncoding, inflateBody, parseContentEncoding } from './inflate.js';
import { CONTENT_TYPES, statusAnswer, successAnswer } from './otlp-answer.js';

/** What the receiver tells the outside about itself: requests, never items one by one. */
export interface ReceiveCounters {
  accepted(signal: Signal, agency: string, items: number, bytes: number, duplicate: boolean): void;
  rejected(signal: Signal | null, agency: string | null, code: ErrorCode): void;
}

export interface ReceiverOptions {
  next: (request: AdmittedRequest) => Promise<IngestResult>;
  authenticate: (key: string) => Promise<{ agency: string } | null>;
  counters: ReceiveCounters;
  /** Unexpected faults, for the log; operating errors are only counted. */
  onFault: (error: unknown) => void;
  now: () => number;
  /** Memory that the bodies of all requests in flight may hold. */
  inFlightBytesMax: number;
  requestBytesMax?: number;
  compressedRequestBytesMax?: number;
  connectionsMax?: number;
}

const SIGNALS: readonly Signal[] = ['traces', 'metrics', 'logs'];
const MEDIA_TYPES: Readonly<Record<string, Encoding>> = { 'application/x-protobuf': 'protobuf', 'application/protobuf': 'protobuf', 'application/json': 'json' };
/** Reserved for a chunked body, whose length is not known before it is read. */
const UNKNOWN_LENGTH_BYTES = 256 * 1024;
const TIMEOUTS_MS = { headers: 10_000, request: 30_000, keepAlive: 75_000 };

interface Admitted { agency: string; encoding: Encoding; contentEncoding: ContentEncoding; reservation: Reservation }

/**
 * Not yet listening.
 *
 * Errors: every answer of `docs/errors.md` that an OTLP request can get, as google.rpc.Status in the request's encoding.
 */
export async function createReceiver(options: ReceiverOptions): Promise<FastifyInstance> {
  const { h64, h64Raw } = await xxhash();
  const requestBytesMax = options.requestBytesMax ?? LIMITS.requestBytesMax;
  const compressedBytesMax = options.compressedRequestBytesMax ?? LIMITS.compressedRequestBytesMax;
  const admission = new Admission(options.inFlightBytesMax);
  const admitted = new WeakMap<FastifyRequest, Admitted>();
  const app = fastify({
    bodyLimit: requestBytesMax, requestTimeout: TIMEOUTS_MS.request, keepAliveTimeout: TIMEOUTS_MS.keepAlive,
    http: { headersTimeout: TIMEOUTS_MS.headers }, forceCloseConnections: 'idle', exposeHeadRoutes: false,
  });
  app.server.maxConnections = options.connectionsMax ?? 10_000;

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  app.addHook('onRequest', async (request) => {
    const signal = signalOf(request);
    if (signal === null) throw new NarrowsError('NOT_FOUND', `no OTLP path ${request.url.slice(0, 100)}; there are ${SIGNALS.map((s) => `/v1/${s}`).join(', ')}`);
    if (request.method !== 'POST') throw new NarrowsError('METHOD_NOT_ALLOWED', `${request.method} on /v1/${signal}`);
    const encoding = encodingOf(request);
    if (encoding === null) throw new NarrowsError('CONTENT_TYPE', `content-type "${(request.headers['content-type'] ?? '').slice(0, 100)}"`);
    const contentEncoding = parseContentEncoding(request.headers['content-encoding']);
    const agency = await authenticated(request, options.authenticate);
    const declared = Number(request.headers['content-length'] ?? UNKNOWN_LENGTH_BYTES);
    const bytesMax = contentEncoding === 'identity' ? requestBytesMax : compressedBytesMax;
    if (declared > bytesMax) throw new NarrowsError('REQUEST_TOO_LARGE', `content-length ${declared} is above ${bytesMax} bytes`);
    const reservation = admission.open();
    reservation.reserve(declared);
    admitted.set(request, { agency, encoding, contentEncoding, reservation });
  });
  const release = async (request: FastifyRequest) => admitted.get(request)?.reservation.release();
  app.addHook('onResponse', release);
  app.addHook('onRequestAbort', release);

  const receive = (signal: Signal) => async (request: FastifyRequest, reply: FastifyReply) => {
    const { agency, encoding, contentEncoding, reservation } = admitted.get(request)!;
    const body = request.body instanceof Uint8Array ? request.body : new Uint8Array(0);
    if (contentEncoding !== 'identity' && body.length > compressedBytesMax) throw new NarrowsError('REQUEST_TOO_LARGE', `the compressed body has ${body.length} bytes, the limit is ${compressedBytesMax}`);
    const bytes = await inflateBody(body, contentEncoding, requestBytesMax);
    if (bytes !== body) reservation.reserve(bytes.length);
    const result: IngestResult = bytes.length === 0
      ? { accepted: 0, rejected: 0, rejectedMessage: '', duplicate: false }
      : await options.next({ agency, signal, encoding, bytes, receivedAtMs: options.now(), batchId: h64Raw(bytes, h64(`${agency}/${signal}`)) });
    options.counters.accepted(signal, agency, result.accepted, bytes.length, result.duplicate);
    return reply.code(200).type(CONTENT_TYPES[encoding]).send(successAnswer(signal, encoding, result));
  };
  for (const signal of SIGNALS) app.post(`/v1/${signal}`, receive(signal));

  app.setErrorHandler((cause, request, reply) => {
    const error = operatingError(cause, requestBytesMax);
    if (error.code === 'INTERNAL') options.onFault(cause);
    options.counters.rejected(signalOf(request), admitted.get(request)?.agency ?? null, error.code);
    const encoding = encodingOf(request) ?? 'json';
    reply.code(error.spec.http).type(CONTENT_TYPES[encoding]);
    if (error.retryable) reply.header('retry-after', String(error.retryAfterSeconds ?? 1));
    if (error.code === 'METHOD_NOT_ALLOWED') reply.header('allow', 'POST');
    // An unread body would be taken for the next request on this connection.
    if (!request.raw.complete) reply.header('connection', 'close');
    return reply.send(statusAnswer(encoding, error));
  });
  return app;
}

const signalOf = (request: FastifyRequest): Signal | null => SIGNALS.find((signal) => request.url.split('?', 1)[0] === `/v1/${signal}`) ?? null;

const encodingOf = (request: FastifyRequest): Encoding | null => {
  const mediaType = (request.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
  return Object.hasOwn(MEDIA_TYPES, mediaType) ? MEDIA_TYPES[mediaType]! : null;
};

/** Errors: KEY_MISSING, KEY_UNKNOWN. */
async function authenticated(request: FastifyRequest, authenticate: ReceiverOptions['authenticate']): Promise<string> {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const header = request.headers['x-narrows-key'];
  const key = bearer ?? (typeof header === 'string' ? header.trim() : '');
  if (key === '') throw new NarrowsError('KEY_MISSING', 'no ingestion key in the request');
  const found = await authenticate(key);
  if (!found) throw new NarrowsError('KEY_UNKNOWN', `the key that begins with "${key.slice(0, 4)}" is not known`);
  return found.agency;
}

/** The framework's own faults in our vocabulary; whatever is left is INTERNAL. */
function operatingError(cause: unknown, requestBytesMax: number): NarrowsError {
  if (cause instanceof NarrowsError) return cause;
  const code = (cause as { code?: string }).code;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new NarrowsError('REQUEST_TOO_LARGE', `the body is larger than ${requestBytesMax} bytes`, { cause });
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new NarrowsError('CONTENT_TYPE', 'no content-type', { cause });
  const status = (cause as { statusCode?: number }).statusCode;
  if (status !== undefined && status >= 400 && status < 500) return new NarrowsError('DECODE_TRUNCATED', (cause as Error).message, { cause });
  return new NarrowsError('INTERNAL', 'the collector could not take this request', { cause });
}
