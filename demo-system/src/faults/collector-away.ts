// The collector is away: agents keep what they can and nobody watches. What comes back must be complete, and the gap said.
import type { Fault } from './fault.js';

export const collectorAway: Fault = {
  id: 'collector-away',
  title: { ko: '수집기 중단', en: 'Collector away' },
  sentence: { ko: '수집기가 꺼져 있습니다. 에이전트는 보낼 것을 쥐고 기다립니다.', en: 'The collector is away; the agents keep what they have to send.' },
  target: 'none',
  fits: () => true,
  amount: { unit: 'no amount', default: 1, min: 1, max: 1 },
  truth: ({ pipeline }) => ({ kind: 'missing_data', subject: { pipeline } }),
  around: async ({ collectorLeaves, collectorComesBack }) => {
    await collectorLeaves();
    return collectorComesBack;
  },
};
