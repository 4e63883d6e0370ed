// Compressed bodies cannot be patched in place, and compressing while measuring would cost more than what is measured. So
// they are made before, once, into a file; our collector and its peers are sent the same ones.
import fs from 'node:fs';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { RequestBody, makePayloads } from './request-body.mjs';

const compress = promisify(gzip);
const AT_ONCE = 4;
const TEMPLATES = 64;

/** Write `count` distinct bodies, each with its length as 4 bytes in front. Returns the mean of both lengths. */
export async function writeGzipPool(file, { signal, seed, items, count }) {
  const bodies = makePayloads({ signal, seed, items, count: Math.min(count, TEMPLATES) }).map((payload) => new RequestBody(payload, seed));
  const out = fs.openSync(file, 'w');
  let plainBytes = 0;
  let wireBytes = 0;
  for (let first = 0; first < count; first += AT_ONCE) {
    const ordinals = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, i) => first + i);
    const compressed = await Promise.all(ordinals.map((ordinal) => {
      const body = bodies[ordinal % bodies.length];
      body.fill(ordinal, Date.now());
      plainBytes += body.bytes.length;
      return compress(Buffer.from(body.bytes));
    }));
    for (const bytes of compressed) {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      fs.writeSync(out, length);
      fs.writeSync(out, bytes);
      wireBytes += bytes.length;
    }
  }
  fs.closeSync(out);
  return { plainBytesMean: plainBytes / count, wireBytesMean: wireBytes / count };
}

/** All bodies of a pool, in order. */
export function readGzipPool(file) {
  const all = fs.readFileSync(file);
  const bodies = [];
  for (let at = 0; at < all.length;) {
    const length = all.readUInt32LE(at);
    bodies.push(all.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return bodies;
}
