// Callers lose patience long before the called service could answer, and send the same request again and again without
// taking the first one back: the service does each piece of work several times.
import { subjectOf, type Fault } from './fault.js';

const TIMEOUT_MS = 700;

export const retryStorm: Fault = {
  id: 'retry-storm',
  title: { ko: '재시도 폭주', en: 'Retry storm' },
  sentence: { ko: '호출하는 쪽이 응답을 기다리지 않고 같은 요청을 되풀이합니다.', en: 'Callers send the same request again before an answer can come.' },
  target: 'service',
  fits: ({ stage, front }) => stage !== null && !front,
  amount: { unit: 'times a request is sent', default: 5, min: 2, max: 20 },
  truth: (place) => ({ kind: 'retry_storm', subject: subjectOf(place), also: ['saturation'] }),
  strikes: 'front',
  inService: (levers, { target, amount }) => {
    levers.retry = { service: target ?? '', timeoutMs: TIMEOUT_MS, attempts: Math.round(amount) };
    return () => { levers.retry = null; };
  },
};
