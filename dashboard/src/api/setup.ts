// One hook for each question about people, keys, agencies and the audit log.
import {
  ROUTES, type AccountAnswer, type AgenciesAnswer, type AuditAnswer, type AuditVerdictAnswer, type InvitationAnswer, type KeysAnswer, type OnboardingAnswer, type PeopleAnswer,
  type PipelineSources, type ProposalAnswer, type SettingsAnswer, type SignOnAnswer,
} from '@narrows/contract';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { get, type ApiError, type Parameters } from './request.js';
import { filled } from './send.js';

/** The first span is on the page within two seconds of its arrival. */
const ONBOARDING_EVERY_MS = 700;

function useAnswer<Answer>(key: string, path: string, parameters: Parameters = {}, options: { everyMs?: number; enabled?: boolean } = {}): UseQueryResult<Answer, ApiError> {
  return useQuery({
    queryKey: [key, path, parameters], queryFn: ({ signal }) => get<Answer>(path, parameters, signal), refetchInterval: options.everyMs ?? false, enabled: options.enabled ?? true, staleTime: options.everyMs ?? 5_000,
  });
}

export const useAccount = () => useAnswer<AccountAnswer>('account', ROUTES.account);
export const useSignOn = () => useAnswer<SignOnAnswer>('sign-on', ROUTES.signOn);
export const useOnboarding = () => useAnswer<OnboardingAnswer>('onboarding', ROUTES.onboarding, {}, { everyMs: ONBOARDING_EVERY_MS });
export const useProposal = (enabled: boolean) => useAnswer<ProposalAnswer>('proposal', ROUTES.proposal, {}, { enabled });
export const useKeys = () => useAnswer<KeysAnswer>('keys', ROUTES.keys);
export const usePeople = () => useAnswer<PeopleAnswer>('people', ROUTES.people);
export const useAgencies = (enabled: boolean) => useAnswer<AgenciesAnswer>('agencies', ROUTES.agencies, {}, { enabled });
export const useSources = () => useAnswer<PipelineSources>('sources', ROUTES.pipelineSources);
export const useSettings = () => useAnswer<SettingsAnswer>('settings', ROUTES.settings);
export const useAudit = (filter: { actor?: string; action?: string }) => useAnswer<AuditAnswer>('audit', ROUTES.audit, { ...filter, limit: 200 });
export const useAuditProof = () => useAnswer<AuditVerdictAnswer>('proof', ROUTES.auditProof);
export const useInvitation = (token: string) => useAnswer<InvitationAnswer>('invitation', filled(ROUTES.invitation, { token }));
