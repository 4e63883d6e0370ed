// The four curves an operator knows by heart: throughput, response time, errors, Apdex, over the page's range and from
// the same points, so that they end at the same second.
import type { TotalsPoint } from '@narrows/contract';
import { useMemo, useState } from 'react';
import { apdexGrade, seriesOf } from '../../model/live-series.js';
import { useLocale } from '../../i18n/locale.js';
import { TimeChart } from './time-chart.js';

export interface ChartsProps { history: readonly TotalsPoint[]; fromMs: number; toMs: number; onRange: (fromMs: number, toMs: number) => void }

export function Charts({ history, fromMs, toMs, onRange }: ChartsProps) {
  const { words: { live: { charts: words } }, format } = useLocale();
  const [logarithmic, setLogarithmic] = useState(false);
  const lines = useMemo(() => ({
    tps: [{ key: 'tps', label: '', colour: 'var(--accent)', points: seriesOf(history, (point) => point.completions), filled: true }],
    response: [
      { key: 'p50', label: 'p50', colour: 'var(--water)', points: seriesOf(history, (point) => point.p50Ms) },
      { key: 'p95', label: 'p95', colour: 'var(--accent)', points: seriesOf(history, (point) => point.p95Ms) },
      { key: 'p99', label: 'p99', colour: 'var(--text-soft)', points: seriesOf(history, (point) => point.p99Ms) },
    ],
    errors: [{ key: 'errors', label: '', colour: 'var(--stuck)', points: seriesOf(history, (point) => point.errors), filled: true }],
    apdex: [{ key: 'apdex', label: '', colour: 'var(--fine)', points: seriesOf(history, (point) => point.apdex) }],
  }), [history]);
  const range = { fromMs, toMs, onRange };
  const apdex = history.at(-1)?.apdex ?? null;
  return (
    <section className="charts">
      <TimeChart title={words.tps} lines={lines.tps} formatValue={format.rate} {...range} />
      <TimeChart
        title={words.response} lines={lines.response} formatValue={format.duration} logarithmic={logarithmic} {...range}
        extra={<button type="button" className="control tiny" aria-pressed={logarithmic} onClick={() => { setLogarithmic(!logarithmic); }}>log</button>}
      />
      <TimeChart title={words.errors} lines={lines.errors} formatValue={format.rate} {...range} />
      <TimeChart
        title={words.apdex} lines={lines.apdex} formatValue={twoPlaces} max={1} {...range}
        extra={apdex === null ? null : <span className="apdex-grade" data-grade={apdexGrade(apdex)}>{words.grade[apdexGrade(apdex)]}</span>}
      />
    </section>
  );
}

const twoPlaces = (value: number): string => value.toFixed(2);
