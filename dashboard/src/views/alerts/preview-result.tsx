// What a rule would have done: how often, when, and the measure beside its bound. The moments are a list as well, for whoever
// does not see the picture.
import type { PreviewAnswer } from '@narrows/contract';
import { useLocale } from '../../i18n/locale.js';

const SIZE = { width: 900, height: 110, left: 4, bottom: 4 } as const;

/** `["vaccine","identity","",""]` as people read it. */
function placeText(key: string): string {
  try {
    const parts = JSON.parse(key) as unknown;
    return Array.isArray(parts) ? parts.filter((part) => typeof part === 'string' && part !== '').join(' / ') || '–' : key;
  } catch (error) {
    if (error instanceof SyntaxError) return key;
    throw error;
  }
}

export function PreviewResult({ preview }: { preview: PreviewAnswer }) {
  const { words: { alerts: { rules } }, format } = useLocale();
  const { fired, toMs, series, places, deliberate } = preview;
  // Hours without any data say nothing about the rule: the picture and the sentence begin with the first value.
  const fromMs = Math.max(preview.fromMs, Math.min(toMs - 60_000, ...series.flatMap(({ points }) => points.slice(0, 1).map(([atMs]) => atMs ?? toMs))));
  return (
    <section aria-live="polite" className="flex flex-col gap-3" data-preview={fired.length}>
      <p className="text-lg font-semibold">{places === 0 ? rules.noPlaces : rules.wouldHave(fired.length, format.duration(toMs - fromMs))}</p>
      {deliberate.length > 0 && <p className="text-soft">{rules.deliberate(deliberate.length)}</p>}
      {fired.length > 0 && <ul className="grid grid-cols-[repeat(auto-fill,minmax(18rem,1fr))] gap-x-6">{fired.slice(0, 20).map((one) => <li key={`${one.key} ${one.fromMs}`}>{rules.firedFrom(format.dateTime(one.fromMs), one.toMs === null ? rules.ongoing : format.time(one.toMs))} <span className="text-soft">{placeText(one.key)}</span></li>)}</ul>}
      {series.slice(0, 4).map(({ key, points }) => <Chart key={key} title={placeText(key)} points={points} bands={fired.filter((one) => one.key === key)} fromMs={fromMs} toMs={toMs} />)}
    </section>
  );
}

interface ChartProps { title: string; points: PreviewAnswer['series'][number]['points']; bands: PreviewAnswer['fired']; fromMs: number; toMs: number }

function Chart({ title, points, bands, fromMs, toMs }: ChartProps) {
  const { words: { alerts: { rules } }, format } = useLocale();
  const values = points.flatMap(([, value, bound]) => [value, bound]).filter((one): one is number => one !== null && one !== undefined);
  const top = Math.max(1e-9, ...values);
  const x = (atMs: number) => SIZE.left + ((atMs - fromMs) / Math.max(1, toMs - fromMs)) * (SIZE.width - 2 * SIZE.left);
  const y = (value: number) => 4 + (1 - Math.max(0, value) / top) * (SIZE.height - SIZE.bottom - 4);
  const path = (index: 1 | 2): string => {
    let pen = false;
    return points.map((point) => {
      const [atMs, value] = [point[0] ?? 0, point[index] ?? null];
      const step = value === null ? '' : `${pen ? 'L' : 'M'}${x(atMs).toFixed(1)} ${y(value).toFixed(1)}`;
      pen = value !== null;
      return step;
    }).join('');
  };
  return (
    <figure aria-label={rules.chart(title)}>
      <figcaption className="flex flex-wrap justify-between gap-x-4 text-xs text-soft"><span>{title}</span><span>{format.dateTime(fromMs)} – {format.dateTime(toMs)} · {rules.highest(format.count(top))} · <span className="text-accent">━</span> {rules.legendValue} <span className="text-stuck">┅</span> {rules.legendBound}</span></figcaption>
      <svg viewBox={`0 0 ${SIZE.width} ${SIZE.height}`} className="w-full border border-line" role="img" aria-label={rules.chart(title)} preserveAspectRatio="none" height={SIZE.height}>
        {bands.map((band) => <rect key={band.fromMs} x={x(band.fromMs)} width={Math.max(2, x(band.toMs ?? toMs) - x(band.fromMs))} y={0} height={SIZE.height} fill="var(--stuck-quiet)" />)}
        <path d={path(1)} fill="none" stroke="var(--accent)" strokeWidth="1.5" vectorEffect="non-scaling-stroke" />
        <path d={path(2)} fill="none" stroke="var(--stuck)" strokeWidth="1" strokeDasharray="5 4" vectorEffect="non-scaling-stroke" />
      </svg>
    </figure>
  );
}
