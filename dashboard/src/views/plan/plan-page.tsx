// The capacity planner: a crowd and a question above, the answer as curves and a table below. Everything typed is in the
// address, so that a plan can be sent to somebody; it is computed when asked for, by the collector.
import type { PlanAnswer, PlanPlace, PlanQuery } from '@narrows/contract';
import { useMemo } from 'react';
import { usePipelines } from '../../api/answers.js';
import { usePlan } from '../../api/history.js';
import { useNow } from '../../app/freshness.js';
import { ALL_PIPELINES } from '../../app/url-state.js';
import { useUrlState } from '../../app/use-url-state.js';
import { inLanguage, useLocale } from '../../i18n/locale.js';
import { MomentProvider } from '../live/moment.js';
import { TimeChart, type ChartLine } from '../live/time-chart.js';
import { Failure } from '../parts/failure.js';
import '../../styles/live.css';
import '../../styles/history.css';
import { PlanForm } from './plan-form.js';
import { PlanTable } from './plan-table.js';

const MINUTE_MS = 60_000;
const LINES_MAX = 6;
const COLOURS = ['var(--stuck)', 'var(--accent)', 'var(--busy)', 'var(--water)', 'var(--fine)', 'var(--text-soft)'];

export function PlanPage() {
  const { words: { history: { plan: words }, common } } = useLocale();
  const { state } = useUrlState();
  const pipelines = usePipelines();
  const pipeline = state.pipeline === ALL_PIPELINES ? undefined : state.pipeline ?? pipelines.data?.pipelines[0]?.id;
  const query = useMemo((): PlanQuery | null => (pipeline === undefined ? null : {
    pipeline, profile: state.profile ?? 'now', targetWaitMs: state.target,
    ...(state.profile === 'drawn' ? { points: state.points ?? '' } : { times: state.times }), ...(state.servers === undefined ? {} : { servers: state.servers }),
  }), [pipeline, state.profile, state.target, state.points, state.times, state.servers]);
  const answer = usePlan(query);
  const { data } = answer;
  return (
    <div className="plan">
      <header><h1>{words.title}</h1><p className="text-soft">{words.explain}</p></header>
      <PlanForm places={data?.places ?? []} />
      {query === null && pipelines.data && <p className="text-soft">{words.choosePipeline}</p>}
      {answer.error && <Failure error={answer.error} onRetry={() => { void answer.refetch(); }} hasPrevious={data !== undefined} />}
      {!data && !answer.error && query !== null && <p role="status" className="text-soft">{common.loading(words.loading)}</p>}
      {data && (data.places.length === 0 ? <p className="text-soft">{words.noPlaces}</p> : data.arrivals.every((rate) => rate === 0) ? <p role="status">{words.nobodyComes}</p> : <Plan answer={data} />)}
    </div>
  );
}

function Plan({ answer }: { answer: PlanAnswer }) {
  const { words: { history: { plan: words } }, language, format } = useLocale();
  return (
    <>
      <h2 className="sr-only">{words.chart}</h2>
      <MomentProvider><PlanCharts answer={answer} /></MomentProvider>
      <PlanTable answer={answer} />
      <p className="text-soft">
        <span className="text-faint">{words.assumptions}</span> {words.fitted} {answer.takenFrom !== null && answer.profile === 'opening' ? `${words.takenFrom(format.dateTime(answer.takenFrom))}. ` : ''}
        {answer.assumptions.map((assumption) => inLanguage(assumption, language)).join(' ')}
      </p>
    </>
  );
}

const noRange = (): void => { /* A plan has no range to narrow to. */ };

function PlanCharts({ answer: { arrivals, places, takenFrom, targetWaitMs } }: { answer: PlanAnswer }) {
  const { words: { history: { plan: words } }, format, language } = useLocale();
  const nowMs = useNow(MINUTE_MS);
  const fromMs = takenFrom ?? Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  const toMs = fromMs + arrivals.length * MINUTE_MS;
  const at = (minute: number) => fromMs + minute * MINUTE_MS;
  const crowd: ChartLine[] = [{ key: 'arrivals', label: '', colour: 'var(--accent)', points: arrivals.map((value, minute) => [at(minute), value]), filled: true }];
  const waits = useMemo(() => longest(places), [places]);
  const lines: ChartLine[] = waits.map((place, i) => ({ key: `${place.stage}/${place.channel}`, label: inLanguage(place.name, language), colour: COLOURS[i] ?? 'var(--text-soft)', points: place.wait.map((value, minute) => [at(minute), value]) }));
  return (
    <div className="plan-charts">
      <TimeChart title={words.arrivals} lines={crowd} fromMs={fromMs} toMs={toMs} formatValue={format.rate} onRange={noRange} />
      {lines.length === 0
        ? <p className="p-3 text-soft">{words.unknownHint}</p>
        : <TimeChart title={`${words.longest} · ${words.target} ${format.duration(targetWaitMs)}`} lines={lines} fromMs={fromMs} toMs={toMs} formatValue={format.duration} onRange={noRange} />}
    </div>
  );
}

/** Those that wait longest; of the others there is nothing to see. */
const longest = (places: readonly PlanPlace[]): PlanPlace[] => places.filter(({ wait }) => wait.length > 0).toSorted((a, b) => (b.waitMsMax ?? 0) - (a.waitMsMax ?? 0)).slice(0, LINES_MAX);
