// Request body as sent → OTLP bytes. The size is limited while inflating, so that a bomb costs no more memory than the
// limit; it runs on the thread pool, so that a large body does not hold up the others.
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { NarrowsError } from '@narrows/contract';

const gunzip = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.gunzip);
const inflate = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.inflate);
const DECODERS: Readonly<Record<string, typeof gunzip>> = { gzip: gunzip, 'x-gzip': gunzip, deflate: inflate };

export type ContentEncoding = 'identity' | 'gzip' | 'x-gzip' | 'deflate';

/** Errors: CONTENT_ENCODING for anything unknown and for encodings stacked on each other. */
export function parseContentEncoding(header: string | undefined): ContentEncoding {
  const name = (header ?? '').trim().toLowerCase();
  if (name === '' || name === 'identity') return 'identity';
  if (Object.hasOwn(DECODERS, name)) return name as ContentEncoding;
  throw new NarrowsError('CONTENT_ENCODING', `content-encoding "${name.slice(0, 60)}" is not taken; gzip, deflate and identity are`);
}

/** Errors: REQUEST_TOO_LARGE above `bytesMax` after inflating, CONTENT_ENCODING for a body that does not inflate. */
export async function inflateBody(body: Uint8Array, encoding: ContentEncoding, bytesMax: number): Promise<Uint8Array> {
  if (encoding === 'identity' || body.length === 0) return body;
  try {
    return await DECODERS[encoding]!(body, { maxOutputLength: bytesMax });
  } catch (error) {
    if (error instanceof RangeError || (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new NarrowsError('REQUEST_TOO_LARGE', `the body inflates to more than ${bytesMax} bytes`, { cause: error });
    }
    throw new NarrowsError('CONTENT_ENCODING', `the body is not valid ${encoding}: ${(error as Error).message}`, { cause: error });
  }
}
