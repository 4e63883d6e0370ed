// What the pages of alerts and incidents ask. Standings and incidents are asked again every few seconds; what people set up is
// asked again when they change it.
import {
  ROUTES, type AlertRuleDraft, type AlertRulesAnswer, type ChannelsAnswer, type IncidentAnswer, type IncidentsAnswer, type OnCallAnswer, type PublicPageAnswer, type QuietTimesAnswer,
} from '@narrows/contract';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { get, type ApiError } from './request.js';

const FOLLOW_EVERY_MS = 5_000;

function useFollowed<Answer>(key: string, route: string, everyMs: number | false = FOLLOW_EVERY_MS): UseQueryResult<Answer, ApiError> {
  return useQuery<Answer, ApiError>({ queryKey: [key, route], queryFn: ({ signal }) => get<Answer>(route, {}, signal), refetchInterval: everyMs });
}

export const useAlertRules = (): UseQueryResult<AlertRulesAnswer, ApiError> => useFollowed('alert-rules', ROUTES.alertRules);
export const useAlertProposals = (): UseQueryResult<{ rules: AlertRuleDraft[] }, ApiError> => useFollowed('alert-proposals', ROUTES.alertProposals, false);
export const useChannels = (): UseQueryResult<ChannelsAnswer, ApiError> => useFollowed('alert-channels', ROUTES.channels);
export const useQuietTimes = (): UseQueryResult<QuietTimesAnswer, ApiError> => useFollowed('quiet-times', ROUTES.quietTimes);
export const useOnCall = (): UseQueryResult<OnCallAnswer, ApiError> => useFollowed('on-call', ROUTES.onCall, false);
export const usePublicPage = (): UseQueryResult<PublicPageAnswer, ApiError> => useFollowed('public-page', ROUTES.publicPage, 10_000);
export const useIncidents = (): UseQueryResult<IncidentsAnswer, ApiError> => useFollowed('incidents', ROUTES.incidents);

export function useIncident(id: string, language: 'ko' | 'en'): UseQueryResult<IncidentAnswer, ApiError> {
  return useQuery<IncidentAnswer, ApiError>({
    queryKey: ['incidents', id, language], queryFn: ({ signal }) => get<IncidentAnswer>(ROUTES.incident.replace(':id', encodeURIComponent(id)), { lang: language }, signal), refetchInterval: FOLLOW_EVERY_MS,
  });
}
