// Identity verification at its real size: one station a channel, every attempt a number, and a list of the open ones in the
// order in which they began. It says when somebody is served or turned away; when that is, whoever plays time decides.
import { doubled } from '../engine/column.js';
import { StageClock } from '../engine/stage-clock.js';
import { Station } from '../engine/station.js';
import { workersOf, type NationalChannel, type NationalDay } from '../day.js';
import type { PoolSample } from './day-sink.js';

export const ATTEMPT = { queued: 0, served: 1, ended: 2 } as const;
const NONE = -1;

export class Identity {
  readonly clock = new StageClock();
  readonly stations: readonly Station[];
  count = 0;
  person = new Int32Array(1_024);
  place = new Int32Array(1_024);
  channel = new Uint8Array(1_024);
  state = new Uint8Array(1_024);
  /** What a served one will be told, drawn when the service begins. */
  outcome = new Uint8Array(1_024);
  beganMs = new Float64Array(1_024);
  /** The open ones, oldest first. */
  oldest = NONE;
  #newest = NONE;
  after = new Int32Array(1_024);
  #before = new Int32Array(1_024);
  readonly #channels: readonly NationalChannel[];

  constructor(day: NationalDay, servers: number) {
    this.#channels = day.channels;
    this.stations = day.channels.map((channel) => {
      const workers = workersOf(channel, servers);
      return new Station(workers, Math.round(workers * channel.queueMaxPerWorker));
    });
  }

  setServers(servers: number): void {
    this.stations.forEach((station, channel) => station.setWorkers(workersOf(this.#channels[channel]!, servers)));
  }

  /** A new attempt: served at once, in line, or (null) turned away, which makes it no attempt that is open. */
  begin(nowMs: number, person: number, channel: number): { attempt: number; served: boolean } | null {
    if (this.count === this.state.length) this.#grow();
    const attempt = this.count++;
    const station = this.stations[channel]!;
    const arrival = station.arrive(attempt);
    this.person[attempt] = person;
    this.channel[attempt] = channel;
    this.beganMs[attempt] = nowMs;
    if (arrival === 'refused') { this.state[attempt] = ATTEMPT.ended; return null; }
    this.place[attempt] = station.place;
    this.state[attempt] = arrival === 'served' ? ATTEMPT.served : ATTEMPT.queued;
    this.clock.enter(nowMs);
    this.#link(attempt);
    return { attempt, served: arrival === 'served' };
  }

  /** One that has stood too long. */
  giveUp(nowMs: number, attempt: number): void {
    this.stations[this.channel[attempt]!]!.stepOut(this.place[attempt]!);
    this.#close(nowMs, attempt);
  }

  /** One that was served; `served` hears of the next in line, if there is one. */
  finish(nowMs: number, attempt: number, served: (attempt: number) => void): void {
    const channel = this.channel[attempt]!;
    this.#close(nowMs, attempt);
    this.stations[channel]!.leave();
    this.serveNext(channel, served);
  }

  /** Whoever is in line is served by workers that are free. */
  serveNext(channel: number, served: (attempt: number) => void): void {
    const station = this.stations[channel]!;
    for (let attempt = station.takeNext(); attempt >= 0; attempt = station.takeNext()) {
      this.state[attempt] = ATTEMPT.served;
      served(attempt);
    }
  }

  /** Everybody is sent away; `sent` hears of each. */
  clear(nowMs: number, sent: (attempt: number) => void): void {
    for (const station of this.stations) station.clear();
    while (this.oldest !== NONE) {
      const attempt = this.oldest;
      this.#close(nowMs, attempt);
      sent(attempt);
    }
  }

  /** The first of the open ones. */
  oldestOpen(limit: number): number[] {
    const attempts: number[] = [];
    for (let attempt = this.oldest; attempt !== NONE && attempts.length < limit; attempt = this.after[attempt]!) attempts.push(attempt);
    return attempts;
  }

  pools(): PoolSample[] {
    return this.stations.map((station, i) => ({ id: this.#channels[i]!.id, workers: station.workers, busy: station.busy, queue: station.queued, arrived: station.arrived }));
  }

  #close(nowMs: number, attempt: number): void {
    this.state[attempt] = ATTEMPT.ended;
    this.clock.leave(nowMs, this.beganMs[attempt]!);
    const before = this.#before[attempt]!;
    const after = this.after[attempt]!;
    if (before === NONE) this.oldest = after; else this.after[before] = after;
    if (after === NONE) this.#newest = before; else this.#before[after] = before;
  }

  #link(attempt: number): void {
    this.#before[attempt] = this.#newest;
    this.after[attempt] = NONE;
    if (this.#newest === NONE) this.oldest = attempt; else this.after[this.#newest] = attempt;
    this.#newest = attempt;
  }

  #grow(): void {
    this.person = doubled(this.person);
    this.place = doubled(this.place);
    this.channel = doubled(this.channel);
    this.state = doubled(this.state);
    this.outcome = doubled(this.outcome);
    this.beganMs = doubled(this.beganMs);
    this.after = doubled(this.after);
    this.#before = doubled(this.#before);
  }
}
