// Server-sent events: one `tick` a second to each viewer, the same bytes for all of them. A viewer that reads too slowly
// is dropped rather than buffered for; its browser comes back by itself and begins with the newest second.
import type { ServerResponse } from 'node:http';
import type { LiveTick } from '@narrows/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LiveFeed } from './live-feed.js';

/** Unread bytes of one viewer, about a hundred ticks. */
const UNREAD_BYTES_MAX = 2 * 1024 * 1024;
/** Proxies close a silent connection after half a minute or more. */
const HEARTBEAT_MS = 15_000;
const RECONNECT_MS = 2_000;

export class LiveStreams {
  readonly #open = new Set<ServerResponse>();
  /** One tick is turned into text once, however many look at it. */
  readonly #texts = new WeakMap<LiveTick, string>();

  /** Take over the reply and push ticks until the viewer leaves. */
  start(feed: LiveFeed, request: FastifyRequest, reply: FastifyReply): void {
    reply.hijack();
    const response = reply.raw;
    response.writeHead(200, {
      ...reply.getHeaders() as Record<string, string>,
      'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no',
    });
    response.write(`retry: ${RECONNECT_MS}\n\n`);
    this.#open.add(response);
    const send = (text: string) => {
      if (response.writableLength > UNREAD_BYTES_MAX) response.destroy();
      else response.write(text);
    };
    const leave = feed.subscribe((tick) => send(this.#textOf(tick)));
    const heartbeat = setInterval(() => send(':\n\n'), HEARTBEAT_MS);
    response.on('error', (error) => request.log.debug({ err: error }, 'viewer gone'));
    response.on('close', () => {
      clearInterval(heartbeat);
      leave();
      this.#open.delete(response);
    });
    void feed.current().then((tick) => send(this.#textOf(tick)), (error: unknown) => request.log.warn({ err: error }, 'first tick failed'));
  }

  /** End all streams; browsers reconnect to whoever comes next. */
  close(): void {
    for (const response of this.#open) response.end();
  }

  #textOf(tick: LiveTick): string {
    let text = this.#texts.get(tick);
    if (text === undefined) this.#texts.set(tick, (text = `event: tick\nid: ${tick.atMs}\ndata: ${JSON.stringify(tick)}\n\n`));
    return text;
  }
}
