// The pieces of gRPC's wire format that are not HTTP/2: length-prefixed messages, deadlines, and status messages.
// Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
import { NarrowsError } from '@narrows/contract';
import type { BodyBuffer } from './body.js';

/** Codes that have no error of ours, or another one over HTTP. */
export const GRPC_STATUS = { ok: 0, invalidArgument: 3, notFound: 5, unimplemented: 12 } as const;

const PREFIX_BYTES = 5;

/** Message → 1 byte "compressed" · 4 bytes length, big-endian · message. Answers are a few bytes and never compressed. */
export function frame(message: Uint8Array): Buffer {
  const framed = Buffer.alloc(PREFIX_BYTES + message.length);
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, PREFIX_BYTES);
  return framed;
}

/** The one message of a unary request, out of DATA frames that are cut anywhere. */
export class MessageReader {
  readonly #expect: (bytes: number, compressed: boolean) => BodyBuffer;
  readonly #prefix = Buffer.alloc(PREFIX_BYTES);
  #prefixBytes = 0;
  #body: BodyBuffer | undefined;

  /** `expect` is asked for room once the length is known, before the message comes. */
  constructor(expect: (bytes: number, compressed: boolean) => BodyBuffer) { this.#expect = expect; }

  /** Errors: DECODE_MALFORMED for a second message or an unknown flag, and those of `expect`. */
  push(piece: Uint8Array): void {
    let rest = piece;
    if (!this.#body) {
      const taken = piece.subarray(0, PREFIX_BYTES - this.#prefixBytes);
      this.#prefix.set(taken, this.#prefixBytes);
      this.#prefixBytes += taken.length;
      if (this.#prefixBytes < PREFIX_BYTES) return;
      rest = piece.subarray(taken.length);
      const flag = this.#prefix[0]!;
      if (flag > 1) throw new NarrowsError('DECODE_MALFORMED', `a gRPC message begins with ${flag}; there are 0 and 1`);
      this.#body = this.#expect(this.#prefix.readUInt32BE(1), flag === 1);
    }
    if (rest.length > 0) this.#body.push(rest);
  }

  /** Errors: DECODE_TRUNCATED. */
  finish(): Uint8Array {
    if (!this.#body) throw new NarrowsError('DECODE_TRUNCATED', `a gRPC message begins with ${PREFIX_BYTES} bytes, and ${this.#prefixBytes} came`);
    return this.#body.finish();
  }
}

const TIMEOUT_UNITS_MS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };

/** `grpc-timeout` in milliseconds, null for a call without one. Errors: DECODE_MALFORMED. */
export function timeoutMsOf(header: string | string[] | undefined): number | null {
  if (header === undefined) return null;
  const [, amount, unit] = /^(\d{1,8})([HMSmun])$/.exec(String(header)) ?? [];
  if (amount === undefined || unit === undefined) throw new NarrowsError('DECODE_MALFORMED', `grpc-timeout is ${JSON.stringify(header).slice(0, 40)}`);
  return Number(amount) * TIMEOUT_UNITS_MS[unit]!;
}

/** Printable ASCII stays as it is, all else and "%" becomes %XX of its UTF-8 bytes. */
export function percentEncoded(message: string): string {
  let encoded = '';
  for (const byte of Buffer.from(message)) {
    encoded += byte >= 0x20 && byte <= 0x7e && byte !== 0x25 ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}
