// The life of one alert: ok → pending → firing → ok. It fires when it has been bad for as long as the rule asks, and is over
// when it has been well for as long as the rule asks; in between it neither flaps nor forgets. Pure; a clock that goes back
// changes nothing until it has caught up.
//
//   reading   well  bad  bad  well  bad  bad  bad  well  well  well
//   phase     ok    pend pend ok    pend pend FIRE fire  fire  ok       for 20 s, keep 20 s, a reading every 10 s
import type { AlertPhase, UnixMs } from '@narrows/contract';
import type { Reading } from './condition.js';

export interface AlertState {
  phase: AlertPhase;
  /** Since when it is in this phase. */
  sinceMs: UnixMs;
  /** While firing: since when it has been well without a break; null: it is not. */
  wellSinceMs: UnixMs | null;
  /** The latest moment that was told, and the latest at which something was known. */
  toldMs: UnixMs;
  knownMs: UnixMs;
  value: number | null;
  bound: number | null;
}
export type AlertEvent = 'fires' | 'over';
export interface Durations { forSeconds: number; keepSeconds: number }

export const restingState = (atMs: UnixMs): AlertState => ({ phase: 'ok', sinceMs: atMs, wellSinceMs: null, toldMs: -Infinity, knownMs: atMs, value: null, bound: null });

/** Of what is firing nothing has been heard for so long: it is over, since nobody can say that it is not. */
export const LOST_AFTER_MS = 3600_000;

/** The next state, and what there is to say about it. */
export function nextState(state: AlertState, reading: Reading, atMs: UnixMs, { forSeconds, keepSeconds }: Durations): { state: AlertState; event: AlertEvent | null } {
  if (atMs <= state.toldMs) return { state, event: null };
  const told: AlertState = { ...state, toldMs: atMs, knownMs: reading.bad === null ? state.knownMs : atMs, value: reading.value, bound: reading.bound };
  if (state.phase === 'firing') return whileFiring(told, reading, atMs, keepSeconds);
  // Whatever is not known to be bad does not lead to firing, and a gap is no proof that it was bad throughout.
  if (reading.bad !== true) return { state: state.phase === 'ok' ? told : { ...told, phase: 'ok', sinceMs: atMs }, event: null };
  const badSinceMs = state.phase === 'pending' ? state.sinceMs : atMs;
  if (atMs - badSinceMs >= forSeconds * 1_000) return { state: { ...told, phase: 'firing', sinceMs: atMs, wellSinceMs: null }, event: 'fires' };
  return { state: { ...told, phase: 'pending', sinceMs: badSinceMs }, event: null };
}

function whileFiring(told: AlertState, reading: Reading, atMs: UnixMs, keepSeconds: number): { state: AlertState; event: AlertEvent | null } {
  const isLost = reading.bad === null && atMs - told.knownMs >= LOST_AFTER_MS;
  const wellSinceMs = reading.bad === false && reading.well ? told.wellSinceMs ?? atMs : null;
  const isOver = isLost || (wellSinceMs !== null && atMs - wellSinceMs >= keepSeconds * 1_000);
  if (isOver) return { state: { ...told, phase: 'ok', sinceMs: atMs, wellSinceMs: null }, event: 'over' };
  return { state: { ...told, wellSinceMs }, event: null };
}
