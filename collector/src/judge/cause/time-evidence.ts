// A service is charged with time that traces did not take before. How much of the change in end-to-end time would be
// gone if its shift were undone (the counterfactual, per trace that goes through it) and how far the shift is out of
// what was usual count together: a large share of nothing and a certain trifle both accuse nobody.
import type { EvidenceKind, Suspicion, Clue } from './evidence.js';
import { groupBy } from '../group-by.js';
import type { TimeShift } from './timing.js';

/** ln(1 + deviations) × ln(1 + 10 · slower): 2.5 is reached by noise, 10 by any fault that people complain about. */
const NOISE = 1;
/** What noise can reach counts for little, but still orders those of whom nothing else is known. */
const FAINT = 0.2;
const CLUES_MAX = 3;

const ms = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(2));

function clueOf({ where, service, operation, caller, beforeMs, nowMs }: TimeShift): Clue {
  const claim = where === 'self'
    ? { ko: `${service}의 ${operation} 자체 처리 시간이 ${ms(beforeMs)}ms에서 ${ms(nowMs)}ms로 늘었습니다`, en: `${operation} itself takes ${ms(nowMs)} ms in ${service}, was ${ms(beforeMs)} ms` }
    : where === 'wait'
      ? { ko: `${caller}에서 ${service}(${operation})까지의 대기가 ${ms(beforeMs)}ms에서 ${ms(nowMs)}ms로 늘었습니다`, en: `Between ${caller} and ${service} (${operation}) ${ms(nowMs)} ms pass, were ${ms(beforeMs)} ms` }
      : { ko: `${service}의 모든 호출이 함께 느려졌습니다(${operation}: ${ms(beforeMs)}ms → ${ms(nowMs)}ms)`, en: `All calls that ${service} makes have become slow together (${operation}: ${ms(beforeMs)} → ${ms(nowMs)} ms)` };
  return { claim, measure: where === 'self' ? 'self_time' : 'wait_time', unit: 'ms', before: beforeMs, now: nowMs, operation };
}

export const timeEvidence: EvidenceKind = {
  name: 'time',
  find(scene) {
    const found: Suspicion[] = [];
    for (const [service, shifts] of groupBy(scene.shifts, ({ service: charged }) => charged)) {
      const traces = scene.tracesNow.get(service);
      const usualMs = scene.tracesBefore.get(service)?.meanMs ?? traces?.meanMs ?? 0;
      if (traces === undefined || usualMs <= 0) continue;
      const excessMs = shifts.reduce((sum, shift) => sum + shift.excessMs, 0);
      const deviations = Math.max(...shifts.map((shift) => shift.deviations));
      const score = Math.log1p(deviations) * Math.log1p((10 * excessMs) / traces.traces / usualMs);
      const worst = [...shifts].sort((a, b) => b.excessMs - a.excessMs);
      const waits = shifts.filter(({ where }) => where === 'wait').reduce((sum, shift) => sum + shift.excessMs, 0);
      found.push({
        service, logOdds: score > NOISE ? score - NOISE + FAINT * NOISE : FAINT * score, kind: waits > excessMs / 2 ? 'slow_dependency' : 'starvation',
        ...(worst[0] && { operation: worst[0].operation }), clues: worst.slice(0, CLUES_MAX).map(clueOf),
      });
    }
    return found;
  },
};
