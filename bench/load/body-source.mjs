// Where the load's bodies come from: templates that are patched in place, or a pool of compressed ones. A source is a
// function that gives the next body, or nothing when it has no more.
import { HttpConnection } from './http-connection.mjs';
import { readGzipPool } from './gzip-pool.mjs';
import { RequestBody, makePayloads } from './request-body.mjs';

/** Endless: `{ head, bytes, items, done }`. A body is in use until its answer is there, so `done` gives it back. */
export function patchedBodies({ url, headers, signal, seed, items, templates }) {
  const kinds = makePayloads({ signal, seed, items, count: templates }).map((payload) => ({ payload, head: HttpConnection.head(url, headers, payload.bytes.length), free: [] }));
  let ordinal = 0;
  return () => {
    const { payload, head, free } = kinds[ordinal % kinds.length];
    const body = free.pop() ?? new RequestBody(payload, seed);
    body.fill(ordinal++, Date.now());
    return { head, bytes: body.bytes, items: body.items, done: () => { free.push(body); } };
  };
}

/** Each body of the pool once. */
export function pooledBodies({ url, headers, items, file }) {
  const pool = readGzipPool(file);
  let next = 0;
  return () => {
    const bytes = pool[next++];
    return bytes && { head: HttpConnection.head(url, { ...headers, 'content-encoding': 'gzip' }, bytes.length), bytes, items, done: () => undefined };
  };
}
