// One keep-alive connection that posts OTLP and reads the answers, over a bare socket: sixty million spans are thirty gigabytes,
// and node:http's client costs more a request than making it. It understands what OTLP servers answer: a status, a
// content-length, and when to come back.
import net from 'node:net';
import { once } from 'node:events';

const HEAD_END = '\r\n\r\n';

export interface Answer { status: number; retryAfterMs: number | null; text: string }

export class OtlpConnection {
  readonly #url: URL;
  readonly #key: string;
  #socket: net.Socket | null = null;
  #unread: Buffer = Buffer.alloc(0);
  #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | null = null;

  /** @param url OTLP endpoint without a path */
  constructor(url: URL, key: string) {
    this.#url = url;
    this.#key = key;
  }

  /** Errors: the connection could not be made, or ended before the answer; the request may have been taken or not. */
  async post(path: string, body: Uint8Array): Promise<Answer> {
    const socket = await this.#connected();
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      socket.cork();
      socket.write(`POST ${path} HTTP/1.1\r\nhost: ${this.#url.host}\r\ncontent-type: application/x-protobuf\r\nauthorization: Bearer ${this.#key}\r\ncontent-length: ${body.length}\r\n\r\n`);
      socket.write(body);
      socket.uncork();
    });
  }

  close(): void { this.#socket?.destroy(); }

  async #connected(): Promise<net.Socket> {
    if (this.#socket) return this.#socket;
    const socket = net.connect({ host: this.#url.hostname, port: Number(this.#url.port), noDelay: true });
    await once(socket, 'connect');
    this.#unread = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the connection ended before the answer')));
    this.#socket = socket;
    return socket;
  }

  #read(chunk: Buffer): void {
    this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
    const headEnd = this.#unread.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.#unread.toString('latin1', 0, headEnd);
    const end = headEnd + HEAD_END.length + Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    if (this.#unread.length < end) return;
    const text = this.#unread.toString('utf8', headEnd + HEAD_END.length, end);
    this.#unread = this.#unread.subarray(end);
    const waiting = this.#waiting;
    this.#waiting = null;
    if (/\r\nconnection: *close/i.test(head)) this.#drop();
    const retryAfter = /\r\nretry-after: *(\d+)/i.exec(head)?.[1];
    waiting?.resolve({ status: Number(head.slice(9, 12)), retryAfterMs: retryAfter === undefined ? null : Number(retryAfter) * 1_000, text });
  }

  #fail(error: Error): void {
    this.#drop();
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.reject(error);
  }

  #drop(): void {
    this.#socket?.removeAllListeners('close').destroy();
    this.#socket = null;
  }
}
