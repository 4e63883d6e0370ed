// What became of every item that was sent. One line a signal: what came in on the left, where it is on the right, drawn on
// one scale and written as a sum that a person can check; below it whatever was refused, changed or stands still.
import { useIntake } from '../../api/answers.js';
import { useNow } from '../../app/freshness.js';
import { useLocale } from '../../i18n/locale.js';
import { CONDITION_LIGHT, intakeCondition, signalFlow, type IntakeCondition } from '../../model/intake-flow.js';
import { intakeTable } from '../../model/intake-table.js';
import { CopyButton } from '../parts/copy-button.js';
import { Failure } from '../parts/failure.js';
import { NoData } from '../parts/no-data.js';
import { StatusMark } from '../parts/status-mark.js';
import { CollectorState } from './collector-state.js';
import { Notices } from './notices.js';
import { Refused } from './refused.js';
import { Relays } from './relays.js';
import { SignalAccount } from './signal-account.js';

export function IntakePage() {
  const { words: { common, intake }, format } = useLocale();
  const answer = useIntake();
  const data = answer.data;
  // Ages are by the collector's clock: what passed on this side since its answer is added, whatever the clocks say.
  const nowMs = useNow(1_000);
  const atMs = data ? data.atMs + Math.max(0, nowMs - answer.dataUpdatedAt) : nowMs;
  if (!data) {
    return answer.error ? <Failure error={answer.error} onRetry={() => { void answer.refetch(); }} /> : <p role="status" className="p-6 text-soft">{common.loading(intake.loading)}</p>;
  }
  const condition = intakeCondition(data);
  const withStart = data.signals.some(({ queuedAtStart }) => queuedAtStart > 0);
  return (
    <>
      {answer.error && <Failure error={answer.error} onRetry={() => { void answer.refetch(); }} hasPrevious />}
      <div className={`flex max-w-[1600px] flex-col gap-6 p-4 max-sm:p-3 ${answer.error ? 'stale' : ''}`}>
        <header className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
          <div className="min-w-0">
            <h1 className="text-xs text-soft">{intake.title}</h1>
            <Condition condition={condition} />
          </div>
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <p className="text-soft" title={format.exactTime(data.sinceMs)}>{intake.since(format.dateTime(data.sinceMs))}</p>
            <CopyButton text={intakeTable(data)} label={intake.copy} />
          </div>
        </header>
        {condition.kind === 'nothing'
          ? <div className="-my-2 -ml-6"><NoData atIntake /></div>
          : <div className="divide-y divide-line border-y border-line">{data.signals.map((line) => <SignalAccount key={line.signal} flow={signalFlow(line)} withStart={withStart} nowMs={atMs} />)}</div>}
        <div className="grid grid-cols-[minmax(0,3fr)_minmax(0,2fr)] gap-x-10 gap-y-6 max-lg:grid-cols-[minmax(0,1fr)]">
          <div className="flex min-w-0 flex-col gap-6">
            <Refused refused={data.refused} nowMs={atMs} />
            <Notices overflow={data.overflow} changed={data.changed} />
          </div>
          <div className="flex min-w-0 flex-col gap-6">
            <CollectorState intake={data} nowMs={atMs} />
            <Relays relays={data.relays} nowMs={atMs} />
          </div>
        </div>
      </div>
    </>
  );
}

function Condition({ condition }: { condition: IntakeCondition }) {
  const { words: { intake }, format } = useLocale();
  return (
    <p role="status" className="flex items-center gap-2.5 text-xl font-semibold max-sm:text-lg" data-condition={condition.kind}>
      <StatusMark light={CONDITION_LIGHT[condition.kind]} size={15} label="" /><span>{sentence()}</span>
    </p>
  );
  function sentence(): string {
    if (condition.kind === 'unbalanced' || condition.kind === 'dropped') return intake.condition[condition.kind](format.exactCount(condition.items));
    if (condition.kind === 'behind') return intake.condition.behind(format.age(condition.ageMs));
    if (condition.kind === 'filling') return intake.condition.filling(format.percent(condition.share));
    return intake.condition[condition.kind];
  }
}
