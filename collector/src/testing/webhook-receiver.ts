// A real HTTP server for tests of messages: keeps what it is sent and can be told how to answer.
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received { path: string; headers: IncomingHttpHeaders; body: string }

export class WebhookReceiver {
  readonly received: Received[] = [];
  /** How the next requests are answered; 200 when there is none left. */
  answers: { status: number; headers?: Record<string, string> }[] = [];
  #server: Server | undefined;

  async start(): Promise<string> {
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => { body += chunk; }).on('end', () => {
        this.received.push({ path: request.url ?? '', headers: request.headers, body });
        const { status, headers } = this.answers.shift() ?? { status: 200, headers: {} };
        response.writeHead(status, headers ?? {}).end('ok');
      });
    });
    this.#server = server;
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  }

  events(): string[] { return this.received.map(({ body }) => (JSON.parse(body) as { event: string }).event); }
  async stop(): Promise<void> { const server = this.#server; if (server) await new Promise((resolve) => { server.close(resolve); }); }
}
