// A browser of somebody in the crowd: one cookie, one address, and requests that are kept on open connections. It
// behaves like the public page's own script and knows nothing of what is behind it.
import http from 'node:http';

export interface Answer { status: number; body: Readonly<Record<string, unknown>> }

const ANSWER_TIMEOUT_MS = 35_000;

/** Opens connections to the site for the whole crowd. */
export function createConnections(): http.Agent {
  return new http.Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, maxFreeSockets: 512 });
}

export class Device {
  readonly #siteUrl: string;
  readonly #connections: http.Agent;
  readonly #ip: string;
  #cookie: string | undefined;

  constructor(siteUrl: string, connections: http.Agent, ip: string) {
    this.#siteUrl = siteUrl;
    this.#connections = connections;
    this.#ip = ip;
  }

  /** Send a request; status 0 says that no answer came. */
  send(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
    const headers: Record<string, string> = { 'x-forwarded-for': this.#ip };
    if (this.#cookie) headers['cookie'] = this.#cookie;
    if (method === 'POST') headers['content-type'] = 'application/json';
    return new Promise((resolve) => {
      const unanswered = () => resolve({ status: 0, body: {} });
      const request = http.request(this.#siteUrl + path, { method, headers, agent: this.#connections, timeout: ANSWER_TIMEOUT_MS }, (response) => {
        this.#cookie = response.headers['set-cookie']?.[0]?.split(';')[0] ?? this.#cookie;
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => { text += chunk; });
        response.on('error', unanswered);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: parseObject(text) }));
      });
      request.on('timeout', () => request.destroy());
      request.on('error', unanswered);
      request.end(method === 'POST' ? JSON.stringify(body ?? {}) : undefined);
    });
  }
}

/** Whatever is no JSON object counts as an empty answer: a proxy's error page, say. */
function parseObject(text: string): Record<string, unknown> {
  if (!text.startsWith('{')) return {};
  return JSON.parse(text) as Record<string, unknown>;
}
