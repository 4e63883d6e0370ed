// Requests that were not taken, by code, each with what to do. The sentence is in the reader's language; a code that the
// catalogue does not know is still shown with its number.
import type { IntakeAnswer } from '@narrows/contract';
import { useLocale } from '../../i18n/locale.js';

export function Refused({ refused, nowMs }: { refused: IntakeAnswer['refused']; nowMs: number }) {
  const { words: { intake: { refused: words, ago }, common: { empty } }, format } = useLocale();
  return (
    <section aria-labelledby="intake-refused">
      <h2 id="intake-refused" className="mb-2 text-base font-semibold">{words.title}</h2>
      {refused.length === 0 ? <p className="text-soft">{words.none}</p> : (
        <>
          <table className="w-full border-collapse text-left">
            <thead className="text-xs text-soft max-sm:sr-only">
              <tr className="border-b border-line">
                <th scope="col" className="py-1 pr-4 font-normal">{words.code}</th><th scope="col" className="py-1 pr-4 text-right font-normal">{words.requests}</th>
                <th scope="col" className="py-1 pr-4 text-right font-normal">{words.last}</th><th scope="col" className="py-1 font-normal">{words.whatToDo}</th>
              </tr>
            </thead>
            <tbody>
              {refused.map(({ code, requests, lastMs, keyed }) => (
                <tr key={`${code} ${keyed}`} className="border-b border-line align-baseline max-sm:grid max-sm:grid-cols-[1fr_auto_auto] max-sm:gap-x-3 max-sm:py-1.5">
                  <th scope="row" className="py-1.5 pr-4 font-mono text-xs font-medium max-sm:py-0.5">{code}</th>
                  <td className="py-1.5 pr-4 text-right max-sm:py-0.5 max-sm:pr-0">{format.exactCount(requests)}</td>
                  <td className="py-1.5 pr-4 text-right whitespace-nowrap text-soft max-sm:py-0.5 max-sm:pr-0" title={format.exactTime(lastMs)}>{ago(format.age(Math.max(0, nowMs - lastMs)))}</td>
                  <td className="py-1.5 max-sm:col-span-3 max-sm:py-0.5">{empty.whatToDo[code] ?? ''}{!keyed && <span className="text-soft"> {words.unkeyed}.</span>}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className="mt-2 max-w-[80ch] text-xs text-soft">{words.note}</p>
        </>
      )}
    </section>
  );
}
