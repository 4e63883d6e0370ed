// The line of the waiting room. In: who wants in. Out: a ticket, how many stand ahead, and the moment one is let in.
// Whoever comes again with the same key keeps the same place; what the key is made of (browser and address, or the
// person) is the difference between July and August. A place that nobody asks about any more is given up.
import { randomUUID } from 'node:crypto';

export interface LineSpec {
  rankBy: 'browser-and-ip' | 'person';
  admittedPerSecond: number;
  /** No more than so many may have been let in and not left; null: nobody counts. */
  insideMax: number | null;
  /** Whoever was let in and did not leave within this time has left without a word. */
  insideForMs: number;
  /** A place that was not asked about for so long is given up. */
  forgetAfterMs: number;
  placesMax: number;
}

export interface Newcomer { browser: string; ip: string; person?: string | undefined }

export type Place =
  | { state: 'waiting'; ticket: string; ahead: number; estimatedSeconds: number; pollAfterMs: number }
  | { state: 'admitted'; ticket: string }
  | { state: 'unknown' };

interface Entry { ticket: string; key: string; sequence: number; seenAtMs: number; state: 'waiting' | 'admitted' | 'gone' }

/** Most people let in at once after a quiet time, in seconds of the admission rate. */
const BURST_SECONDS = 0.5;
const POLL_MS_MIN = 1_500;
const POLL_MS_MAX = 8_000;

export class WaitingLine {
  readonly #spec: LineSpec;
  #admittedPerSecond: number;
  readonly #byKey = new Map<string, Entry>();
  readonly #byTicket = new Map<string, Entry>();
  #line: Entry[] = [];
  #front = 0;
  #lastSequence = 0;
  #waiting = 0;
  #inside = 0;
  #admissions = 0;
  #advancedAtMs: number;

  constructor(spec: LineSpec, nowMs: number) {
    this.#spec = spec;
    this.#admittedPerSecond = spec.admittedPerSecond;
    this.#advancedAtMs = nowMs;
  }

  /** How many stand in line. */
  get waiting(): number { return this.#waiting; }
  /** How many were let in and have not left. */
  get inside(): number { return this.#inside; }

  /** Open or narrow the gate. */
  admitPerSecond(rate: number): void {
    this.#admittedPerSecond = rate;
  }

  /** Take a place, or find the one already taken under the same key. `null`: the line is full. */
  enter(who: Newcomer, nowMs: number): Place | null {
    const key = this.#spec.rankBy === 'person' && who.person ? `person ${who.person}` : `browser ${who.browser} ${who.ip}`;
    const known = this.#byKey.get(key);
    if (known) return this.look(known.ticket, nowMs);
    if (this.#byTicket.size >= this.#spec.placesMax) return null;
    const entry: Entry = { ticket: randomUUID(), key, sequence: ++this.#lastSequence, seenAtMs: nowMs, state: 'waiting' };
    this.#byKey.set(key, entry);
    this.#byTicket.set(entry.ticket, entry);
    this.#line.push(entry);
    this.#waiting++;
    return this.look(entry.ticket, nowMs);
  }

  /** Where a ticket stands now. Asking keeps the place. */
  look(ticket: string, nowMs: number): Place {
    const entry = this.#byTicket.get(ticket);
    if (!entry || entry.state === 'gone') return { state: 'unknown' };
    entry.seenAtMs = nowMs;
    if (entry.state === 'admitted') return { state: 'admitted', ticket };
    // Places in between may have been given up: never more ahead than stand in line.
    const ahead = Math.min(entry.sequence - (this.#line[this.#front]?.sequence ?? entry.sequence), this.#waiting - 1);
    const estimatedSeconds = ahead / this.#admittedPerSecond;
    const pollAfterMs = Math.round(Math.min(POLL_MS_MAX, Math.max(POLL_MS_MIN, estimatedSeconds * 600)));
    return { state: 'waiting', ticket, ahead, estimatedSeconds: Math.ceil(estimatedSeconds), pollAfterMs };
  }

  /** Give up a place, or hand in the ticket after having been let in. */
  leave(ticket: string): void {
    const entry = this.#byTicket.get(ticket);
    if (entry) this.#drop(entry);
  }

  /** Let in as many as the rate allows since the last call, and as there is room for inside. */
  advance(nowMs: number): void {
    const seconds = (nowMs - this.#advancedAtMs) / 1_000;
    this.#advancedAtMs = nowMs;
    const rate = this.#admittedPerSecond;
    const room = this.#spec.insideMax ?? Number.POSITIVE_INFINITY;
    this.#admissions = Math.min(this.#admissions + seconds * rate, Math.max(1, rate * BURST_SECONDS));
    while (this.#admissions >= 1 && this.#inside < room && this.#front < this.#line.length) {
      const entry = this.#line[this.#front++];
      if (!entry || entry.state !== 'waiting') continue;
      entry.state = 'admitted';
      entry.seenAtMs = nowMs;
      this.#waiting--;
      this.#inside++;
      this.#admissions--;
    }
    if (this.#front > 1_000 && this.#front * 2 > this.#line.length) { this.#line = this.#line.slice(this.#front); this.#front = 0; }
  }

  /** Give up the places that nobody has asked about. O(places); call it now and then. */
  sweep(nowMs: number): void {
    for (const entry of this.#byTicket.values()) {
      const keptMs = entry.state === 'admitted' ? this.#spec.insideForMs : this.#spec.forgetAfterMs;
      if (nowMs - entry.seenAtMs > keptMs) this.#drop(entry);
    }
  }

  #drop(entry: Entry): void {
    if (entry.state === 'waiting') this.#waiting--;
    if (entry.state === 'admitted') this.#inside--;
    entry.state = 'gone';
    this.#byKey.delete(entry.key);
    this.#byTicket.delete(entry.ticket);
  }
}
