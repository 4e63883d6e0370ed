// Bounds the connections of one port, so that ten thousand silent ones keep nobody out: from nine tenths of the cap on,
// whoever comes in makes the one go that has been silent for longest. A client that is hung up on while it has no
// request open connects again when it has one.
import type { Server } from 'node:net';

/** Between here and the cap there is room for those that come in at the same moment. */
const CROWDED_SHARE = 0.9;

export class IdleConnections<T> {
  /** In the order in which they fell silent. */
  readonly #idle = new Set<T>();
  #open = 0;

  constructor(server: Server, connectionsMax: number, hangUp: (connection: T) => void) {
    server.maxConnections = connectionsMax;
    server.on('connection', (socket) => {
      this.#open++;
      socket.once('close', () => this.#open--);
      const [oldest] = this.#idle;
      if (this.#open <= connectionsMax * CROWDED_SHARE || oldest === undefined) return;
      this.#idle.delete(oldest);
      hangUp(oldest);
    });
  }

  has(connection: T): boolean { return this.#idle.has(connection); }

  /** New, or its last request has been answered. */
  add(connection: T): void { this.#idle.add(connection); }

  /** It has a request, or is gone. */
  delete(connection: T): void { this.#idle.delete(connection); }
}
