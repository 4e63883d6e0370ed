// The relay of the closed network: `narrows relay` inside, and the one line that leads out of it to the collector. The
// line is a plain TCP connection through a port of ours, so that it can be cut and mended while everything runs.
import net from 'node:net';
import { childEnvironment } from '../environment.js';
import { narrowsCommand, readyLineOf } from './narrows-command.js';
import { Part } from './part.js';

const READY_WITHIN_MS = 40_000;
const STOP_GRACE_MS = 8_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** A port that leads to `target` (`http://host:port`) until it is cut. */
export class Line {
  readonly #server: net.Server;
  readonly #open = new Set<net.Socket>();
  #cut = false;

  private constructor(target: URL) {
    this.#server = net.createServer((inner) => {
      if (this.#cut) { inner.destroy(); return; }
      const outer = net.connect({ host: target.hostname, port: Number(target.port || 80), timeout: CONNECT_TIMEOUT_MS });
      outer.once('connect', () => outer.setTimeout(0));
      outer.once('timeout', () => outer.destroy());
      for (const [socket, other] of [[inner, outer], [outer, inner]] as const) {
        this.#open.add(socket);
        // Whatever ends one side ends the other; why is the business of those who speak over it.
        socket.on('error', () => undefined).on('close', () => { this.#open.delete(socket); other.destroy(); });
      }
      inner.pipe(outer).pipe(inner);
    });
  }

  static async to(target: string): Promise<Line> {
    const line = new Line(new URL(target));
    await new Promise<void>((resolve, reject) => { line.#server.once('error', reject).listen(0, '127.0.0.1', resolve); });
    return line;
  }

  get url(): string { return `http://127.0.0.1:${(this.#server.address() as net.AddressInfo).port}`; }

  cut(): void {
    this.#cut = true;
    for (const socket of this.#open) socket.destroy();
  }

  mend(): void {
    this.#cut = false;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}

interface RelayReady { ready: true; otlp: string; ingestKey: string | null }

/** Start the relay with its spool in `dataDir`. Answers where the services inside send to. Errors: DemoFailure. */
export async function startRelay(options: { dataDir: string; logDir: string; line: Line; key: string; onStarted: (part: Part) => void }): Promise<{ endpoint: string; key: string }> {
  const ingestKey = 'key-inside-the-closed-network';
  const part = new Part({
    name: 'relay', command: process.execPath,
    args: [narrowsCommand(), 'relay', '--json-ready', '--upstream', options.line.url, '--data', options.dataDir, '--port', '0', '--otlp-port', '0', '--grpc-port', '0'],
    env: childEnvironment({ NARROWS_RELAY_KEY: options.key, NARROWS_RELAY_INGEST_KEY: ingestKey }),
    logDir: options.logDir, ipc: false, readsOutput: true, stopSignal: 'SIGTERM', stopGraceMs: STOP_GRACE_MS,
  });
  options.onStarted(part);
  const { otlp } = await part.firstOf(READY_WITHIN_MS, readyLineOf<RelayReady>(part));
  return { endpoint: otlp, key: ingestKey };
}
