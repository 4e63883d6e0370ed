// The public page from memory: every answer is a Buffer that was made when the state changed, with its ETag and its compressed
// forms, so that a request costs a look into a map. Stands before the API's own server: no session, no cookie, no log line a
// request. `GET /status/AGENCY`, `/status/AGENCY/` and the files behind it.
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

export interface StatusFiles { [name: string]: { type: string; text: string } }
interface Answer { plain: Buffer; gzip: Buffer; brotli: Buffer; head: Record<string, string> }

/** A CDN in front asks every two seconds and may serve what it has while it does. */
const CACHE_CONTROL = 'public, max-age=2, stale-while-revalidate=10, stale-if-error=60';
const PREFIX = '/status/';
/** Nothing here runs or loads anything from elsewhere. */
const CONTENT_POLICY = "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *";

export class StatusDoor {
  readonly #answers = new Map<string, Answer>();
  /** Requests answered, by status. */
  readonly counts = { 200: 0, 304: 0, 404: 0 };

  /** `name` relative to the agency; '' is the page itself. */
  put(agency: string, files: StatusFiles): void {
    for (const [name, { type, text }] of Object.entries(files)) {
      const plain = Buffer.from(text);
      const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
      this.#answers.set(PREFIX + agency + (name === '' ? '' : `/${name}`), {
        plain, gzip: gzipSync(plain, { level: 6 }), brotli: brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
        head: {
          'content-type': type, 'cache-control': CACHE_CONTROL, etag, vary: 'accept-encoding', 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'content-security-policy': CONTENT_POLICY,
          ...(type.startsWith('application/json') ? { 'access-control-allow-origin': '*' } : {}),
        },
      });
    }
  }

  /** The agency shows no page any more. */
  drop(agency: string): void {
    for (const key of this.#answers.keys()) if (key === PREFIX + agency || key.startsWith(`${PREFIX}${agency}/`)) this.#answers.delete(key);
  }

  /** True: the request was for here and is answered. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const url = request.url ?? '';
    if (!url.startsWith(PREFIX)) return false;
    const end = url.indexOf('?');
    const path = end < 0 ? url : url.slice(0, end);
    const found = this.#answers.get(path) ?? this.#answers.get(path.endsWith('/') ? `${path}index.html` : path);
    if (!found || (request.method !== 'GET' && request.method !== 'HEAD')) return this.#refuse(request, response, found !== undefined);
    if (request.headers['if-none-match'] === found.head['etag']) {
      this.counts[304]++;
      response.writeHead(304, found.head).end();
      return true;
    }
    this.counts[200]++;
    const accepts = request.headers['accept-encoding'] ?? '';
    const [body, encoding] = typeof accepts === 'string' && accepts.includes('br') ? [found.brotli, 'br'] : accepts.includes('gzip') ? [found.gzip, 'gzip'] : [found.plain, undefined];
    response.writeHead(200, { ...found.head, 'content-length': body.length, ...(encoding && { 'content-encoding': encoding }) });
    response.end(request.method === 'HEAD' ? undefined : body);
    return true;
  }

  #refuse(request: IncomingMessage, response: ServerResponse, isThere: boolean): boolean {
    this.counts[404]++;
    request.resume();
    const text = isThere ? 'GET only\n' : '이 주소에는 공개 상황판이 없습니다.\nThere is no public page at this address.\n';
    response.writeHead(isThere ? 405 : 404, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'public, max-age=5', 'x-content-type-options': 'nosniff', ...(isThere ? { allow: 'GET, HEAD' } : {}) }).end(text);
    return true;
  }
}
