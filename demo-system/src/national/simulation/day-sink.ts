// What the simulation tells whoever turns a day into telemetry: every request with who asked and what they were told, when it
// begins and ends, and once a second the state of the pools. People, browsers, addresses and places are numbers here.

/** What somebody is told; the index is what travels. Names are those of the pipelines' outcomes. */
export const OUTCOMES = [
  'waiting', 'admitted', 'unknown', 'suspended', 'eligible', 'not_eligible', 'wrong_step', 'verified', 'identity_mismatch', 'provider_error',
  'provider_timeout', 'queue_full', 'queue_timeout', 'blocked_other_device', 'booked', 'slot_full',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Who asks: a browser with its address, the place in line it asks about, and the person where the system knows. */
export interface Asker { session: number; address: number; place: number; person: number }

export interface PoolSample { id: string; workers: number; busy: number; queue: number; arrived: number }

/** The inside of the system when a second is over. */
export interface SecondState {
  atMs: number;
  /** Places in line. */
  waiting: number;
  servers: number;
  pools: readonly PoolSample[];
  /** Attempts at verification that have been open longest, oldest first. */
  oldestAttempts: readonly number[];
}

export interface DaySink {
  /** The page is opened. */
  journey(atMs: number, who: Asker): void;
  /** The traffic lights are looked at. */
  channels(atMs: number, who: Asker): void;
  /** A place is taken (`fresh`) or asked about. */
  line(atMs: number, who: Asker, fresh: boolean, outcome: Outcome): void;
  form(atMs: number, who: Asker, outcome: Outcome): void;
  slots(atMs: number, who: Asker): void;
  booking(atMs: number, who: Asker, outcome: Outcome): void;
  /** The gateway itself refuses, and nothing behind it is asked. `channel` −1: not at identity verification. */
  refused(atMs: number, who: Asker, step: 'form' | 'identity' | 'booking', channel: number, outcome: Outcome): void;
  /** A verification is open from now on; it ends with `identityEnded` of the same attempt. */
  identityBegan(atMs: number, attempt: number, who: Asker, channel: number): void;
  identityEnded(atMs: number, attempt: number, who: Asker, channel: number, beganMs: number, outcome: Outcome): void;
  /** A second is over: it ended at `atMs`. */
  second(state: SecondState): void;
}
