// The line between the supervisor and its Node processes: what each may say, and the rule that a process whose
// supervisor is gone ends itself, so that even `kill -9` of the supervisor leaves nothing behind.
import type { PoolState } from './services/identity/worker-pool.js';

export interface PeopleCounts {
  arrived: number;
  admitted: number;
  verified: number;
  booked: number;
  thrownBack: number;
  gaveUp: number;
  notEligible: number;
  /** Attempts on another device, turned away because the person was being served already. */
  blockedDevices: number;
  /** Standing in the waiting room's line now. */
  inLine: number;
  /** Quantiles of the time from arriving to being booked; null before the first. */
  timeToBookMs: { p50: number; p95: number; p99: number } | null;
}

/** Child → supervisor. */
export type ChildMessage =
  | { type: 'ready'; port: number }
  | { type: 'pools'; atMs: number; channels: (PoolState & { id: string })[] }
  | { type: 'fault'; atMs: number; channel: string; active: boolean }
  | { type: 'people'; people: PeopleCounts };

/** Supervisor → child. `begin` starts the timeline; `watch` adds a process to those the keeper ends. */
export type ParentMessage =
  | { type: 'begin'; atMs: number }
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
