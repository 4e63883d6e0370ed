// A verdict with nothing in it but what a test is about.
import type { Verdict } from '@narrows/contract';

export function verdictOf(known: Partial<Verdict>): Verdict {
  return {
    kind: 'saturation', since: 0, confidence: 0.9, subject: { pipeline: 'vaccine', stage: 'identity' }, sentence: { ko: '본인인증이 병목입니다', en: 'Identity is the bottleneck' },
    evidence: [], affected: { journeys: null, share: null, who: [] }, remedies: [], ruledOut: [], ...known,
  };
}
