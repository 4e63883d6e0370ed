// OTLP over gRPC: unary Export of traces, metrics and logs, and health checks, on HTTP/2 without TLS. Connections are
// bounded in number and in silence, their streams in number, time and memory. Whoever speaks HTTP/1.1 to this port is
// told so in words, since gRPC and HTTP ports are easily mistaken for each other.
import http2, { type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import net from 'node:net';
import { NarrowsError, type Signal } from '@narrows/contract';
import type { Entrance } from './entrance.js';
import { answerError } from './grpc-answer.js';
import { answerExport } from './grpc-export.js';
import { Health } from './grpc-health.js';
import { IdleConnections } from './idle-connections.js';
import { closeWithin, listenAt } from './listening.js';
import { plainAnswer } from './otlp-answer.js';

export interface GrpcReceiverOptions { entrance: Entrance; connectionsMax?: number; timeoutsMs?: Partial<typeof TIMEOUTS_MS> }

const CONNECTIONS_MAX = 10_000;
const TIMEOUTS_MS = {
  /** From connecting to the first byte. */
  preface: 10_000,
  /** Without a byte in either direction; then it is asked for a sign of life, or closed if no call is open. */
  idle: 300_000,
  ping: 10_000,
  /** For open calls when the collector stops. */
  close: 2_000,
};
const STREAMS_MAX = 100;
const WINDOW_BYTES = 1024 * 1024;
/** HTTP/2's own limits, in bytes of one header list and mebibytes of one connection's bookkeeping. */
const SESSION_LIMITS = {
  settings: { maxConcurrentStreams: STREAMS_MAX, maxHeaderListSize: 16 * 1024, initialWindowSize: WINDOW_BYTES, enablePush: false },
  maxHeaderListPairs: 64, maxSessionMemory: 10,
};
const HTTP1_REQUEST = /^[A-Z]+ \S+ HTTP\/1\.[01]\r\n/;
const REQUEST_LINE_BYTES_MAX = 2_048;

const SERVICES: Readonly<Record<string, Signal>> = {
  'opentelemetry.proto.collector.trace.v1.TraceService': 'traces',
  'opentelemetry.proto.collector.metrics.v1.MetricsService': 'metrics',
  'opentelemetry.proto.collector.logs.v1.LogsService': 'logs',
};

export class GrpcReceiver {
  readonly server: net.Server;
  readonly #entrance: Entrance;
  readonly #timeoutsMs: typeof TIMEOUTS_MS;
  readonly #http2 = http2.createServer(SESSION_LIMITS);
  readonly #health = new Health(Object.keys(SERVICES));
  /** Connections without a call, also those that have not said what they speak. */
  readonly #idle: IdleConnections<net.Socket | ServerHttp2Session>;
  readonly #silent = new Set<net.Socket>();
  /** Connections with the number of their open calls. */
  readonly #sessions = new Map<ServerHttp2Session, number>();

  /** Not yet listening. */
  constructor({ entrance, connectionsMax = CONNECTIONS_MAX, timeoutsMs }: GrpcReceiverOptions) {
    this.#entrance = entrance;
    this.#timeoutsMs = { ...TIMEOUTS_MS, ...timeoutsMs };
    this.server = net.createServer((socket) => this.#greet(socket));
    this.#idle = new IdleConnections(this.server, connectionsMax, (idle) => { if (idle instanceof net.Socket) idle.destroy(); else idle.close(); });
    this.#http2.on('session', (session) => this.#hold(session));
    this.#http2.on('stream', (stream, headers) => this.#call(stream, headers));
  }

  listen(at: { port: number; host: string }): Promise<void> { return listenAt(this.server, at); }

  /** Takes no new calls, gives those under way a moment, then hangs up. */
  async close(): Promise<void> {
    const closed = closeWithin(this.server, this.#timeoutsMs.close, () => { for (const session of this.#sessions.keys()) session.destroy(); });
    this.#health.stop();
    for (const socket of this.#silent) socket.destroy();
    for (const session of this.#sessions.keys()) session.close();
    await closed;
  }

  /** The first bytes tell HTTP/2 from what came to the wrong port. */
  #greet(socket: net.Socket): void {
    this.#silent.add(socket);
    this.#idle.add(socket);
    const hangUp = setTimeout(() => socket.destroy(), this.#timeoutsMs.preface);
    const leave = () => {
      clearTimeout(hangUp);
      this.#silent.delete(socket);
      this.#idle.delete(socket);
    };
    const lost = () => socket.destroy();
    socket.once('close', leave);
    socket.once('error', lost);
    socket.once('readable', () => {
      const first = socket.read() as Buffer | null;
      if (first === null) return socket.destroy();
      leave();
      if (HTTP1_REQUEST.test(first.toString('latin1', 0, REQUEST_LINE_BYTES_MAX))) {
        const error = this.#entrance.refuse(new NarrowsError('WRONG_PORT', 'this port takes gRPC, and HTTP/1.1 came'), null, null);
        return socket.end(plainAnswer(error), () => socket.destroy());
      }
      socket.off('close', leave).off('error', lost);
      socket.unshift(first);
      this.#http2.emit('connection', socket);
    });
  }

  #hold(session: ServerHttp2Session): void {
    this.#sessions.set(session, 0);
    this.#idle.add(session);
    session.setLocalWindowSize(WINDOW_BYTES);
    session.once('close', () => {
      this.#sessions.delete(session);
      this.#idle.delete(session);
    });
    session.setTimeout(this.#timeoutsMs.idle);
    session.on('timeout', () => {
      if (this.#sessions.get(session) === 0) session.close();
      else this.#askForLife(session);
    });
  }

  #askForLife(session: ServerHttp2Session): void {
    const hangUp = setTimeout(() => session.destroy(), this.#timeoutsMs.ping);
    session.ping((error) => {
      clearTimeout(hangUp);
      if (error) session.destroy();
      else session.setTimeout(this.#timeoutsMs.idle);
    });
  }

  #call(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const { session } = stream;
    if (session) this.#count(session as ServerHttp2Session, 1);
    stream.once('close', () => { if (session) this.#count(session as ServerHttp2Session, -1); });
    // A sender that leaves or breaks the protocol is noticed by whoever reads from the stream; there is nobody left to tell.
    stream.on('error', () => stream.destroy());
    if (!/^application\/grpc(\+proto)?(;|$)/.test(headers['content-type'] ?? '')) {
      this.#entrance.refuse(new NarrowsError('CONTENT_TYPE', 'not gRPC'), null, null);
      stream.respond({ ':status': 415, 'content-type': 'text/plain' });
      stream.end('This port takes application/grpc.\n');
      return;
    }
    void this.#dispatch(stream, headers);
  }

  /** Answers every call, and never throws. */
  async #dispatch(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
    const path = headers[':path'] ?? '';
    const [, service = '', method = ''] = /^\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
    try {
      if (headers[':method'] !== 'POST') throw new NarrowsError('METHOD_NOT_ALLOWED', `${headers[':method']} is no gRPC`);
      if (Object.hasOwn(SERVICES, service) && method === 'Export') return await answerExport(this.#entrance, SERVICES[service]!, stream, headers);
      if (path === '/grpc.health.v1.Health/Check') return await this.#health.check(stream);
      if (path === '/grpc.health.v1.Health/Watch') return await this.#health.watch(stream);
      throw new NarrowsError('NOT_FOUND', `no gRPC method ${path.slice(0, 100)}`);
    } catch (cause) {
      answerError(stream, this.#entrance.refuse(cause, null, null));
    }
  }

  #count(session: ServerHttp2Session, calls: number): void {
    const before = this.#sessions.get(session);
    if (before === undefined) return;
    this.#sessions.set(session, before + calls);
    if (before + calls === 0) this.#idle.add(session);
    else this.#idle.delete(session);
  }
}
