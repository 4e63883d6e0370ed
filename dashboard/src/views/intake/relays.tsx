// Relays that have forwarded something to this agency since the collector started, the latest first.
import type { IntakeAnswer } from '@narrows/contract';
import { useLocale } from '../../i18n/locale.js';
import { relayLight } from '../../model/intake-flow.js';
import { StatusMark } from '../parts/status-mark.js';

export function Relays({ relays, nowMs }: { relays: IntakeAnswer['relays']; nowMs: number }) {
  const { words: { intake: { relays: words, ago } }, format } = useLocale();
  return (
    <section aria-labelledby="intake-relays">
      <h2 id="intake-relays" className="mb-2 text-base font-semibold">{words.title}</h2>
      {relays.length === 0 ? <p className="text-soft">{words.none}</p> : (
        <table className="w-full border-collapse text-left">
          <thead className="text-xs text-soft">
            <tr className="border-b border-line">
              <th scope="col" className="py-1 pr-3 font-normal">{words.relay}</th><th scope="col" className="py-1 pr-3 text-right font-normal">{words.items}</th>
              <th scope="col" className="py-1 pr-3 text-right font-normal max-sm:hidden">{words.sequence}</th><th scope="col" className="py-1 text-right font-normal">{words.last}</th>
            </tr>
          </thead>
          <tbody>
            {relays.map(({ relay, items, sequence, lastMs }) => {
              const light = relayLight(lastMs, nowMs);
              return (
                <tr key={relay} className="border-b border-line align-baseline">
                  <th scope="row" className="py-1.5 pr-3 font-normal">
                    <span className="flex min-w-0 items-center gap-1.5"><StatusMark light={light} size={10} label={light === 'fine' ? words.live : words.silent} /><span className="truncate font-mono text-xs" title={relay}>{relay}</span></span>
                  </th>
                  <td className="py-1.5 pr-3 text-right">{format.exactCount(items)}</td>
                  <td className="py-1.5 pr-3 text-right text-soft max-sm:hidden">{format.exactCount(sequence)}</td>
                  <td className="py-1.5 text-right whitespace-nowrap text-soft" title={format.exactTime(lastMs)}>{ago(format.age(Math.max(0, nowMs - lastMs)))}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </section>
  );
}
