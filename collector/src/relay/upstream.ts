// The one connection that leaves the closed network: HTTP/1.1 kept alive, one request at a time, gzip, over TLS with or
// without a certificate of our own. It says what was answered and decides nothing.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { NarrowsError } from '@narrows/contract';
import type { Batch } from './batches.js';
import type { HttpAnswer } from './upstream-answer.js';

const gzip = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.gzip);
/** Of silence. A collector that syncs to a slow disk may take its time. */
const TIMEOUT_MS = 60_000;
const ANSWER_BYTES_MAX = 64 * 1024;
/** What 1 MiB of spans comes to: one piece, where zlib's own 16 KiB would make a dozen trips to the thread pool. */
const COMPRESSED_CHUNK_BYTES = 256 * 1024;

export interface UpstreamOptions {
  /** http(s)://host:port, perhaps with a path before /v1. */
  url: string;
  /** Ingestion key; blank: none is sent. */
  key: string;
  relayId: string;
  /** PEM files; blank: the system's authorities, no certificate of our own. */
  caFile: string;
  certFile: string;
  certKeyFile: string;
  /** 1 (quick) to 9 (small). */
  gzipLevel: number;
  timeoutMs?: number;
}

export interface Posted { answer: HttpAnswer; bodyBytes: number; compressedBytes: number }

export interface Upstream {
  /** Rejects when no whole answer came: stored or not, nobody knows. */
  post(batch: Batch, signal: AbortSignal): Promise<Posted>;
  close(): void;
}

/** Errors: CONFIG_INVALID. Connects with the first request. */
export function createUpstream(options: UpstreamOptions): Upstream {
  const base = baseUrl(options.url);
  const isTls = base.protocol === 'https:';
  const agent = isTls
    ? new https.Agent({ keepAlive: true, maxSockets: 1, ca: pem(options.caFile), cert: pem(options.certFile), key: pem(options.certKeyFile) })
    : new http.Agent({ keepAlive: true, maxSockets: 1 });
  const headers = {
    'content-type': 'application/x-protobuf', 'content-encoding': 'gzip', 'x-narrows-relay': options.relayId,
    ...(options.key !== '' && { authorization: `Bearer ${options.key}` }),
  };
  return {
    async post(batch, signal) {
      const bodies = batch.requests.map(({ bytes }) => bytes);
      const body = bodies.length === 1 ? bodies[0]! : Buffer.concat(bodies);
      const compressed = await gzip(body, { level: options.gzipLevel, chunkSize: COMPRESSED_CHUNK_BYTES });
      const request = (isTls ? https : http).request(new URL(`v1/${batch.signal}`, base), {
        method: 'POST', agent, signal, timeout: options.timeoutMs ?? TIMEOUT_MS,
        headers: { ...headers, 'x-narrows-sequence': String(batch.sequence), 'content-length': compressed.length },
      });
      return { answer: await exchange(request, compressed), bodyBytes: body.length, compressedBytes: compressed.length };
    },
    close: () => agent.destroy(),
  };
}

function baseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '') {
    throw new NarrowsError('CONFIG_INVALID', `configuration:\n  NARROWS_RELAY_UPSTREAM=${JSON.stringify(text)}: must be the OTLP address of a collector, https://host:4318`);
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

function pem(file: string): Buffer | undefined {
  if (file === '') return undefined;
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new NarrowsError('CONFIG_INVALID', `The certificate file ${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function exchange(request: http.ClientRequest, body: Buffer): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length <= ANSWER_BYTES_MAX) chunks.push(chunk);
        else request.destroy(new Error(`an answer of more than ${ANSWER_BYTES_MAX} bytes`));
      });
      response.on('error', reject);
      response.on('end', () => resolve({
        status: response.statusCode ?? 0, contentType: response.headers['content-type'] ?? '', retryAfter: response.headers['retry-after'], body: Buffer.concat(chunks),
      }));
    });
    request.end(body);
  });
}
