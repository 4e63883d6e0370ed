// What a reader sees when a page cannot be drawn or does not exist: what happened, in words, and how to go on.
import { Link, type ErrorComponentProps } from '@tanstack/react-router';
import { useLocale } from '../i18n/locale.js';

export function PageError({ error }: ErrorComponentProps) {
  const { words: { common } } = useLocale();
  return (
    <section role="alert" className="flex max-w-[72ch] flex-col items-start gap-3 p-6">
      <h1 className="text-lg font-semibold">{common.failed.title}</h1>
      <p className="text-soft">{common.failed.render}</p>
      <pre className="max-w-full overflow-x-auto rounded-md border border-line bg-surface p-3 font-mono text-xs">{error instanceof Error ? error.message : String(error)}</pre>
      <button type="button" className="control" onClick={() => { window.location.reload(); }}>{common.failed.reload}</button>
    </section>
  );
}

export function NotFound() {
  const { words: { common } } = useLocale();
  return (
    <section className="flex max-w-[72ch] flex-col items-start gap-3 p-6">
      <h1 className="text-lg font-semibold">{common.notFound.title}</h1>
      <p className="text-soft">{common.notFound.body}</p>
      <Link to="/live" className="control">{common.notFound.toLive}</Link>
    </section>
  );
}
