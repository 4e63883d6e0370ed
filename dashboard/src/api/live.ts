// The only EventSource of the dashboard. `useLiveStream` is mounted once, by the root layout, and writes each tick into
// the query cache; any number of `useLive` read it there. A stream that is lost is opened again with back-off and says
// since when it was lost.
import { ROUTES, type LiveAnswer, type LiveTick } from '@narrows/contract';
import { skipToken, useQuery, useQueryClient, type QueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Place, Question } from './answers.js';
import { appendTick } from './live-window.js';
import { rangeParameters } from './range.js';
import { ApiError, apiAddress, get } from './request.js';

/** `paused`: the range is fixed, nothing streams. `sinceMs` is the browser's clock. */
export interface Connection { state: 'connecting' | 'open' | 'lost' | 'paused'; sinceMs: number; lastTickAtMs: number | null }

const CONNECTION_KEY = ['live-connection'] as const;
/** Nothing is asked for: only the stream says how it stands, or an answer that comes later would overwrite "paused". */
const CONNECTING: Connection = { state: 'connecting', sinceMs: 0, lastTickAtMs: null };
const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 15_000;
/** Ticks come every second; after this much silence the stream counts as lost although the socket may be open. */
const SILENCE_MS = 6_000;

/** The live answer goes back an hour at most: one point a second. */
const WINDOW_MAX_MINUTES = 60;

const keyOf = (question: Question) => ['live', question] as const;

/** The tick that describes now (or the end of a fixed range) and the totals of each second before it. */
export function useLive(question: Question, enabled = true): UseQueryResult<LiveAnswer, ApiError> {
  const { range, ...place } = question;
  const asked = range.live ? { ...range, lastMinutes: Math.min(range.lastMinutes, WINDOW_MAX_MINUTES) } : range;
  return useQuery({
    queryKey: keyOf(question),
    queryFn: ({ signal }) => get<LiveAnswer>(ROUTES.live, { ...place, ...pipelineOf(place), ...rangeParameters(asked, Date.now()) }, signal),
    staleTime: range.live ? Infinity : 30_000,
    enabled,
  });
}

/** Left out means "the first one" to the collector; here it means "no pipeline", which it calls ''. */
const pipelineOf = (place: Place): { pipeline: string } => ({ pipeline: place.pipeline ?? '' });
/** A tick is of the whole pipeline: the totals of one stage, channel or service are asked for anew. */
const isNarrowed = ({ stage, channel, service }: Place): boolean => (stage ?? channel ?? service) !== undefined;

export function useConnection(): Connection {
  return useQuery<Connection>({ queryKey: CONNECTION_KEY, queryFn: skipToken, gcTime: Infinity }).data ?? CONNECTING;
}

/** Keep the cache entry of `question` current while mounted. Call it in one place only. */
export function useLiveStream(question: Question): void {
  const client = useQueryClient();
  const key = JSON.stringify(question);
  useEffect(() => {
    const asked = JSON.parse(key) as Question;
    if (!asked.range.live) {
      setConnection(client, 'paused');
      return undefined;
    }
    return followLive(client, asked);
  }, [client, key]);
}

function setConnection(client: QueryClient, state: Connection['state'], lastTickAtMs?: number): void {
  client.setQueryData<Connection>(CONNECTION_KEY, (before) => ({
    state,
    sinceMs: before?.state === state ? before.sinceMs : Date.now(),
    lastTickAtMs: lastTickAtMs ?? before?.lastTickAtMs ?? null,
  }));
}

function followLive(client: QueryClient, question: Question): () => void {
  const { range, ...place } = question;
  const windowMs = range.live ? Math.min(range.lastMinutes, WINDOW_MAX_MINUTES) * 60_000 : 0;
  const narrowed = isNarrowed(place);
  let source: EventSource | undefined;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let silenceTimer: ReturnType<typeof setTimeout> | undefined;
  let retryMs = RETRY_FIRST_MS;
  let gap = false;

  const lost = (): void => {
    source?.close();
    clearTimeout(silenceTimer);
    setConnection(client, 'lost');
    gap = true;
    // An ended session also ends the stream, and EventSource cannot tell: the session query can.
    void client.invalidateQueries({ queryKey: ['session'] });
    retryTimer = setTimeout(open, retryMs);
    retryMs = Math.min(retryMs * 2, RETRY_MAX_MS);
  };
  const listenForSilence = (): void => {
    clearTimeout(silenceTimer);
    silenceTimer = setTimeout(lost, SILENCE_MS);
  };
  const open = (): void => {
    source = new EventSource(apiAddress(ROUTES.liveStream, pipelineOf(place)));
    listenForSilence();
    source.addEventListener('tick', (event: MessageEvent<string>) => {
      const tick = JSON.parse(event.data) as LiveTick;
      retryMs = RETRY_FIRST_MS;
      listenForSilence();
      setConnection(client, 'open', Date.now());
      client.setQueryData<LiveAnswer>(keyOf(question), (before) => appendTick(before, tick, windowMs, !narrowed));
      // Seconds that were missed while the stream was down are in the answer, not in the next tick.
      if ((gap || narrowed) && client.isFetching({ queryKey: keyOf(question) }) === 0) void client.invalidateQueries({ queryKey: keyOf(question) });
      gap = false;
    });
    source.addEventListener('error', lost);
  };
  setConnection(client, 'connecting');
  open();
  return () => {
    source?.close();
    clearTimeout(retryTimer);
    clearTimeout(silenceTimer);
  };
}
