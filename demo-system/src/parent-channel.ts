// The line between the supervisor and its Node processes: what each may say, and the rule that a process whose
// supervisor is gone ends itself, so that even `kill -9` of the supervisor leaves nothing behind.
import type { FaultPlan } from './faults/fault.js';
import type { PoolState } from './services/worker-pool.js';

/** Quantiles of a time; null before the first. */
export type Quantiles = { p50: number; p95: number; p99: number } | null;

/** What people lived through, counted from their side. */
export interface PeopleCounts {
  arrived: number;
  /** Browsers that they opened: the waiters, where a line counts browsers. */
  devices: number;
  admitted: number;
  verified: number;
  booked: number;
  thrownBack: number;
  gaveUp: number;
  notEligible: number;
  /** Came on a day that was not theirs by the birth digit. */
  notTheirDay: number;
  /** Attempts on another device, turned away because the person was being served already. */
  blockedDevices: number;
  /** Found in mid-booking that the site knew them no more. */
  sessionsLost: number;
  /** Came, or were in mid-booking, while booking was suspended. */
  metSuspension: number;
  reloads: number;
  /** Standing in the waiting room's line now: people, and the places that they take there. */
  inLine: number;
  placesInLine: number;
  /** From the moment somebody meant to arrive to being booked. */
  timeToBookMs: Quantiles;
  /** Of all requests, from the moment somebody meant to send one to its answer; those without an answer are counted apart. */
  answerMs: Quantiles;
  requests: number;
  unanswered: number;
  /** Why: `TIMEOUT`, or the system's own word for it. */
  unansweredBecause: Readonly<Record<string, number>>;
  /** By how much the crowd itself was late at worst, ms: an open loop keeps its times. */
  lateMsMax: number;
}

/** Child → supervisor. */
export type ChildMessage =
  | { type: 'ready'; port: number }
  | { type: 'pools'; atMs: number; channels: (PoolState & { id: string })[] }
  | { type: 'fault-answer'; id: number; error: string | null }
  | { type: 'people'; people: PeopleCounts };

/** What an operator does while the system runs. */
export type Operation =
  | { action: 'capacity'; channel: string; workers: number }
  | { action: 'order'; channels: readonly string[] }
  | { action: 'gate'; admittedPerSecond: number }
  | { action: 'suspend'; suspended: boolean };

/**
 * Supervisor → child. `begin` starts the timeline; `watch` adds a process to those the keeper ends; `backends` says which
 * instances of a service there are; `devices` says with how many devices people come (null: as the scenario says).
 */
export type ParentMessage =
  | { type: 'begin'; atMs: number }
  | { type: 'backends'; urlName: string; service: string; urls: readonly string[] }
  | { type: 'fault'; id: number; plan: FaultPlan; active: boolean }
  | { type: 'operate'; operation: Operation }
  | { type: 'devices'; count: number | null }
  | { type: 'watch'; pid: number; signal: NodeJS.Signals }
  | { type: 'unwatch'; pid: number };

/** Tell the supervisor, if there is one (a service can also be started by hand); then call `sent`. */
export function tellParent(message: ChildMessage, sent: () => void = () => undefined): void {
  if (process.connected) process.send?.(message, sent);
  else sent();
}

export function onParentMessage(listener: (message: ParentMessage) => void): void {
  process.on('message', (message) => listener(message as ParentMessage));
}

/** Call `end` when the supervisor's end of the line is gone, however it went. */
export function whenParentIsGone(end: () => void): void {
  process.on('disconnect', end);
}
