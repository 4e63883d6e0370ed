// Requests to a service are longer on their way: the caller waits, the service itself is as fast as ever.
import type { Fault } from './fault.js';

export const networkDelay: Fault = {
  id: 'network-delay',
  title: { ko: '네트워크 지연', en: 'Network delay' },
  sentence: { ko: '서비스로 가는 요청이 길에서 오래 걸립니다. 서비스 자체는 빠릅니다.', en: 'Requests to the service are longer on their way; the service itself is fast.' },
  target: 'service',
  fits: ({ front }) => !front,
  amount: { unit: 'ms a request', default: 1_500, min: 20, max: 20_000 },
  truth: ({ service, front }) => ({ kind: 'slow_dependency', subject: { service: front.name, dependency: service?.name ?? '' }, also: ['saturation'] }),
  inService: ({ network }, { amount }) => {
    network.delayMs = amount;
    return () => { network.delayMs = 0; };
  },
};
