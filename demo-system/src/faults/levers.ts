// What a fault may move inside a service: one plain object that the frame makes, faults write and services read. A
// service looks only at the levers that concern it; all of them at rest is a healthy service.

/** What is wrong with one channel of identity verification. */
export interface ChannelTrouble {
  /** Service times are so many times as long. */
  slowBy?: number;
  /** Share of verifications that the provider answers with an error; the others hang and time out. */
  failingShare?: number;
  /** The provider answers nothing at all. */
  down?: boolean;
}

export interface Levers {
  readonly service: string;
  /** PostgreSQL of the system; blank: the service has none. */
  readonly databaseUrl: string;
  /** Added to the handling of every request, ms. */
  handling: { extraMs: number };
  /** Requests are on their way for so much longer before they arrive, ms. */
  network: { delayMs: number };
  /** Calls to this service are sent again when no answer came in time, as often as `attempts`. */
  retry: { service: string; timeoutMs: number; attempts: number } | null;
  /** By how much the service's clock is wrong, ms. */
  clock: { offsetMs: number };
  /** The registry takes questions and answers none. */
  registry: { stuck: boolean };
  channels: Map<string, ChannelTrouble>;
  /** A database connection is kept for so long after its work is done, ms. */
  connections: { holdMs: number };
  /** Share of requests whose session is not found any more. */
  sessions: { lostShare: number };
}

export function leversAtRest(service: string, databaseUrl: string): Levers {
  return {
    service, databaseUrl, handling: { extraMs: 0 }, network: { delayMs: 0 }, retry: null, clock: { offsetMs: 0 }, registry: { stuck: false },
    channels: new Map(), connections: { holdMs: 0 }, sessions: { lostShare: 0 },
  };
}
