// The bytes of one body or message as they arrive. Memory is reserved first: all of it where the length is announced,
// piece by piece where it is not. A body that comes in one piece is not copied.
import type { Readable } from 'node:stream';
import { NarrowsError } from '@narrows/contract';
import type { Reservation } from './admission.js';
import type { BodyPool } from './body-pool.js';
import { joined } from './inflate.js';

export class BodyBuffer {
  readonly #announcedBytes: number | null;
  readonly #bytesMax: number;
  readonly #reservation: Reservation;
  readonly #pool: BodyPool;
  readonly #pieces: Uint8Array[] = [];
  #whole: Uint8Array | undefined;
  #filledBytes = 0;

  /** Errors: REQUEST_TOO_LARGE, RATE_LIMITED. */
  constructor(announcedBytes: number | null, bytesMax: number, reservation: Reservation, pool: BodyPool) {
    this.#announcedBytes = announcedBytes;
    this.#bytesMax = bytesMax;
    this.#reservation = reservation;
    this.#pool = pool;
    if (announcedBytes === null) return;
    if (announcedBytes > bytesMax) throw new NarrowsError('REQUEST_TOO_LARGE', `the body has ${announcedBytes} bytes, the limit is ${bytesMax}`);
    reservation.reserve(announcedBytes);
  }

  /** Errors: DECODE_MALFORMED for more than was announced, REQUEST_TOO_LARGE, RATE_LIMITED. */
  push(piece: Uint8Array): void {
    const filledBytes = this.#filledBytes + piece.length;
    const announcedBytes = this.#announcedBytes;
    if (announcedBytes === null) {
      if (filledBytes > this.#bytesMax) throw new NarrowsError('REQUEST_TOO_LARGE', `the body has more than ${this.#bytesMax} bytes`);
      this.#reservation.reserve(piece.length);
      this.#pieces.push(piece);
    } else if (filledBytes > announcedBytes) {
      throw new NarrowsError('DECODE_MALFORMED', `${announcedBytes} bytes were announced, and more came`);
    } else if (this.#filledBytes === 0 && filledBytes === announcedBytes) {
      this.#whole = piece;
    } else {
      this.#whole ??= this.#pool.take(announcedBytes);
      this.#whole.set(piece, this.#filledBytes);
    }
    this.#filledBytes = filledBytes;
  }

  /** Errors: DECODE_TRUNCATED for less than was announced, RATE_LIMITED. */
  finish(): Uint8Array {
    if (this.#announcedBytes === null) return joined(this.#pieces, this.#filledBytes, this.#reservation);
    if (this.#filledBytes < this.#announcedBytes) throw new NarrowsError('DECODE_TRUNCATED', `${this.#announcedBytes} bytes were announced, and ${this.#filledBytes} came`);
    return this.#whole ?? new Uint8Array(0);
  }
}

/**
 * Hand on every piece until the sender ends. What comes after a refusal is thrown away unread.
 *
 * Errors: whatever `push` throws; DECODE_TRUNCATED for a sender that leaves in the middle
 */
export function readPieces(stream: Readable, push: (piece: Uint8Array) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    // While the sender was looked up, a request without a body can have come to its end, or the sender have gone.
    if (stream.readableEnded) return resolve();
    if (stream.destroyed) return reject(left());
    const refuse = (error: unknown) => {
      stream.off('data', take);
      stream.resume();
      reject(error);
    };
    const take = (piece: Uint8Array) => {
      try {
        push(piece);
      } catch (error) {
        refuse(error);
      }
    };
    // `on` and not `once`, which wraps each of them: a request ends but once.
    stream.on('data', take);
    stream.on('end', resolve);
    stream.on('error', (cause) => reject(left(cause)));
    stream.on('close', () => { if (!stream.readableEnded) reject(left()); });
  });
}

const left = (cause?: Error) => new NarrowsError('DECODE_TRUNCATED', 'the sender left in the middle of the body', { cause });
