// One hook for each question the dashboard asks. Keys hold the question, never the clock: a live range is resolved to
// `from` when the request is sent.
import { ROUTES, type ActiveAnswer, type ActiveQuery, type HitmapAnswer, type IngestStatus, type IntakeAnswer, type PipelinesAnswer, type SessionAnswer, type TraceAnswer, type TransactionsAnswer, type TransactionsQuery } from '@narrows/contract';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { rangeParameters, type Range } from './range.js';
import { get, type ApiError, type Parameters } from './request.js';

/** Which part of the system a question is about. */
export interface Place { pipeline?: string; stage?: string; channel?: string; service?: string }
export interface Question extends Place { range: Range }
export type TransactionsQuestion = Omit<TransactionsQuery, 'from' | 'to'> & { range: Range };

const HITMAP_EVERY_MS = 2_000;
const ACTIVE_EVERY_MS = 1_000;
const TRANSACTIONS_EVERY_MS = 5_000;
const INGEST_EVERY_MS = 5_000;
const INTAKE_EVERY_MS = 2_000;

/** Who is asking, for which agency, in which time zone. A 401 here means: no session. */
export function useSession(): UseQueryResult<SessionAnswer, ApiError> {
  return useQuery({ queryKey: ['session'], queryFn: ({ signal }) => get<SessionAnswer>(ROUTES.session, {}, signal), staleTime: 60_000 });
}

export function usePipelines(): UseQueryResult<PipelinesAnswer, ApiError> {
  return useQuery({ queryKey: ['pipelines'], queryFn: ({ signal }) => get<PipelinesAnswer>(ROUTES.pipelines, {}, signal), staleTime: 30_000 });
}

/** What the collector has received and refused: why a page is empty. `follow`: ask again every few seconds. */
export function useIngest(follow = true): UseQueryResult<IngestStatus, ApiError> {
  return useQuery({ queryKey: ['ingest'], queryFn: ({ signal }) => get<IngestStatus>(ROUTES.ingest, {}, signal), refetchInterval: follow ? INGEST_EVERY_MS : false, staleTime: follow ? INGEST_EVERY_MS : 60_000 });
}

/** What became of every item that was sent. */
export function useIntake(): UseQueryResult<IntakeAnswer, ApiError> {
  return useQuery({ queryKey: ['intake'], queryFn: ({ signal }) => get<IntakeAnswer>(ROUTES.intake, {}, signal), refetchInterval: INTAKE_EVERY_MS, staleTime: INTAKE_EVERY_MS });
}

export function useHitmap(question: Question): UseQueryResult<HitmapAnswer, ApiError> {
  const { range, ...place } = question;
  return useQuery({
    queryKey: ['hitmap', question],
    queryFn: ({ signal }) => get<HitmapAnswer>(ROUTES.hitmap, { ...place, ...rangeParameters(range, Date.now()) }, signal),
    refetchInterval: range.live ? HITMAP_EVERY_MS : false,
  });
}

/** Transactions that begun and have not ended, oldest first. It describes this moment only. */
export function useActive(query: ActiveQuery, enabled = true): UseQueryResult<ActiveAnswer, ApiError> {
  return useQuery({
    queryKey: ['active', query],
    queryFn: ({ signal }) => get<ActiveAnswer>(ROUTES.active, query as Parameters, signal),
    refetchInterval: ACTIVE_EVERY_MS, enabled,
  });
}

/** `hold` stops the refreshing of a live list, so that rows do not move under a reader's eyes. */
export function useTransactions(question: TransactionsQuestion, hold = false): UseQueryResult<TransactionsAnswer, ApiError> {
  const { range, ...query } = question;
  return useQuery({
    queryKey: ['transactions', question],
    queryFn: ({ signal }) => get<TransactionsAnswer>(ROUTES.transactions, { ...query, ...rangeParameters(range, Date.now()) }, signal),
    refetchInterval: range.live && !hold ? TRANSACTIONS_EVERY_MS : false,
  });
}

/** Another trace's spans are never shown while this one loads. */
export function useTrace(traceId: string): UseQueryResult<TraceAnswer, ApiError> {
  return useQuery({
    queryKey: ['trace', traceId],
    queryFn: ({ signal }) => get<TraceAnswer>(ROUTES.trace.replace(':traceId', encodeURIComponent(traceId)), {}, signal),
    placeholderData: undefined,
    staleTime: 30_000,
  });
}
