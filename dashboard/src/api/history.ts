// What was said and done before, who is in it, and what would be: hooks of the timeline, the markers, "who", people against
// connections and the planner. What takes the collector a second or two is asked once and kept for a while.
import {
  ROUTES, TIMELINE_RANGE_MAX_MS, type CrowdAnswer, type HelpedAnswer, type Marker, type MarkersAnswer, type NewMarker, type PlanAnswer, type PlanQuery, type TimelineAnswer, type WhoAnswer, type WhoQuery,
} from '@narrows/contract';
import { useMutation, useQuery, type UseMutationResult, type UseQueryResult } from '@tanstack/react-query';
import { get, type ApiError, type Parameters } from './request.js';
import { useSend } from './send.js';

const TIMELINE_EVERY_MS = 10_000;
const CROWD_EVERY_MS = 10_000;
const WHO_KEPT_MS = 60_000;

/** `live`: the range moves with the clock and is asked again every few seconds; the key stays the same. */
export function useTimeline(pipeline: string, range: { fromMs: number; toMs: number }, live: boolean): UseQueryResult<TimelineAnswer, ApiError> {
  return useQuery({
    queryKey: ['timeline', pipeline, live ? range.toMs - range.fromMs : range],
    queryFn: ({ signal }) => {
      const toMs = live ? Date.now() : range.toMs;
      return get<TimelineAnswer>(ROUTES.timeline, { pipeline, from: Math.round(toMs - (range.toMs - range.fromMs)), to: Math.round(toMs) }, signal);
    },
    refetchInterval: live ? TIMELINE_EVERY_MS : false,
  });
}

/** Whether what was done helped; asked again while it is too early. */
export function useHelped(marker: Marker | null, pipeline: string): UseQueryResult<HelpedAnswer, ApiError> {
  const subject = marker?.subject ?? {};
  return useQuery({
    queryKey: ['helped', pipeline, marker?.at, subject],
    queryFn: ({ signal }) => {
      const { stage, channel, service, instance, dependency, operation } = subject;
      return get<HelpedAnswer>(ROUTES.helped, { pipeline, at: marker?.at ?? 0, stage, channel, service, instance, dependency, operation }, signal);
    },
    enabled: marker !== null, placeholderData: undefined,
    refetchInterval: (query) => (query.state.data?.answer === 'too_early' ? TIMELINE_EVERY_MS : false),
  });
}

/** What was done since a moment, for as long as a timeline is. */
export function useMarkers(sinceMs: number): UseQueryResult<MarkersAnswer, ApiError> {
  return useQuery({
    queryKey: ['timeline', 'markers', sinceMs], refetchInterval: TIMELINE_EVERY_MS, placeholderData: undefined,
    queryFn: ({ signal }) => get<MarkersAnswer>(ROUTES.markers, { from: sinceMs, to: Math.max(sinceMs + 1_000, Math.min(Date.now(), sinceMs + TIMELINE_RANGE_MAX_MS)) }, signal),
  });
}

/** Put a marker down; the timeline shows it at once. */
export function useMark(): UseMutationResult<Marker, ApiError, NewMarker> {
  const send = useSend('timeline');
  return useMutation({ mutationFn: (marker: NewMarker) => send<Marker>('POST', ROUTES.markers, marker) });
}

export function useWho(query: WhoQuery | null): UseQueryResult<WhoAnswer, ApiError> {
  return useQuery({
    queryKey: ['who', query], queryFn: ({ signal }) => get<WhoAnswer>(ROUTES.who, (query ?? {}) as Parameters, signal),
    enabled: query !== null, staleTime: WHO_KEPT_MS, retry: false,
  });
}

/** Of the last minutes while `live`, else of the range. */
export function useCrowd(pipeline: string, range: { fromMs: number; toMs: number }, live: boolean, enabled: boolean): UseQueryResult<CrowdAnswer, ApiError> {
  return useQuery({
    queryKey: ['crowd', pipeline, live ? range.toMs - range.fromMs : range],
    queryFn: ({ signal }) => {
      const toMs = live ? Date.now() : range.toMs;
      return get<CrowdAnswer>(ROUTES.crowd, { pipeline, from: Math.round(toMs - (range.toMs - range.fromMs)), to: Math.round(toMs) }, signal);
    },
    refetchInterval: live ? CROWD_EVERY_MS : false, enabled,
  });
}

export function usePlan(query: PlanQuery | null): UseQueryResult<PlanAnswer, ApiError> {
  return useQuery({ queryKey: ['plan', query], queryFn: ({ signal }) => get<PlanAnswer>(ROUTES.plan, (query ?? {}) as Parameters, signal), enabled: query !== null, staleTime: 15_000, retry: false });
}
