// OTLP over HTTP: POST /v1/traces, /v1/metrics, /v1/logs. The order of checks is the order of cost: path, method,
// content type, encoding, key, quota, size, room in memory; a request that fails one is answered without paying for the
// rest. What comes after the headers is the entrance's, which this door shares with gRPC.
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import fastify, { type ConnectionError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type Encoding, NarrowsError, type Signal, SIGNALS } from '@narrows/contract';
import { type BodyBuffer, readPieces } from './body.js';
import type { Arrival, Entrance } from './entrance.js';
import { IdleConnections } from './idle-connections.js';
import { ENCODINGS_TAKEN, parseContentEncoding } from './inflate.js';
import { CONTENT_TYPES, plainAnswer, RETRY_AFTER_SECONDS, statusAnswer, successAnswer } from './otlp-answer.js';

export type { ReceiveCounters } from './entrance.js';

export interface ReceiverOptions { entrance: Entrance; connectionsMax?: number; timeoutsMs?: Partial<typeof TIMEOUTS_MS> }

const MEDIA_TYPES: Readonly<Record<string, Encoding>> = { 'application/x-protobuf': 'protobuf', 'application/protobuf': 'protobuf', 'application/json': 'json' };
const HTTP2_PREFACE = Buffer.from('PRI * HTTP/2.0');
const CONNECTIONS_MAX = 10_000;
/** Header and request time out from their first byte; connections are looked at every `check`; `close` is for requests under way when the collector stops. */
const TIMEOUTS_MS = { headers: 10_000, request: 30_000, keepAlive: 75_000, check: 5_000, close: 2_000 };

/**
 * Not yet listening.
 *
 * Errors: every answer of `docs/errors.md` that an OTLP request can get, as google.rpc.Status in the request's encoding.
 */
export function createReceiver({ entrance, connectionsMax = CONNECTIONS_MAX, timeoutsMs }: ReceiverOptions): FastifyInstance {
  const limitMs = { ...TIMEOUTS_MS, ...timeoutsMs };
  const arrivals = new WeakMap<FastifyRequest, Arrival>();
  const bodies = new WeakMap<FastifyRequest, BodyBuffer>();
  const brokenOff = new WeakMap<Socket, NarrowsError>();
  const app = fastify({
    requestTimeout: limitMs.request, keepAliveTimeout: limitMs.keepAlive, forceCloseConnections: 'idle', exposeHeadRoutes: false,
    http: { headersTimeout: limitMs.headers, connectionsCheckingInterval: limitMs.check },
    clientErrorHandler: (cause, socket) => {
      const error = noRequest(cause);
      // Whoever only opened a connection has sent nothing that could be missed.
      if (socket.bytesRead > 0 && socket.writable) socket.write(plainAnswer(error));
      if (!idle.has(socket)) brokenOff.set(socket, error); // Its request now fails, and is counted with its agency.
      else if (socket.bytesRead > 0) entrance.refuse(error, null, null);
      socket.destroy();
    },
  });
  const idle = new IdleConnections<Socket>(app.server, connectionsMax, (socket) => socket.destroy());
  app.server.on('connection', (socket: Socket) => {
    idle.add(socket);
    socket.once('close', () => idle.delete(socket));
  });

  app.addHook('preClose', async () => { setTimeout(() => app.server.closeAllConnections(), limitMs.close).unref(); });

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    const body = bodies.get(request)!;
    await readPieces(payload, (piece) => body.push(piece));
    return body.finish();
  });

  app.addHook('onRequest', async (request) => {
    idle.delete(request.raw.socket);
    const signal = signalOf(request);
    if (signal === null) throw new NarrowsError('NOT_FOUND', `no OTLP path ${request.url.slice(0, 100)}; there are ${SIGNALS.map((s) => `/v1/${s}`).join(', ')}`);
    if (request.method !== 'POST') throw new NarrowsError('METHOD_NOT_ALLOWED', `${request.method} on /v1/${signal}`);
    const encoding = encodingOf(request);
    if (encoding === null) throw new NarrowsError('CONTENT_TYPE', `content-type "${(request.headers['content-type'] ?? '').slice(0, 100)}"`);
    const contentEncoding = parseContentEncoding(request.headers['content-encoding']);
    const arrival = await entrance.admit({ signal, encoding, contentEncoding, headers: request.headers });
    arrivals.set(request, arrival);
    const length = request.headers['content-length'];
    bodies.set(request, entrance.expect(arrival, length === undefined ? null : Number(length)));
  });
  const release = async (request: FastifyRequest) => arrivals.get(request)?.reservation.release();
  app.addHook('onResponse', async (request) => {
    await release(request);
    if (!request.raw.socket.destroyed) idle.add(request.raw.socket);
  });
  app.addHook('onRequestAbort', release);

  const receive = async (request: FastifyRequest, reply: FastifyReply) => {
    const arrival = arrivals.get(request)!;
    const result = await entrance.take(arrival, request.body instanceof Uint8Array ? request.body : new Uint8Array(0));
    return reply.code(200).type(CONTENT_TYPES[arrival.encoding]).send(successAnswer(arrival.signal, arrival.encoding, result));
  };
  for (const signal of SIGNALS) app.post(`/v1/${signal}`, receive);

  app.setErrorHandler((cause, request, reply) => {
    const error = entrance.refuse(brokenOff.get(request.raw.socket) ?? operatingError(cause), signalOf(request), arrivals.get(request)?.agency ?? null);
    const encoding = encodingOf(request) ?? 'json';
    reply.code(error.spec.http).type(CONTENT_TYPES[encoding]);
    if (error.retryable) reply.header('retry-after', String(error.retryAfterSeconds ?? RETRY_AFTER_SECONDS));
    if (error.code === 'METHOD_NOT_ALLOWED') reply.header('allow', 'POST');
    if (error.code === 'CONTENT_ENCODING_UNKNOWN') reply.header('accept-encoding', ENCODINGS_TAKEN);
    // An unread body would be taken for the next request on this connection.
    if (!request.raw.complete) reply.header('connection', 'close');
    return reply.send(statusAnswer(encoding, error));
  });
  return app;
}

/** What Node's parser gives up on: no HTTP, too slow, or gRPC on the wrong port. */
function noRequest(cause: ConnectionError): NarrowsError {
  const sent: unknown = cause.rawPacket; // A Buffer, whatever its type says.
  if (sent instanceof Buffer && sent.subarray(0, HTTP2_PREFACE.length).equals(HTTP2_PREFACE)) return new NarrowsError('WRONG_PORT', 'this port takes HTTP/1.1, and HTTP/2 came', { cause });
  if (cause.code === 'ERR_HTTP_REQUEST_TIMEOUT') return new NarrowsError('REQUEST_TIMEOUT', 'the request did not come to its end', { cause });
  if (cause.code === 'HPE_HEADER_OVERFLOW') return new NarrowsError('REQUEST_TOO_LARGE', 'the headers are too large', { cause });
  return new NarrowsError('DECODE_MALFORMED', `this is no HTTP request: ${cause.message}`, { cause });
}

const signalOf = (request: FastifyRequest): Signal | null => SIGNALS.find((signal) => request.url.split('?', 1)[0] === `/v1/${signal}`) ?? null;

const encodingOf = (request: FastifyRequest): Encoding | null => {
  const mediaType = (request.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
  return Object.hasOwn(MEDIA_TYPES, mediaType) ? MEDIA_TYPES[mediaType]! : null;
};

/** The framework's own faults in our vocabulary; whatever is left stays as it is. */
function operatingError(cause: unknown): unknown {
  if (cause instanceof NarrowsError) return cause;
  const { code, statusCode } = cause as { code?: string; statusCode?: number };
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new NarrowsError('CONTENT_TYPE', 'no content-type', { cause });
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return new NarrowsError('DECODE_TRUNCATED', (cause as Error).message, { cause });
  return cause;
}
