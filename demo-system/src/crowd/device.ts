// A browser of somebody in the crowd: one cookie, one address, and requests that are kept on open connections. It
// behaves like the public page's own script and knows nothing of what is behind it.
import http from 'node:http';

/** Status 0: no answer came, and why. */
export interface Answer { status: number; body: Readonly<Record<string, unknown>>; because?: string }

const ANSWER_TIMEOUT_MS = 35_000;

/** Opens connections to the site for the whole crowd. */
export function createConnections(): http.Agent {
  return new http.Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, maxFreeSockets: 512 });
}

export interface DeviceSetting { siteUrl: string; connections: http.Agent; ip: string; browser?: string; onAnswer?: (afterMs: number, answer: Answer) => void }

export class Device {
  readonly #setting: DeviceSetting;
  #cookie: string | undefined;

  constructor(setting: DeviceSetting) {
    this.#setting = setting;
  }

  /** Send a request that was meant to go out at `intendedMs`; status 0 says that no answer came. */
  async send(method: 'GET' | 'POST', path: string, body?: unknown, intendedMs: number = Date.now()): Promise<Answer> {
    const answer = await this.#ask(method, path, body);
    this.#setting.onAnswer?.(Date.now() - intendedMs, answer);
    return answer;
  }

  #ask(method: 'GET' | 'POST', path: string, body: unknown): Promise<Answer> {
    const { siteUrl, connections, ip, browser } = this.#setting;
    const headers: Record<string, string> = { 'x-forwarded-for': ip };
    if (browser) headers['user-agent'] = browser;
    if (this.#cookie) headers['cookie'] = this.#cookie;
    if (method === 'POST') headers['content-type'] = 'application/json';
    return new Promise((resolve) => {
      const unanswered = (error: NodeJS.ErrnoException) => resolve({ status: 0, body: {}, because: error.code ?? error.message });
      const request = http.request(siteUrl + path, { method, headers, agent: connections, timeout: ANSWER_TIMEOUT_MS }, (response) => {
        this.#cookie = response.headers['set-cookie']?.[0]?.split(';')[0] ?? this.#cookie;
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => { text += chunk; });
        response.on('error', unanswered);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: parseObject(text) }));
      });
      request.on('timeout', () => request.destroy(Object.assign(new Error('no answer in time'), { code: 'TIMEOUT' })));
      request.on('error', unanswered);
      request.end(method === 'POST' ? JSON.stringify(body ?? {}) : undefined);
    });
  }
}

/** Whatever is no JSON object counts as an empty answer: a page, or a proxy's error. */
function parseObject(text: string): Record<string, unknown> {
  if (!text.startsWith('{')) return {};
  return JSON.parse(text) as Record<string, unknown>;
}
