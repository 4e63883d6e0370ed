// The hitmap as operators of Korean APMs know it: end time × duration, counted; a rectangle dragged on it opens the
// traces in it. While a rectangle is being drawn the picture under it stands still, so that what is marked is what is
// opened. The form does the same by keyboard.
import type { HitmapAnswer } from '@narrows/contract';
import { useMemo, useState } from 'react';
import { HEAT_STEPS } from '../../draw/hitmap-canvas.js';
import { countAbove, gridOf, HITMAP_CEILINGS_SECONDS, selectionOf, type HitmapCeiling, type HitmapSelection } from '../../model/hitmap-grid.js';
import { useLocale } from '../../i18n/locale.js';
import { HitmapPlot } from './hitmap-plot.js';
import { HitmapRangeForm } from './hitmap-range-form.js';

export interface HitmapProps {
  answer: HitmapAnswer | undefined;
  ceiling: HitmapCeiling;
  errorsOnly: boolean;
  onCeiling: (ceiling: HitmapCeiling) => void;
  onErrorsOnly: (errorsOnly: boolean) => void;
  onSelect: (selection: HitmapSelection) => void;
}

export function Hitmap(props: HitmapProps) {
  const { answer, ceiling, errorsOnly, onCeiling, onErrorsOnly, onSelect } = props;
  const { words: { live: { hitmap: words }, common }, format } = useLocale();
  const [asking, setAsking] = useState(false);
  const grid = useMemo(() => (answer === undefined ? null : gridOf(answer, ceiling)), [answer, ceiling]);
  const above = answer === undefined || grid === null ? 0 : countAbove(answer.columns, grid);
  return (
    <section className="live-section hitmap" aria-label={words.title}>
      <header className="section-head">
        <h2 title={words.explain}>{words.title}</h2>
        <div role="group" aria-label={words.ceiling} className="segmented">
          <button type="button" aria-pressed={ceiling === 'auto'} onClick={() => { onCeiling('auto'); }}>{words.auto}</button>
          {HITMAP_CEILINGS_SECONDS.map((seconds) => (
            <button key={seconds} type="button" aria-pressed={ceiling === seconds} onClick={() => { onCeiling(seconds); }}>{words.seconds(String(seconds))}</button>
          ))}
        </div>
        <button type="button" className="control small" aria-pressed={errorsOnly} onClick={() => { onErrorsOnly(!errorsOnly); }}>{words.errorsOnly}</button>
        <button type="button" className="control small" aria-expanded={asking} onClick={() => { setAsking(!asking); }}>{words.select}</button>
        {answer !== undefined && (
          <p className="hitmap-totals">
            <b>{format.count(answer.transactions)}</b> {words.transactions} <span aria-hidden="true">/</span> <b data-errors={answer.errors > 0}>{format.count(answer.errors)}</b> {words.errors}
          </p>
        )}
      </header>
      {asking && grid !== null && <HitmapRangeForm grid={grid} onSelect={onSelect} />}
      <div className="hitmap-body">
        {answer === undefined || grid === null
          ? <p role="status" className="p-4 text-soft">{common.loading(words.title)}</p>
          : <HitmapPlot answer={answer} grid={grid} errorsOnly={errorsOnly} onSelect={(range, held) => { onSelect(selectionOf(held, range)); }} />}
      </div>
      <footer className="hitmap-legend">
        <HeatLegend label={words.transactions} name="heat" steps={HEAT_STEPS.length} from={HEAT_STEPS} />
        <HeatLegend label={words.errors} name="heat-error" steps={3} from={[1, 3, 10]} />
        <span className="ml-auto" data-hidden={above === 0}>{words.above(format.count(above))}</span>
      </footer>
    </section>
  );
}

function HeatLegend({ label, name, steps, from }: { label: string; name: string; steps: number; from: readonly number[] }) {
  return (
    <span className="heat-legend">{label}
      {Array.from({ length: steps }, (_, index) => <i key={index} style={{ background: `var(--${name}-${index + 1})` }} title={`≥ ${from[index]}`}>{from[index]}</i>)}
    </span>
  );
}
