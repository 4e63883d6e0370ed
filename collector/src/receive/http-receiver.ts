// OTLP over HTTP: POST /v1/traces, /v1/metrics, /v1/logs. The order of checks is the order of cost: path, method,
// content type, encoding, key, quota, size, room in memory; a request that fails one is answered without paying for the
// rest. What comes after the headers is the entrance's, which this door shares with gRPC. Three paths and one method need
// no framework: what one did for each request was a tenth of the door's work on a small one.
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Encoding, NarrowsError, type Signal, SIGNALS } from '@narrows/contract';
import { readPieces } from './body.js';
import type { Arrival, Entrance } from './entrance.js';
import { IdleConnections } from './idle-connections.js';
import { ENCODINGS_TAKEN, parseContentEncoding } from './inflate.js';
import { closeWithin, listenAt } from './listening.js';
import { CONTENT_TYPES, plainAnswer, RETRY_AFTER_SECONDS, statusAnswer, successAnswer } from './otlp-answer.js';

export interface HttpReceiverOptions { entrance: Entrance; connectionsMax?: number; timeoutsMs?: Partial<typeof TIMEOUTS_MS> }

const MEDIA_TYPES: Readonly<Record<string, Encoding>> = { 'application/x-protobuf': 'protobuf', 'application/protobuf': 'protobuf', 'application/json': 'json' };
const SIGNAL_OF_PATH: ReadonlyMap<string, Signal> = new Map(SIGNALS.map((signal) => [`/v1/${signal}`, signal]));
const HTTP2_PREFACE = Buffer.from('PRI * HTTP/2.0');
const CONNECTIONS_MAX = 10_000;
/** Header and request time out from their first byte; connections are looked at every `check`; `close` is for requests under way when the collector stops. */
const TIMEOUTS_MS = { headers: 10_000, request: 30_000, keepAlive: 75_000, check: 5_000, close: 2_000 };

export class HttpReceiver {
  readonly server: http.Server;
  readonly #entrance: Entrance;
  readonly #closeMs: number;
  readonly #idle: IdleConnections<Socket>;
  /** Connections that the parser gave up on in the middle of a request, and why. */
  readonly #brokenOff = new WeakMap<Socket, NarrowsError>();

  /** Not yet listening. */
  constructor({ entrance, connectionsMax = CONNECTIONS_MAX, timeoutsMs }: HttpReceiverOptions) {
    const limitMs = { ...TIMEOUTS_MS, ...timeoutsMs };
    this.#entrance = entrance;
    this.#closeMs = limitMs.close;
    this.server = http.createServer(
      { headersTimeout: limitMs.headers, requestTimeout: limitMs.request, keepAliveTimeout: limitMs.keepAlive, connectionsCheckingInterval: limitMs.check },
      (request, response) => void this.#answer(request, response),
    );
    this.server.on('clientError', (cause, socket) => this.#breakOff(cause, socket as Socket));
    this.#idle = new IdleConnections(this.server, connectionsMax, (socket) => socket.destroy());
    this.server.on('connection', (socket) => {
      this.#idle.add(socket);
      socket.once('close', () => this.#idle.delete(socket));
    });
  }

  listen(at: { port: number; host: string }): Promise<void> { return listenAt(this.server, at); }

  close(): Promise<void> { return closeWithin(this.server, this.#closeMs, () => this.server.closeAllConnections()); }

  /** Answers every request, and never throws. */
  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request;
    this.#idle.delete(socket);
    const known: KnownRequest = { path: request.url!.split('?', 1)[0]!, encoding: encodingOf(request), arrival: null };
    try {
      this.#answerSuccess(response, await this.#take(request, known), known.encoding!);
    } catch (cause) {
      const error = this.#entrance.refuse(this.#brokenOff.get(socket) ?? cause, SIGNAL_OF_PATH.get(known.path) ?? null, known.arrival?.agency ?? null);
      this.#answerError(request, response, error, known.encoding ?? 'json');
    } finally {
      known.arrival?.reservation.release();
      if (!socket.destroyed) this.#idle.add(socket);
    }
  }

  /** Durable when it resolves, to the answer. Errors: every one of `docs/errors.md` that an OTLP request can get. */
  async #take(request: IncomingMessage, known: KnownRequest): Promise<Buffer> {
    const { path, encoding } = known;
    const { headers, method } = request;
    const signal = SIGNAL_OF_PATH.get(path);
    if (signal === undefined) throw new NarrowsError('NOT_FOUND', `no OTLP path ${path.slice(0, 100)}; there are ${[...SIGNAL_OF_PATH.keys()].join(', ')}`);
    if (method !== 'POST') throw new NarrowsError('METHOD_NOT_ALLOWED', `${method} on ${path}`);
    if (encoding === null) throw new NarrowsError('CONTENT_TYPE', `content-type "${(headers['content-type'] ?? '').slice(0, 100)}"`);
    const contentEncoding = parseContentEncoding(headers['content-encoding']);
    const admitted = this.#entrance.admit({ signal, encoding, contentEncoding, headers });
    const arrival = known.arrival = admitted instanceof Promise ? await admitted : admitted;
    const length = headers['content-length'];
    const body = this.#entrance.expect(arrival, length === undefined ? null : Number(length));
    await readPieces(request, (piece) => body.push(piece));
    return successAnswer(signal, encoding, await this.#entrance.take(arrival, body.finish()));
  }

  #answerSuccess(response: ServerResponse, answer: Buffer, encoding: Encoding): void {
    this.#send(response, 200, ['content-type', CONTENT_TYPES[encoding]], answer);
  }

  /** As google.rpc.Status in the request's encoding. */
  #answerError(request: IncomingMessage, response: ServerResponse, error: NarrowsError, encoding: Encoding): void {
    const headers = ['content-type', CONTENT_TYPES[encoding]];
    if (error.retryable) headers.push('retry-after', String(error.retryAfterSeconds ?? RETRY_AFTER_SECONDS));
    if (error.code === 'METHOD_NOT_ALLOWED') headers.push('allow', 'POST');
    if (error.code === 'CONTENT_ENCODING_UNKNOWN') headers.push('accept-encoding', ENCODINGS_TAKEN);
    // An unread body would be taken for the next request on this connection.
    if (!request.complete) headers.push('connection', 'close');
    this.#send(response, error.spec.http, headers, statusAnswer(encoding, error));
  }

  #send(response: ServerResponse, status: number, headers: string[], body: Buffer): void {
    if (response.destroyed) return; // The sender has gone.
    if (!this.server.listening) response.shouldKeepAlive = false;
    response.writeHead(status, [...headers, 'content-length', String(body.length)]);
    if (body.length > 0) response.end(body);
    else response.end();
  }

  /** Node's parser gave up on a connection. */
  #breakOff(cause: ParserError, socket: Socket): void {
    const error = noRequest(cause);
    // Whoever only opened a connection has sent nothing that could be missed.
    if (socket.bytesRead > 0 && socket.writable) socket.write(plainAnswer(error));
    if (!this.#idle.has(socket)) this.#brokenOff.set(socket, error); // Its request now fails, and is counted with its agency.
    else if (socket.bytesRead > 0) this.#entrance.refuse(error, null, null);
    socket.destroy();
  }
}

/** What is known of a request while it is taken, for its answer. */
interface KnownRequest { path: string; encoding: Encoding | null; arrival: Arrival | null }
interface ParserError extends NodeJS.ErrnoException { rawPacket?: unknown }

/** No HTTP, too slow, or gRPC on the wrong port. */
function noRequest(cause: ParserError): NarrowsError {
  const sent = cause.rawPacket;
  if (sent instanceof Buffer && sent.subarray(0, HTTP2_PREFACE.length).equals(HTTP2_PREFACE)) return new NarrowsError('WRONG_PORT', 'this port takes HTTP/1.1, and HTTP/2 came', { cause });
  if (cause.code === 'ERR_HTTP_REQUEST_TIMEOUT') return new NarrowsError('REQUEST_TIMEOUT', 'the request did not come to its end', { cause });
  if (cause.code === 'HPE_HEADER_OVERFLOW') return new NarrowsError('REQUEST_TOO_LARGE', 'the headers are too large', { cause });
  return new NarrowsError('DECODE_MALFORMED', `this is no HTTP request: ${cause.message}`, { cause });
}

function encodingOf({ headers }: IncomingMessage): Encoding | null {
  const mediaType = (headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
  return Object.hasOwn(MEDIA_TYPES, mediaType) ? MEDIA_TYPES[mediaType]! : null;
}
