// What every section of the page has in common: waiting, failing with the last data still there, and whether this account may
// change things.
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Permission } from '@narrows/contract';
import { useSession } from '../../api/answers.js';
import type { ApiError } from '../../api/request.js';
import { useLocale } from '../../i18n/locale.js';
import { Failure } from '../parts/failure.js';

export function useMay(permission: Permission): boolean { return useSession().data?.permissions.includes(permission) ?? false; }

export function SectionState<Answer>({ answer, what, children }: { answer: UseQueryResult<Answer, ApiError>; what: string; children: (data: Answer) => ReactNode }) {
  const { words: { common } } = useLocale();
  const retry = () => { void answer.refetch(); };
  if (!answer.data) return answer.error ? <Failure error={answer.error} onRetry={retry} /> : <p role="status" className="text-soft">{common.loading(what)}</p>;
  return <>{answer.error && <Failure error={answer.error} onRetry={retry} hasPrevious />}<div className={answer.error ? 'stale' : ''}>{children(answer.data)}</div></>;
}
