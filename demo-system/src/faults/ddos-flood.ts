// A flood of requests from nowhere to the public site, from many addresses, without a person behind any of them.
import type { Fault } from './fault.js';

export const ddosFlood: Fault = {
  id: 'ddos-flood',
  title: { ko: '디도스 공격', en: 'DDoS flood' },
  sentence: { ko: '여러 주소에서 공개 사이트로 의미 없는 요청이 쏟아집니다.', en: 'Requests without a person behind them pour onto the public site from many addresses.' },
  target: 'none',
  fits: () => true,
  amount: { unit: 'requests a second', default: 200, min: 1, max: 5_000 },
  truth: ({ pipeline, front, floodedStage }) => ({ kind: 'surge', subject: floodedStage === null ? { service: front.name } : { pipeline, stage: floodedStage }, also: ['saturation', 'duplicate_crowd', 'starvation'] }),
  around: ({ flood }, { amount }) => flood(amount),
};
