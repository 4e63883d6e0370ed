// The service's one thread waits inside a call that should not wait, as one that reads a file from a disk that hangs.
// Nothing else is served meanwhile, and the processor is idle.
import { subjectOf, type Fault } from './fault.js';

const EVERY_MS = 1_000;

export const eventLoopBlocked: Fault = {
  id: 'event-loop-blocked',
  title: { ko: '이벤트 루프 정지', en: 'Event loop blocked' },
  sentence: { ko: '서비스의 스레드가 동기 호출에 묶여 그동안 아무 요청도 처리하지 못합니다.', en: 'The thread of the service waits in a synchronous call and serves nobody meanwhile.' },
  target: 'service',
  fits: () => true,
  amount: { unit: 'ms of every second', default: 850, min: 50, max: 980 },
  truth: (place) => ({ kind: 'starvation', subject: subjectOf(place), also: ['saturation', 'instance_outlier'] }),
  inService: (_levers, { amount }) => {
    const nobody = new Int32Array(new SharedArrayBuffer(4));
    const timer = setInterval(() => { Atomics.wait(nobody, 0, 0, amount); }, EVERY_MS);
    return () => clearInterval(timer);
  },
};
