// Requests to a provider, in the shape of `fetch`: to https only (or to this very machine), against the usual authorities and those
// of a closed network, within a time and a size, and following no redirect, since an answer from elsewhere would be believed too.
import http from 'node:http';
import https from 'node:https';
import tls from 'node:tls';

const TIMEOUT_MS = 8_000;
const BYTES_MAX = 1024 * 1024;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Plain HTTP reaches nobody on the way when it does not leave the machine. */
export const isLoopback = (url: URL): boolean => LOOPBACK.has(url.hostname);

export interface ProviderRequest { method?: string; headers?: Record<string, string>; body?: unknown; signal?: AbortSignal }

/** `ca`: certificates as PEM, or null. Errors of the returned function: what the network or TLS says. */
export function createProviderFetch(ca: string | null): (url: string, options: ProviderRequest) => Promise<Response> {
  const authorities = ca === null ? undefined : [...tls.rootCertificates, ca];
  return (url, { method = 'GET', headers = {}, body }) => new Promise((resolve, reject) => {
    const address = new URL(url);
    const secure = address.protocol === 'https:';
    if (!secure && !(address.protocol === 'http:' && isLoopback(address))) {
      reject(new Error(`${address.origin} is neither https nor on this machine`));
      return;
    }
    const options = { method, headers, signal: AbortSignal.timeout(TIMEOUT_MS) };
    const request = secure ? https.request(address, { ...options, ...authorities && { ca: authorities } }) : http.request(address, options);
    request.on('error', reject);
    request.on('response', (answer) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > BYTES_MAX) request.destroy(new Error(`${address.origin} answers with more than ${BYTES_MAX} bytes`));
        else parts.push(part);
      });
      answer.on('error', reject);
      answer.on('end', () => {
        const status = answer.statusCode ?? 500;
        const names = Object.entries(answer.headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as [string, string]] : []));
        const empty = status === 204 || status === 205 || status === 304;
        resolve(new Response(empty ? null : Buffer.concat(parts), { status, headers: names }));
      });
    });
    request.end(body instanceof URLSearchParams ? body.toString() : typeof body === 'string' || body instanceof Uint8Array ? body : undefined);
  });
}
