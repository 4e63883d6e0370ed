// Which alerts are one incident: those of one pipeline together, also by the services that do its work; senders that fall
// silent together; of what stands outside any pipeline, each service by itself. And what such an incident is called. Pure.
import type { Bilingual, PipelineDefinition, Subject, Verdict } from '@narrows/contract';
import { placeKeyText } from './place-name.js';

export interface AlertFact { ruleId: string; ruleName: string; kind: 'series' | 'verdict' | 'absence'; key: string; subject: Subject }

/** The pipeline that an alert's subject belongs to, by its stage or by the service that does a stage's work. */
export function pipelineOf(subject: Subject, pipelines: readonly PipelineDefinition[]): string | null {
  if (subject.pipeline) return subject.pipeline;
  if (!subject.service) return null;
  return pipelines.find(({ stages }) => stages.some(({ match }) => match.service === subject.service))?.id ?? null;
}

const PIPELINE_KEY = 'pipeline ';

/** The pipeline that an incident with this key is about; null: it is about none. */
export const pipelineOfKey = (key: string): string | null => (key.startsWith(PIPELINE_KEY) ? key.slice(PIPELINE_KEY.length) : null);

/** Alerts with the same key are one incident while it is open. */
export function incidentKey(alert: AlertFact, pipelines: readonly PipelineDefinition[]): string {
  if (alert.kind === 'absence') return 'silence';
  const pipeline = pipelineOf(alert.subject, pipelines);
  return pipeline === null ? `service ${alert.subject.service ?? alert.key}` : `${PIPELINE_KEY}${pipeline}`;
}

/** The verdict's own sentence where there is one: it says more than any rule's name. */
export function incidentTitle(alerts: readonly AlertFact[], cause: Verdict | null, pipelines: readonly PipelineDefinition[]): Bilingual {
  if (cause) return cause.sentence;
  const [first] = alerts;
  if (!first) return { ko: '장애', en: 'Incident' };
  const place = placeKeyText(first.subject, pipelines);
  const more = alerts.length - 1;
  if (first.kind === 'absence') {
    const what = first.key;
    return more === 0 ? { ko: `${what}: 데이터가 끊겼습니다`, en: `${what} has fallen silent` } : { ko: `${what} 외 ${more}곳의 데이터가 끊겼습니다`, en: `${what} and ${more} more have fallen silent` };
  }
  const ko = place.ko === '' ? first.ruleName : `${place.ko}: ${first.ruleName}`;
  const en = place.en === '' ? first.ruleName : `${place.en}: ${first.ruleName}`;
  return more === 0 ? { ko, en } : { ko: `${ko} 외 ${more}건`, en: `${en} and ${more} more` };
}
