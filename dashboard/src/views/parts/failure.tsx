// An operating error as the reader needs it: what happened, what to do (the collector's own sentence), try again.
import { useLocale } from '../../i18n/locale.js';
import type { ApiError } from '../../api/request.js';

export function Failure({ error, onRetry, hasPrevious = false }: { error: ApiError; onRetry: () => void; hasPrevious?: boolean }) {
  const { words: { common } } = useLocale();
  const whatToDo = common.failed.whatToDo[error.code] ?? error.whatToDo;
  return (
    <section role="alert" className="m-4 flex flex-wrap items-center gap-x-4 gap-y-1 rounded-md border border-stuck bg-stuck-quiet px-4 py-3">
      <div className="min-w-0 flex-1">
        <h2 className="font-semibold">{common.failed.title}</h2>
        <p>{error.status === 0 ? common.failed.unreachable : error.message}</p>
        {whatToDo !== '' && <p className="text-soft">{whatToDo}</p>}
        {hasPrevious && <p className="text-soft">{common.failed.previous}</p>}
        {error.requestId !== '' && <p className="font-mono text-xs text-soft">{error.code} · {common.failed.request(error.requestId)}</p>}
      </div>
      <button type="button" className="control" onClick={onRetry}>{common.failed.again}</button>
    </section>
  );
}
