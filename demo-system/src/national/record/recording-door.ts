// A door in front of a collector that writes down what goes through it: a running demo as a recorded day. Every request is passed
// on as it came and answered as the collector answers; what it took is recorded, in the order of its answers.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { RecordedRequest, Signal } from '@narrows/contract';
import type { GroundTruth } from '../../observe/ground-truth.js';
import { RecordingWriter } from './recording-writer.js';

const unpack = promisify(gunzip);
const PATHS: Readonly<Record<string, Signal>> = { '/v1/traces': 'traces', '/v1/metrics': 'metrics', '/v1/logs': 'logs' };

export class RecordingDoor {
  readonly #server: http.Server;
  readonly #upstream: string;
  readonly #writer: RecordingWriter;
  /** Requests are written one after the other. */
  #writing: Promise<void> = Promise.resolve();

  private constructor(upstream: string, writer: RecordingWriter) {
    this.#upstream = upstream;
    this.#writer = writer;
    this.#server = http.createServer((request, response) => {
      this.#pass(request, response).catch((error: unknown) => { response.writeHead(502).end(String(error)); });
    });
  }

  /** Listens on a free port of this machine. Errors: DemoFailure where the folder holds something. */
  static async open(upstream: string, folder: string, head: Parameters<typeof RecordingWriter.create>[1]): Promise<RecordingDoor> {
    const door = new RecordingDoor(upstream, RecordingWriter.create(folder, head));
    await new Promise<void>((resolve) => { door.#server.listen(0, '127.0.0.1', resolve); });
    return door;
  }

  get endpoint(): string { return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`; }

  /** Nothing goes through any more; the recording is whole. */
  async close(endMs: number, truths: readonly GroundTruth[]): Promise<void> {
    await new Promise<void>((resolve) => { this.#server.close(() => resolve()); this.#server.closeAllConnections(); });
    await this.#writing;
    await this.#writer.finish(endMs, truths);
  }

  async #pass(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { 'content-type': contentType = '', 'content-encoding': encoding, authorization = '' } = request.headers;
    const headers = { 'content-type': contentType, authorization, ...(encoding !== undefined && { 'content-encoding': encoding }) };
    const answer = await fetch(this.#upstream + (request.url ?? ''), { method: request.method ?? 'POST', headers, body });
    const text = Buffer.from(await answer.arrayBuffer());
    const retryAfter = answer.headers.get('retry-after');
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain', ...(retryAfter !== null && { 'retry-after': retryAfter }) }).end(text);
    const signal = PATHS[request.url ?? ''];
    const isJson = contentType.startsWith('application/json');
    if (answer.ok && signal) this.#record(signal, body, encoding === 'gzip', isJson ? 'application/json' : 'application/x-protobuf');
  }

  #record(signal: Signal, body: Buffer, isPacked: boolean, contentType: RecordedRequest['contentType']): void {
    const atMs = Date.now();
    this.#writing = this.#writing.then(async () => this.#writer.add(signal, isPacked ? await unpack(body) : body, null, atMs, contentType));
  }
}
