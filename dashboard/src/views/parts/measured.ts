// A number of the judge's evidence in its unit: the judge names the unit, the page writes it as it writes such numbers everywhere.
import type { Locale } from '../../i18n/locale.js';

export function measured(value: number | null, unit: string, { words: { common, live }, format }: Locale): string {
  if (value === null) return common.notReported;
  if (unit === 'ms') return format.duration(value);
  if (unit === 's') return format.duration(value * 1_000);
  if (unit === '%') return format.percent(value / 100);
  if (unit === '1') return format.percent(value);
  if (unit === '/s') return format.rate(value);
  if (unit === '{person}') return live.river.people(format.count(value));
  if (unit === '{request}') return live.verdict.requests(format.count(value));
  return unit === '' ? format.count(value) : `${format.count(value)} ${unit}`;
}
