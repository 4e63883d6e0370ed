// One keep-alive connection that POSTs and reads answers, over a bare socket: node:http's client costs as much as the
// collector spends on a small request. It understands what OTLP servers answer: a status and a content-length.
import net from 'node:net';
import { once } from 'node:events';

const HEAD_END = '\r\n\r\n';

export class HttpConnection {
  #host;
  #port;
  #socket = null;
  #unread = Buffer.alloc(0);
  #waiting = null;

  constructor(url) {
    this.#host = url.hostname;
    this.#port = Number(url.port);
  }

  /** The head of every request with a body of this length. */
  static head(url, headers, length) {
    const lines = Object.entries({ host: url.host, ...headers, 'content-length': length }).map(([name, value]) => `${name}: ${value}\r\n`);
    return Buffer.from(`POST ${url.pathname} HTTP/1.1\r\n${lines.join('')}\r\n`);
  }

  /** Resolves to the status. Errors: the connection ended before the answer, which may have been taken or not. */
  async post(head, body) {
    const socket = await this.#connected();
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      socket.cork();
      socket.write(head);
      socket.write(body);
      socket.uncork();
    });
  }

  close() { this.#socket?.destroy(); }

  async #connected() {
    if (this.#socket) return this.#socket;
    const socket = net.connect({ host: this.#host, port: this.#port, noDelay: true });
    await once(socket, 'connect');
    this.#unread = Buffer.alloc(0);
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the connection ended before the answer')));
    this.#socket = socket;
    return socket;
  }

  #read(chunk) {
    this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
    const headEnd = this.#unread.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.#unread.latin1Slice(0, headEnd);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length === undefined) { this.#socket.destroy(new Error(`an answer without content-length: ${head}`)); return; }
    const end = headEnd + HEAD_END.length + Number(length);
    if (this.#unread.length < end) return;
    this.#unread = this.#unread.subarray(end);
    const { resolve } = this.#waiting;
    this.#waiting = null;
    if (/\r\nconnection: *close/i.test(head)) this.#drop();
    resolve(Number(head.slice(9, 12)));
  }

  #fail(error) {
    this.#drop();
    this.#waiting?.reject(error);
    this.#waiting = null;
  }

  #drop() {
    this.#socket?.removeAllListeners('close').destroy();
    this.#socket = null;
  }
}
