// What an alert says in one line: place, rule, value and bound with their unit, in both languages. Pure.
import type { AlertRule, Bilingual, PipelineDefinition, Subject } from '@narrows/contract';
import type { SeriesMeasure } from './measure-series.js';
import { placeKeyText } from './place-name.js';
import { measureOf } from './rule-reach.js';

type Unit = 'ms' | 'perSecond' | 'share' | 'count' | 'times';
const UNITS: Readonly<Record<SeriesMeasure, Unit>> = {
  arrivals: 'perSecond', throughput: 'perSecond', errors: 'perSecond', error_ratio: 'share', unsatisfied: 'share', outcome_share: 'share', apdex: 'count',
  p50: 'ms', p95: 'ms', p99: 'ms', residence: 'ms', oldest: 'ms', in_flight: 'count', metric: 'count',
};

function figure(value: number | null, unit: Unit): Bilingual {
  if (value === null) return { ko: '보고되지 않음', en: 'not reported' };
  const digits = (n: number) => String(Number(n.toPrecision(3)));
  if (unit === 'ms') return value >= 1_000 ? { ko: `${digits(value / 1_000)}초`, en: `${digits(value / 1_000)} s` } : { ko: `${digits(value)}ms`, en: `${digits(value)} ms` };
  if (unit === 'perSecond') return { ko: `초당 ${digits(value)}`, en: `${digits(value)}/s` };
  if (unit === 'share') return { ko: `${digits(value * 100)}%`, en: `${digits(value * 100)} %` };
  return unit === 'times' ? { ko: `${digits(value)}배`, en: `${digits(value)} ×` } : { ko: digits(value), en: digits(value) };
}

export interface AlertLine { rule: AlertRule; subject: Subject; value: number | null; bound: number | null; pipelines: readonly PipelineDefinition[] }

export function firesText({ rule, subject, value, bound, pipelines }: AlertLine): Bilingual {
  const place = placeKeyText(subject, pipelines);
  const read = measureOf(rule);
  const unit: Unit = rule.condition.kind === 'burn_rate' ? 'times' : read ? UNITS[read.measure] : 'count';
  const [now, limit] = [figure(value, unit), figure(bound, unit)];
  return {
    ko: `${place.ko === '' ? '' : `${place.ko} · `}${rule.name}: 지금 ${now.ko}, 기준 ${limit.ko}`,
    en: `${place.en === '' ? '' : `${place.en} · `}${rule.name}: now ${now.en}, bound ${limit.en}`,
  };
}

export function silentText(kind: 'service' | 'agent' | 'relay', key: string, silentForMs: number): Bilingual {
  const seconds = Math.round(silentForMs / 1_000);
  const what = { service: { ko: '서비스', en: 'Service' }, agent: { ko: '에이전트', en: 'Agent' }, relay: { ko: '중계기', en: 'Relay' } }[kind];
  return { ko: `${what.ko} ${key}: ${seconds}초째 소식이 없습니다`, en: `${what.en} ${key}: not heard for ${seconds} s` };
}

export function overText(rule: AlertRule, place: Bilingual, because: 'well' | 'gone'): Bilingual {
  const reason = because === 'well' ? { ko: '해제', en: 'over' } : { ko: '규칙이 바뀌거나 없어져 해제', en: 'over, since its rule was changed or is gone' };
  return { ko: `${place.ko === '' ? '' : `${place.ko} · `}${rule.name}: ${reason.ko}`, en: `${place.en === '' ? '' : `${place.en} · `}${rule.name}: ${reason.en}` };
}

/** The live page around the moment. */
export function liveLink({ pipeline, stage, channel, service }: Subject, atMs: number): string {
  const question = new URLSearchParams();
  for (const [name, value] of Object.entries({ pipeline, stage, channel, service })) if (value) question.set(name, value);
  question.set('from', String(Math.max(0, atMs - 300_000)));
  question.set('to', String(atMs + 60_000));
  return `/live?${question.toString()}`;
}
