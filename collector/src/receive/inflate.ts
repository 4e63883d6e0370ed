// Request body as sent → OTLP bytes. Memory is reserved before it is filled and the size is limited while inflating, so
// that a bomb costs no more than the limit. Small bodies are inflated at once; large ones on the thread pool, so that
// they do not hold up the others.
import type { Transform } from 'node:stream';
import zlib from 'node:zlib';
import { NarrowsError } from '@narrows/contract';
import type { Reservation } from './admission.js';

/** zstd came with Node 22.15; a frame may ask for a window of gigabytes, 8 MiB is what every decoder must have (RFC 8878, 3.1.1.1.2). */
const { createZstdDecompress, constants } = zlib as typeof zlib & { createZstdDecompress?: (options: { chunkSize: number; params: Record<number, number> }) => Transform };
const ZSTD_WINDOW_LOG_MAX = 23;
const ZSTD_PARAMS = { [(constants as unknown as Record<string, number>)['ZSTD_d_windowLogMax'] ?? 100]: ZSTD_WINDOW_LOG_MAX };

const INFLATERS: Readonly<Record<string, (chunkSize: number) => Transform>> = {
  gzip: (chunkSize) => zlib.createGunzip({ chunkSize }),
  'x-gzip': (chunkSize) => zlib.createGunzip({ chunkSize }),
  deflate: (chunkSize) => zlib.createInflate({ chunkSize }),
  ...(createZstdDecompress && { zstd: (chunkSize: number) => createZstdDecompress({ chunkSize, params: ZSTD_PARAMS }) }),
};

/** What a sender may choose from, as it stands in `accept-encoding`. */
export const ENCODINGS_TAKEN = Object.keys(INFLATERS).filter((name) => name !== 'x-gzip').join(', ');

/** Up to here, by its own word, a gzip body is inflated at once: a trip to the thread pool costs as much. */
const AT_ONCE_BYTES_MAX = 128 * 1024;
const CHUNK_BYTES = 64 * 1024;
/** Header and trailer of a gzip member (RFC 1952). */
const GZIP_FRAME_BYTES = 18;
/** Deflate cannot do better (zlib's technical details); so whatever a body that was cut ends in is mostly not believed. */
const DEFLATE_RATIO_MAX = 1_032;

export type ContentEncoding = 'identity' | 'gzip' | 'x-gzip' | 'deflate' | 'zstd';

/** Errors: CONTENT_ENCODING_UNKNOWN; REQUEST_TOO_LARGE for encodings stacked on each other, whose size no limit on the first would bound. */
export function parseContentEncoding(header: string | string[] | undefined): ContentEncoding {
  const names = String(header ?? '').toLowerCase().split(',').map((name) => name.trim()).filter((name) => name !== '' && name !== 'identity');
  if (names.length === 0) return 'identity';
  const [name] = names;
  if (names.length > 1) throw new NarrowsError('REQUEST_TOO_LARGE', `the encodings "${names.join(', ').slice(0, 60)}" are stacked on each other, and one at most is inflated`);
  if (!Object.hasOwn(INFLATERS, name!)) throw new NarrowsError('CONTENT_ENCODING_UNKNOWN', `content-encoding "${name!.slice(0, 60)}" is not taken; ${ENCODINGS_TAKEN} and identity are`);
  return name as ContentEncoding;
}

/** Errors: REQUEST_TOO_LARGE above `bytesMax` after inflating, CONTENT_ENCODING for a body that does not inflate, RATE_LIMITED. */
export async function inflateBody(body: Uint8Array, encoding: ContentEncoding, bytesMax: number, reservation: Reservation): Promise<Uint8Array> {
  if (encoding === 'identity' || body.length === 0) return body;
  const expectedBytes = encoding.endsWith('gzip') ? gzipContentBytes(body, bytesMax) : 0;
  reservation.reserve(expectedBytes);
  if (expectedBytes > 0 && expectedBytes <= AT_ONCE_BYTES_MAX) {
    const bytes = gunzipAtOnce(body, expectedBytes);
    if (bytes) return bytes;
  }
  return inflateGrowing(body, encoding, { expectedBytes, bytesMax, reservation });
}

/**
 * What the trailer says the content's length is, so that one allocation fits; 0 where it cannot be true. It is only a
 * hint: a body that was cut ends in anything, and of several members it counts the last.
 *
 * Errors: REQUEST_TOO_LARGE, without inflating a byte
 */
function gzipContentBytes(body: Uint8Array, bytesMax: number): number {
  if (body.length < GZIP_FRAME_BYTES || body[0] !== 0x1f || body[1] !== 0x8b) return 0;
  const bytes = new DataView(body.buffer, body.byteOffset + body.length - 4, 4).getUint32(0, true);
  if (bytes > body.length * DEFLATE_RATIO_MAX) return 0;
  if (bytes > bytesMax) throw tooLarge(bytesMax);
  return bytes;
}

/** Null if it is longer than its last member says: several members, or a lie. */
function gunzipAtOnce(body: Uint8Array, expectedBytes: number): Uint8Array | null {
  try {
    return zlib.gunzipSync(body, { maxOutputLength: expectedBytes, chunkSize: Math.max(64, expectedBytes + 1) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return null;
    throw notValid('gzip', error);
  }
}

/** Chunk by chunk; each is reserved as it comes, and the first beyond the limit ends it. */
function inflateGrowing(body: Uint8Array, encoding: ContentEncoding, { expectedBytes, bytesMax, reservation }: { expectedBytes: number; bytesMax: number; reservation: Reservation }): Promise<Uint8Array> {
  const inflater = INFLATERS[encoding]!(Math.max(CHUNK_BYTES, expectedBytes + 1));
  const chunks: Uint8Array[] = [];
  let producedBytes = 0;
  let reservedBytes = expectedBytes;
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      inflater.destroy();
      reject(error);
    };
    inflater.on('data', (chunk: Uint8Array) => {
      producedBytes += chunk.length;
      if (producedBytes > bytesMax) return fail(tooLarge(bytesMax));
      try {
        if (producedBytes > reservedBytes) reservation.reserve(producedBytes - reservedBytes);
        reservedBytes = Math.max(reservedBytes, producedBytes);
      } catch (error) {
        return fail(error);
      }
      chunks.push(chunk);
    });
    inflater.on('error', (error) => fail(notValid(encoding, error)));
    inflater.on('end', () => {
      try {
        resolve(joined(chunks, producedBytes, reservation));
      } catch (error) {
        reject(error);
      }
    });
    inflater.end(body);
  });
}

/** For a moment both the parts and the whole are held. Errors: RATE_LIMITED. */
export function joined(chunks: readonly Uint8Array[], bytes: number, reservation: Reservation): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  reservation.reserve(bytes);
  const whole = Buffer.concat(chunks, bytes);
  reservation.giveBack(bytes);
  return whole;
}

const tooLarge = (bytesMax: number) => new NarrowsError('REQUEST_TOO_LARGE', `the body inflates to more than ${bytesMax} bytes`);
const notValid = (encoding: string, cause: unknown) => new NarrowsError('CONTENT_ENCODING', `the body is not valid ${encoding}: ${(cause as Error).message}`, { cause });
