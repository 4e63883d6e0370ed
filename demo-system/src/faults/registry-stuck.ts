// The twenty-year-old registry takes questions and answers none until it is freed: whoever needs it waits.
import type { Fault } from './fault.js';

export const registryStuck: Fault = {
  id: 'registry-stuck',
  title: { ko: '등록 시스템 멈춤', en: 'Registry stuck' },
  sentence: { ko: '20년 된 예방접종 등록 시스템이 질의를 받기만 하고 답하지 않습니다.', en: 'The twenty-year-old registry takes questions and does not answer.' },
  target: 'none',
  fits: ({ name }) => name === 'registry',
  amount: { unit: 'no amount', default: 1, min: 1, max: 1 },
  truth: ({ pipeline }) => ({ kind: 'slow_dependency', subject: { pipeline, stage: 'form', dependency: 'registry' }, also: ['errors', 'saturation'] }),
  inService: ({ registry }) => {
    registry.stuck = true;
    return () => { registry.stuck = false; };
  },
};
