// grpc.health.v1: load balancers and probes ask whether a service takes calls. It does from the moment the port listens
// until the collector stops; what the store does meanwhile is no reason to send data elsewhere. No key is asked for.
// Source: https://github.com/grpc/grpc/blob/master/doc/health-checking.md
//   HealthCheckRequest { 1 service string } · HealthCheckResponse { 1 status enum }
import type { ServerHttp2Stream } from 'node:http2';
import { NarrowsError } from '@narrows/contract';
import type { Reservation } from './admission.js';
import { BodyPool } from './body-pool.js';
import { BodyBuffer, readPieces } from './body.js';
import { answerMessage, answerStatus, beginMessages } from './grpc-answer.js';
import { frame, GRPC_STATUS, MessageReader } from './grpc-wire.js';

const STATUS = { serving: 1, notServing: 2, serviceUnknown: 3 } as const;
/** Names are shorter than 128 bytes, so their length is one byte. */
const REQUEST_BYTES_MAX = 129;
const SERVICE_TAG = 0x0a;
/** A hundred bytes are not worth counting. */
const UNCOUNTED: Reservation = { reserve: () => undefined, giveBack: () => undefined, release: () => undefined };
const POOL = new BodyPool();

export class Health {
  readonly #services: ReadonlySet<string>;
  readonly #watchers = new Set<ServerHttp2Stream>();

  /** The empty name is the server as a whole. */
  constructor(services: readonly string[]) { this.#services = new Set(['', ...services]); }

  /** Errors: DECODE_MALFORMED, DECODE_TRUNCATED, REQUEST_TOO_LARGE. */
  async check(stream: ServerHttp2Stream): Promise<void> {
    const service = await readServiceName(stream);
    if (this.#services.has(service)) answerMessage(stream, response(STATUS.serving));
    else answerStatus(stream, GRPC_STATUS.notFound, `there is no service "${service}" here`);
  }

  /** The state now, and again when the collector stops. Errors: as `check`. */
  async watch(stream: ServerHttp2Stream): Promise<void> {
    const service = await readServiceName(stream);
    beginMessages(stream);
    if (!stream.writable) return;
    stream.write(frame(response(this.#services.has(service) ? STATUS.serving : STATUS.serviceUnknown)));
    this.#watchers.add(stream);
    stream.once('close', () => this.#watchers.delete(stream));
  }

  /** Tells all who watch, and ends their streams. */
  stop(): void {
    for (const stream of this.#watchers) stream.end(frame(response(STATUS.notServing)));
    this.#watchers.clear();
  }
}

async function readServiceName(stream: ServerHttp2Stream): Promise<string> {
  const message = new MessageReader((bytes, compressed) => {
    if (compressed) throw new NarrowsError('CONTENT_ENCODING', 'health checks are not compressed');
    return new BodyBuffer(bytes, REQUEST_BYTES_MAX, UNCOUNTED, POOL);
  });
  await readPieces(stream, (piece) => message.push(piece));
  const bytes = message.finish();
  if (bytes.length === 0) return '';
  if (bytes[0] !== SERVICE_TAG || bytes[1] !== bytes.length - 2) throw new NarrowsError('DECODE_MALFORMED', 'this is no HealthCheckRequest');
  return Buffer.from(bytes.buffer, bytes.byteOffset + 2, bytes.length - 2).toString();
}

const response = (status: number) => Buffer.from([0x08, status]);
