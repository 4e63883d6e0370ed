// What is watched before anybody has written a rule: silence of services, agents and relays, and what the judge is sure of; and
// what onboarding proposes for a pipeline that was just drawn. Rules like any other: seen, changed and deleted on their page.
import type { AlertRuleDraft, PipelineDefinition } from '@narrows/contract';

/** With the collector's turn of five seconds and the way of a message, a sender that reports every second is missed within a minute. */
const SILENT_SECONDS = 35;

/** A rule has one name, which people of both languages read. */
const both = (ko: string, en: string): string => `${ko} · ${en}`.slice(0, 120);

const base = { enabled: true, place: {}, forSeconds: 0, keepSeconds: 30, notify: [] } as const;

export function starterRules(): AlertRuleDraft[] {
  return [
    { ...base, place: {}, notify: [], name: both('서비스 데이터 끊김', 'Service silent'), severity: 'critical', condition: { kind: 'absence', of: 'service', silentSeconds: SILENT_SECONDS } },
    { ...base, place: {}, notify: [], name: both('에이전트 데이터 끊김', 'Agent silent'), severity: 'warning', condition: { kind: 'absence', of: 'agent', silentSeconds: SILENT_SECONDS } },
    { ...base, place: {}, notify: [], name: both('중계기 끊김', 'Relay silent'), severity: 'critical', condition: { kind: 'absence', of: 'relay', silentSeconds: SILENT_SECONDS } },
    { ...base, place: {}, notify: [], name: both('병목 판정', 'Verdict'), severity: 'critical', forSeconds: 10, keepSeconds: 60, condition: { kind: 'verdict', confidence: 0.8 } },
  ];
}

/** For each stage that people wait for: failures, a crowd that stays away after an opening, and the objective's budget. Never a rule on a deliberate wait's length. */
export function proposeRules({ id, name, stages }: PipelineDefinition): AlertRuleDraft[] {
  const place = { pipeline: id };
  const served = stages.filter(({ wait }) => wait !== 'deliberate');
  const perStage = served.flatMap((stage): AlertRuleDraft[] => {
    const title = stage.name ?? { ko: stage.id, en: stage.id };
    return [{
      enabled: true, severity: 'warning', name: both(`${title.ko} 오류 5% 초과`, `${title.en} errors above 5%`), place: { ...place, stage: stage.id }, forSeconds: 30, keepSeconds: 120, notify: [],
      condition: { kind: 'threshold', measure: 'error_ratio', overSeconds: 60, compare: 'above', value: 0.05, clear: 0.03 },
    }];
  });
  const last = served.at(-1);
  return [
    ...perStage,
    ...(last ? [{
      enabled: true, severity: 'critical' as const, name: both(`${name.ko}: 99.9% 목표의 오류 예산이 빨리 줄어듦`, `${name.en}: the error budget of 99.9% burns fast`), place: { ...place, stage: last.id }, forSeconds: 0, keepSeconds: 300, notify: [],
      condition: { kind: 'burn_rate' as const, good: 'no_error' as const, objective: 0.999, windows: [{ longMinutes: 60, shortMinutes: 5, factor: 14.4 }, { longMinutes: 360, shortMinutes: 30, factor: 6 }] },
    }, {
      enabled: true, severity: 'critical' as const, name: both(`${name.ko}: 처리량이 10분 전의 절반 이하`, `${name.en}: throughput at most half of ten minutes ago`), place: { ...place, stage: last.id }, forSeconds: 30, keepSeconds: 120, notify: [],
      condition: { kind: 'change' as const, measure: 'throughput' as const, overSeconds: 60, agoSeconds: 600, direction: 'fall' as const, percent: 50, least: 1 },
    }] : []),
  ];
}
