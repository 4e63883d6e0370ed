// A rule as a form holds it: every field a text, so that what was typed stays as it was typed; and the rule that it means. A
// number that is none goes to the collector as it is and comes back with a word beside its field.
import type { AlertRule, ConditionKind } from '@narrows/contract';

export interface RuleForm {
  name: string; severity: string; enabled: boolean; kind: ConditionKind; forSeconds: string; keepSeconds: string; notify: readonly string[];
  pipeline: string; stage: string; channel: string; service: string; each: string;
  measure: string; metricName: string; overSeconds: string; compare: string; value: string; clear: string;
  direction: string; percent: string; agoSeconds: string; least: string; season: string; deviations: string; openings: string; withinMinutes: string;
  confidence: string; of: string; senderName: string; silentSeconds: string; good: string; objective: string; windows: string;
}

export const NEW_RULE: RuleForm = {
  name: '', severity: 'warning', enabled: true, kind: 'threshold', forSeconds: '30', keepSeconds: '60', notify: [], pipeline: '', stage: '', channel: '', service: '', each: '',
  measure: 'error_ratio', metricName: '', overSeconds: '60', compare: 'above', value: '', clear: '', direction: 'fall', percent: '50', agoSeconds: '600', least: '', season: 'week', deviations: '4', openings: '20:00', withinMinutes: '120',
  confidence: '0.8', of: 'service', senderName: '', silentSeconds: '35', good: 'no_error', objective: '0.999', windows: '60/5/14.4, 360/30/6',
};

const numberOr = (text: string): number | string => (text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text);
const optional = (text: string): number | string | undefined => (text.trim() === '' ? undefined : numberOr(text));
const listOf = (text: string): string[] => text.split(',').map((one) => one.trim()).filter((one) => one !== '');
/** Without what was left empty. */
const set = (fields: Record<string, unknown>): Record<string, unknown> => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''));

/** What is sent to the collector. */
export function ruleOf(form: RuleForm): Record<string, unknown> {
  const { name, severity, enabled, notify, pipeline, stage, channel, service, each } = form;
  return {
    name, severity, enabled, notify: [...notify], forSeconds: numberOr(form.forSeconds), keepSeconds: numberOr(form.keepSeconds),
    place: set({ pipeline, stage: each === 'stage' ? '' : stage, channel: each === 'channel' ? '' : channel, service: each === 'service' ? '' : service, each }), condition: conditionOf(form),
  };
}

function conditionOf(form: RuleForm): Record<string, unknown> {
  const measured = { measure: form.measure, name: form.measure === 'metric' || form.measure === 'outcome_share' ? form.metricName : '', overSeconds: numberOr(form.overSeconds) };
  const { kind, direction } = form;
  const least = optional(form.least);
  switch (kind) {
    case 'threshold': return set({ kind, ...measured, compare: form.compare, value: optional(form.value), clear: optional(form.clear) });
    case 'change': return set({ kind, ...measured, direction, percent: numberOr(form.percent), agoSeconds: numberOr(form.agoSeconds), least });
    case 'season': return set({ kind, ...measured, direction, season: form.season, deviations: numberOr(form.deviations), least });
    case 'opening': return set({ kind, ...measured, direction, percent: numberOr(form.percent), openings: listOf(form.openings), withinMinutes: numberOr(form.withinMinutes), least });
    case 'verdict': return { kind, confidence: numberOr(form.confidence) };
    case 'absence': return set({ kind, of: form.of, name: form.senderName, silentSeconds: numberOr(form.silentSeconds) });
    case 'burn_rate': return { kind, good: form.good, objective: numberOr(form.objective), windows: listOf(form.windows).map((one) => {
      const [longMinutes = '', shortMinutes = '', factor = ''] = one.split('/');
      return { longMinutes: numberOr(longMinutes), shortMinutes: numberOr(shortMinutes), factor: numberOr(factor) };
    }) };
  }
}

/** A saved rule, or a proposed one, in the form. */
export function formOf({ name, severity, enabled, notify, forSeconds, keepSeconds, place, condition }: Omit<AlertRule, 'id' | 'updatedAtMs' | 'updatedBy'>): RuleForm {
  const given: Record<string, string> = {};
  for (const [field, value] of Object.entries(condition)) {
    if (field === 'name') given[condition.kind === 'absence' ? 'senderName' : 'metricName'] = String(value);
    else if (field === 'openings') given[field] = (value as string[]).join(', ');
    else if (field === 'windows') given[field] = (value as { longMinutes: number; shortMinutes: number; factor: number }[]).map((one) => `${one.longMinutes}/${one.shortMinutes}/${one.factor}`).join(', ');
    else if (typeof value === 'string' || typeof value === 'number') given[field] = String(value);
  }
  return { ...NEW_RULE, ...given, ...place, name, severity, enabled, notify, kind: condition.kind, forSeconds: String(forSeconds), keepSeconds: String(keepSeconds) };
}
