// A measure over time as an ECharts option: a few lines on a time axis, counts from zero, gaps left open. The plot's
// margins are fixed, so that the page can put its own hair line and selection over it without asking the chart.
import type { SeriesPoint } from '../model/live-series.js';

export interface TimeSeries { key: string; colour: string; points: readonly SeriesPoint[]; filled?: boolean }

export interface TimeSeriesSpec {
  series: readonly TimeSeries[];
  fromMs: number;
  toMs: number;
  /** Upper end of the value axis; absent: as high as the data needs. */
  max?: number;
  /** Durations may be shown logarithmically; everything else starts at zero. */
  logarithmic?: boolean;
  formatValue: (value: number) => string;
  formatTime: (atMs: number) => string;
}

export interface ChartColours { line: string; text: string }

/** Space around the plot, in pixels. */
export const PLOT = { left: 48, right: 10, top: 8, bottom: 20 } as const;

/** Where a moment lies in a chart this wide, and back. */
export const momentToPx = (atMs: number, fromMs: number, toMs: number, widthPx: number): number =>
  PLOT.left + ((atMs - fromMs) / (toMs - fromMs)) * (widthPx - PLOT.left - PLOT.right);
export const pxToMoment = (px: number, fromMs: number, toMs: number, widthPx: number): number => {
  const share = (px - PLOT.left) / Math.max(1, widthPx - PLOT.left - PLOT.right);
  return fromMs + Math.min(1, Math.max(0, share)) * (toMs - fromMs);
};

export function timeSeriesOption(spec: TimeSeriesSpec, colours: ChartColours): Record<string, unknown> {
  // Nothing but zeros: an axis of made-up fractions would look like measured ones.
  const values = spec.series.flatMap(({ points }) => points.map(([, value]) => value));
  const flat = !spec.logarithmic && values.includes(0) && values.every((value) => value === null || value === 0);
  const max = spec.max ?? (flat ? 1 : undefined);
  const axisText = { color: colours.text, fontSize: 11, fontFamily: 'Pretendard Variable, sans-serif' };
  return {
    animation: false,
    grid: { ...PLOT, containLabel: false },
    xAxis: {
      type: 'time', min: spec.fromMs, max: spec.toMs, splitNumber: 4,
      axisLine: { lineStyle: { color: colours.line } }, axisTick: { show: false }, splitLine: { show: false },
      axisLabel: { ...axisText, hideOverlap: true, formatter: (value: number) => spec.formatTime(value) },
    },
    yAxis: {
      type: spec.logarithmic ? 'log' : 'value', splitNumber: 3,
      ...(spec.logarithmic ? {} : { min: 0 }), ...(max === undefined ? {} : { max, interval: max / (flat ? 1 : 4) }),
      axisLine: { show: false }, axisTick: { show: false }, splitLine: { lineStyle: { color: colours.line, width: 1 } },
      axisLabel: { ...axisText, formatter: (value: number) => spec.formatValue(value) },
    },
    series: spec.series.map((one) => ({
      type: 'line', id: one.key, data: spec.logarithmic ? one.points.map(([at, value]) => [at, value === null || value <= 0 ? null : value]) : one.points,
      showSymbol: false, connectNulls: false, silent: true, sampling: 'lttb',
      lineStyle: { width: 1.5, color: one.colour }, itemStyle: { color: one.colour }, emphasis: { disabled: true },
      ...(one.filled ? { areaStyle: { color: one.colour, opacity: 0.16 } } : {}),
    })),
  };
}
