// The machine behind the account: does the store take data, how full is the disk queue and how old is what waits in it.
// Faults that never happened are not listed; a zero among alarms is one more thing to read.
import type { IntakeAnswer, Light } from '@narrows/contract';
import type { ReactNode } from 'react';
import { useLocale } from '../../i18n/locale.js';
import { SPOOL_FILLING_SHARE, spoolShare } from '../../model/intake-flow.js';
import { StatusMark } from '../parts/status-mark.js';

export function CollectorState({ intake, nowMs }: { intake: IntakeAnswer; nowMs: number }) {
  const { words: { intake: { collector: words, ago } }, format } = useLocale();
  const { store, spool, thinning } = intake;
  const age = (atMs: number) => <span title={format.exactTime(atMs)}>{ago(format.age(Math.max(0, nowMs - atMs)))}</span>;
  return (
    <section aria-labelledby="intake-collector">
      <h2 id="intake-collector" className="mb-2 text-base font-semibold">{words.title}</h2>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1.5">
        <Row label={words.store} light={store.away ? 'stuck' : 'fine'}>{store.away ? words.storeAway : words.storeUp}</Row>
        <Row label={words.lastStored}>{store.lastStoredMs === null ? words.notYet : age(store.lastStoredMs)}</Row>
        <Row label={words.spool}><SpoolMeter spool={spool} /></Row>
        <Row label={words.oldest}>{spool.oldestMs === null ? words.empty : age(spool.oldestMs)}</Row>
        <Row label={words.thinning}>{thinning === null ? words.thinningOff : thinning.active ? words.thinningActive(format.percent(thinning.keptShare)) : words.thinningReady}</Row>
        {([['loadFailures', store.loadFailures, 'busy'], ['quarantined', spool.quarantined, 'stuck'], ['corruptRecords', spool.corruptRecords, 'stuck'], ['writeFailures', spool.writeFailures, 'stuck']] as const)
          .filter(([, times]) => times > 0).map(([word, times, light]) => <Row key={word} label={words[word]} light={light}>{format.exactCount(times)}</Row>)}
      </dl>
    </section>
  );
}

function Row({ label, light, children }: { label: string; light?: Light; children: ReactNode }) {
  return (
    <>
      <dt className="text-soft">{label}</dt>
      <dd className="flex min-w-0 items-center gap-1.5">{light && <StatusMark light={light} size={10} label="" />}{children}</dd>
    </>
  );
}

function SpoolMeter({ spool }: { spool: IntakeAnswer['spool'] }) {
  const { words: { intake: { collector: words } }, format } = useLocale();
  const share = spoolShare({ spool });
  const text = words.spoolFill(format.bytes(spool.bytes), format.bytes(spool.bytesMax));
  return (
    <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-1">
      <span role="meter" aria-label={words.spool} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(share * 100)} aria-valuetext={text} className="h-2 max-w-40 min-w-16 flex-1 overflow-hidden rounded-xs bg-raised">
        <span className={`block h-full ${share >= SPOOL_FILLING_SHARE ? 'bg-stuck' : 'bg-accent'}`} style={{ width: `${Math.min(1, share) * 100}%` }} />
      </span>
      <span>{text}</span>
    </span>
  );
}
