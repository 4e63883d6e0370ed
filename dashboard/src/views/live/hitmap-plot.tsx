// The plot of the hitmap: canvas, axes, the hair line shared with the charts, and the rectangle under the pointer.
import type { HitmapAnswer } from '@narrows/contract';
import { useEffect, useRef, useState, type PointerEvent } from 'react';
import { tokenColours } from '../../draw/colours.js';
import { drawHitmap, type HeatColours } from '../../draw/hitmap-canvas.js';
import { PLOT } from '../../draw/time-series.js';
import { cellsUnder, countsIn, durationTicks, selectionOf, type CellRange, type HitmapGrid } from '../../model/hitmap-grid.js';
import { timeTicks } from '../../model/time-ticks.js';
import { useLocale } from '../../i18n/locale.js';
import { useMoment } from './moment.js';
import { useSize } from './use-size.js';
import { useTheme } from './use-theme.js';

export interface HitmapPlotProps {
  answer: HitmapAnswer;
  grid: HitmapGrid;
  errorsOnly: boolean;
  /** The cells chosen, and the grid they were chosen on. */
  onSelect: (range: CellRange, grid: HitmapGrid) => void;
}

interface Drag { from: { x: number; y: number }; to: { x: number; y: number }; answer: HitmapAnswer; grid: HitmapGrid }

/** A shorter way of the pointer is a click. */
const DRAG_LEAST_PX = 4;
const TIME_LABEL_PX = 90;

export function HitmapPlot({ answer, grid, errorsOnly, onSelect }: HitmapPlotProps) {
  const { words: { live: { hitmap: words } }, format } = useLocale();
  const [frame, { width, height }] = useSize<HTMLDivElement>();
  const [drag, setDrag] = useState<Drag | null>(null);
  const { momentMs, setMoment } = useMoment();
  const plotWidth = Math.max(0, width - PLOT.left - PLOT.right);
  const plotHeight = Math.max(0, height - PLOT.top - PLOT.bottom);
  const shown = drag ?? { answer, grid };
  const range = drag === null ? null : rangeOfDrag(drag, plotWidth, plotHeight);
  const durationMs = grid.columns * grid.columnMs;

  const at = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const to = at(event);
    setMoment(shown.grid.fromMs + Math.min(1, Math.max(0, to.x / plotWidth)) * durationMs);
    if (drag !== null) setDrag({ ...drag, to });
  };
  const onPointerUp = () => {
    if (drag === null) return;
    setDrag(null);
    if (range !== null) onSelect(range, drag.grid);
  };

  return (
    <div ref={frame} className="hitmap-plot">
      {plotWidth > 0 && plotHeight > 0 && (
        <>
          {durationTicks(shown.grid).map(({ cell, ms }) => (
            <span key={ms} className="axis-y" style={{ top: PLOT.top + plotHeight * (1 - cell / shown.grid.cells), width: PLOT.left - 8 }}>{words.seconds(String(ms / 1_000))}</span>
          ))}
          {timeTicks(shown.grid.fromMs, shown.grid.fromMs + durationMs, plotWidth / TIME_LABEL_PX).map((ms) => (
            <span key={ms} className="axis-x" style={{ left: PLOT.left + ((ms - shown.grid.fromMs) / durationMs) * plotWidth, top: PLOT.top + plotHeight + 3 }}>{format.time(ms).slice(0, 5)}</span>
          ))}
          <div
            className="hitmap-surface" style={{ left: PLOT.left, top: PLOT.top, width: plotWidth, height: plotHeight }}
            onPointerDown={(event) => { if (event.button === 0) { event.currentTarget.setPointerCapture(event.pointerId); setDrag({ from: at(event), to: at(event), answer, grid }); } }}
            onPointerMove={onPointerMove} onPointerUp={onPointerUp} onPointerCancel={() => { setDrag(null); }} onPointerLeave={() => { setMoment(null); }}
          >
            <HitmapCanvas answer={shown.answer} grid={shown.grid} errorsOnly={errorsOnly} selection={range} width={plotWidth} height={plotHeight} label={words.canvas(format.count(answer.transactions), format.count(answer.errors))} />
            {momentMs !== null && momentMs >= shown.grid.fromMs && momentMs <= shown.grid.fromMs + durationMs && <i className="hair" style={{ left: ((momentMs - shown.grid.fromMs) / durationMs) * plotWidth }} />}
            {drag !== null && range !== null && <SelectionReadout drag={drag} range={range} />}
          </div>
          {answer.transactions === 0 && <p className="hitmap-empty text-soft">{words.empty}</p>}
        </>
      )}
    </div>
  );
}

function rangeOfDrag({ from, to, grid }: Drag, width: number, height: number): CellRange | null {
  if (Math.abs(to.x - from.x) < DRAG_LEAST_PX && Math.abs(to.y - from.y) < DRAG_LEAST_PX) return null;
  return cellsUnder(grid, { left: from.x / width, right: to.x / width, bottom: 1 - from.y / height, top: 1 - to.y / height });
}

/** What the rectangle holds, before the pointer is let go. */
function SelectionReadout({ drag, range }: { drag: Drag; range: CellRange }) {
  const { words: { live: { hitmap: words } }, format } = useLocale();
  const { transactions, errors } = countsIn(drag.answer.columns, drag.grid, range);
  const { fromMs, toMs, minDurationMs, maxDurationMs } = selectionOf(drag.grid, range);
  return (
    <p className="hitmap-readout">
      <b>{words.selected(format.count(transactions), format.count(errors))}</b><br />
      {words.between(format.time(fromMs), format.time(toMs))}<br />
      {maxDurationMs === undefined ? words.openEnd(format.duration(minDurationMs)) : words.between(format.duration(minDurationMs), format.duration(maxDurationMs))}
    </p>
  );
}

interface CanvasProps { answer: HitmapAnswer; grid: HitmapGrid; errorsOnly: boolean; selection: CellRange | null; width: number; height: number; label: string }

function HitmapCanvas({ answer, grid, errorsOnly, selection, width, height, label }: CanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme();
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!canvas.current || !context) return;
    const density = Math.min(2, window.devicePixelRatio || 1);
    canvas.current.width = Math.round(width * density);
    canvas.current.height = Math.round(height * density);
    context.setTransform(density, 0, 0, density, 0, 0);
    drawHitmap(context, answer, grid, heatColours(), { widthPx: width, heightPx: height, errorsOnly, selection, ticks: durationTicks(grid) });
  }, [answer, grid, errorsOnly, selection, width, height, theme]);
  return <canvas ref={canvas} role="img" aria-label={label} style={{ width, height }} />;
}

function heatColours(): HeatColours {
  const colours = tokenColours(['heat-1', 'heat-2', 'heat-3', 'heat-4', 'heat-5', 'heat-error-1', 'heat-error-2', 'heat-error-3', 'line', 'accent']);
  return {
    ok: [colours['heat-1'], colours['heat-2'], colours['heat-3'], colours['heat-4'], colours['heat-5']],
    error: [colours['heat-error-1'], colours['heat-error-2'], colours['heat-error-3']],
    line: colours.line, selection: colours.accent,
  };
}
