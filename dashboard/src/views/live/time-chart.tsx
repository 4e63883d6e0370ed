// One measure over time. ECharts draws lines and axes; the hair line, the values under it and the dragged range lie
// over the plot and are shared with the other charts. ECharts arrives as its own chunk: until then the frame stands.
import type { init } from '../../draw/echarts.js';
import { useEffect, useRef, useState, type PointerEvent, type ReactNode } from 'react';
import { tokenColours } from '../../draw/colours.js';
import { momentToPx, PLOT, pxToMoment, timeSeriesOption } from '../../draw/time-series.js';
import type { SeriesPoint } from '../../model/live-series.js';
import { useLocale } from '../../i18n/locale.js';
import { useMoment } from './moment.js';
import { useSize } from './use-size.js';
import { useTheme } from './use-theme.js';

export interface ChartLine { key: string; label: string; colour: string; points: readonly SeriesPoint[]; filled?: boolean }

export interface TimeChartProps {
  title: string;
  lines: readonly ChartLine[];
  fromMs: number;
  toMs: number;
  max?: number;
  logarithmic?: boolean;
  formatValue: (value: number) => string;
  onRange: (fromMs: number, toMs: number) => void;
  /** Stands right of the title. */
  extra?: ReactNode;
}

type Chart = ReturnType<typeof init>;
const DRAG_LEAST_PX = 6;
/** A range shorter than this holds nothing to look at. */
const RANGE_LEAST_MS = 2_000;

export function TimeChart(props: TimeChartProps) {
  const { title, lines, fromMs, toMs, formatValue, onRange, extra } = props;
  const { words: { live: { charts } }, format } = useLocale();
  const [frame, { width, height }] = useSize<HTMLDivElement>();
  const { momentMs, setMoment } = useMoment();
  const [drag, setDrag] = useState<{ fromPx: number; toPx: number; fromMs: number; toMs: number } | null>(null);
  const canvas = useChart(props, width, height);

  const pxOf = (event: PointerEvent<HTMLElement>) => event.clientX - event.currentTarget.getBoundingClientRect().left;
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    setMoment(pxToMoment(pxOf(event), fromMs, toMs, width));
    if (drag !== null) setDrag({ ...drag, toPx: pxOf(event), toMs: pxToMoment(pxOf(event), fromMs, toMs, width) });
  };
  const onPointerUp = () => {
    setDrag(null);
    if (drag === null || Math.abs(drag.toPx - drag.fromPx) < DRAG_LEAST_PX) return;
    const [first, last] = [Math.min(drag.fromMs, drag.toMs), Math.max(drag.fromMs, drag.toMs)];
    if (last - first >= RANGE_LEAST_MS) onRange(Math.floor(first / 1_000) * 1_000, Math.ceil(last / 1_000) * 1_000);
  };
  const shownMs = momentMs !== null && momentMs >= fromMs && momentMs <= toMs ? momentMs : null;

  return (
    <figure className="chart" aria-label={title}>
      <figcaption className="section-head">
        <h3>{title}</h3>
        <ul className="chart-values">
          {lines.map((line) => {
            const value = valueAt(line.points, shownMs);
            return <li key={line.key}><i style={{ background: line.colour }} aria-hidden="true" />{line.label !== '' && <span>{line.label}</span>}<b>{value === null ? <span className="text-faint font-normal">{charts.noData}</span> : formatValue(value)}</b></li>;
          })}
        </ul>
        {extra}
      </figcaption>
      <div
        ref={frame} className="chart-plot" title={shownMs === null ? charts.range : ''}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          const atMs = pxToMoment(pxOf(event), fromMs, toMs, width);
          setDrag({ fromPx: pxOf(event), toPx: pxOf(event), fromMs: atMs, toMs: atMs });
        }}
        onPointerMove={onPointerMove} onPointerUp={onPointerUp} onPointerCancel={() => { setDrag(null); }} onPointerLeave={() => { setMoment(null); }}
      >
        <div ref={canvas} className="chart-canvas" aria-hidden="true" />
        {shownMs !== null && <i className="hair" style={{ left: momentToPx(shownMs, fromMs, toMs, width), top: PLOT.top, bottom: PLOT.bottom }}><time>{format.time(shownMs)}</time></i>}
        {drag !== null && <i className="chart-range" style={{ left: Math.min(drag.fromPx, drag.toPx), width: Math.abs(drag.toPx - drag.fromPx), top: PLOT.top, bottom: PLOT.bottom }} />}
      </div>
    </figure>
  );
}

/** The chart inside an element, redrawn when its data, size or theme changes. */
function useChart({ lines, fromMs, toMs, max, logarithmic, formatValue }: TimeChartProps, width: number, height: number) {
  const element = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<Chart | null>(null);
  const theme = useTheme();
  const { format } = useLocale();
  useEffect(() => {
    let gone = false;
    let made: Chart | null = null;
    void import('../../draw/echarts.js').then(({ init: make }) => {
      if (gone || element.current === null) return;
      made = make(element.current, null, { renderer: 'canvas' });
      setChart(made);
    });
    return () => { gone = true; made?.dispose(); };
  }, []);
  useEffect(() => {
    if (chart !== null && width > 0) chart.resize({ width, height });
  }, [chart, width, height]);
  useEffect(() => {
    if (chart === null || chart.isDisposed() || width === 0) return;
    const colours = tokenColours(['line', 'text-faint', ...lines.map((line) => line.colour.replace(/^var\(--(.+)\)$/, '$1'))]);
    chart.setOption(timeSeriesOption({
      series: lines.map((line) => ({ ...line, colour: colours[line.colour.replace(/^var\(--(.+)\)$/, '$1')] ?? 'gray' })),
      fromMs, toMs, formatValue, formatTime: (atMs) => format.time(atMs).slice(0, 5),
      ...(max === undefined ? {} : { max }), ...(logarithmic === undefined ? {} : { logarithmic }),
    }, { line: colours.line ?? 'gray', text: colours['text-faint'] ?? 'gray' }), { notMerge: true, lazyUpdate: true });
  }, [chart, lines, fromMs, toMs, max, logarithmic, formatValue, width, theme, format]);
  return element;
}

/** Value of the second that a moment lies in; without a moment the newest. */
function valueAt(points: readonly SeriesPoint[], atMs: number | null): number | null {
  if (atMs === null) return points.at(-1)?.[1] ?? null;
  const second = Math.floor(atMs / 1_000) * 1_000;
  return points.find(([at]) => at === second)?.[1] ?? null;
}
