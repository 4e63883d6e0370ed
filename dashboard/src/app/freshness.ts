// How old what is on the screen is, and what to call it. One rule for the dot in the top bar and for pages that grey
// themselves out: late after a few seconds, stale after half a minute or when the connection is lost.
import { useEffect, useState } from 'react';
import type { Question } from '../api/answers.js';
import { useConnection, useLive } from '../api/live.js';

export type FreshnessState = 'connecting' | 'none' | 'fresh' | 'late' | 'stale' | 'lost' | 'paused';
export interface Freshness {
  state: FreshnessState;
  /** Age of the newest stored span, now; null: nothing has ever arrived, or not known yet. */
  ageMs: number | null;
  /** Unix ms since when nothing new has come, for `lost` and `stale`. */
  sinceMs: number | null;
}

const LATE_MS = 6_000;
const STALE_MS = 30_000;

/** The clock as React state, moving every `everyMs`. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => { setNow(Date.now()); }, everyMs);
    return () => { clearInterval(timer); };
  }, [everyMs]);
  return now;
}

export function useFreshness(question: Question): Freshness {
  const connection = useConnection();
  const live = useLive(question, question.range.live);
  const now = useNow(1_000);
  return freshnessOf({
    connection: connection.state, connectionSinceMs: connection.sinceMs, answered: live.data !== undefined,
    dataAgeMs: live.data?.tick.dataAgeMs ?? null, receivedAtMs: live.dataUpdatedAt, nowMs: now,
  });
}

/** `receivedAtMs` and `nowMs` are the browser's clock: its difference to the server's does not matter. */
export function freshnessOf(seen: { connection: 'connecting' | 'open' | 'lost' | 'paused'; connectionSinceMs: number; answered: boolean; dataAgeMs: number | null; receivedAtMs: number; nowMs: number }): Freshness {
  const ageMs = seen.dataAgeMs === null ? null : seen.dataAgeMs + Math.max(0, seen.nowMs - seen.receivedAtMs);
  if (seen.connection === 'paused') return { state: 'paused', ageMs, sinceMs: null };
  if (seen.connection === 'lost') return { state: 'lost', ageMs, sinceMs: seen.connectionSinceMs };
  if (!seen.answered) return { state: 'connecting', ageMs: null, sinceMs: null };
  if (ageMs === null) return { state: 'none', ageMs: null, sinceMs: null };
  if (ageMs >= STALE_MS) return { state: 'stale', ageMs, sinceMs: seen.nowMs - ageMs };
  return { state: ageMs >= LATE_MS ? 'late' : 'fresh', ageMs, sinceMs: null };
}
