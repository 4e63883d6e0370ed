// The service keeps what it should forget: its heap grows second by second, up to a bound that the machine survives.
import { subjectOf, type Fault } from './fault.js';

const MIB = 1024 * 1024;
const KEPT_MIB_MAX = 512;
const STEPS_A_SECOND = 4;
/** Many small objects, so that the garbage collector has to look at each again and again. */
const OBJECT_BYTES = 512;

export const memoryLeak: Fault = {
  id: 'memory-leak',
  title: { ko: '메모리 누수', en: 'Memory leak' },
  sentence: { ko: '서비스가 버려야 할 것을 계속 쥐고 있어 힙이 커집니다.', en: 'The service keeps what it should forget, and its heap grows.' },
  target: 'service',
  fits: () => true,
  amount: { unit: 'MiB a second', default: 8, min: 1, max: 64 },
  truth: (place) => ({ kind: 'starvation', subject: subjectOf(place), also: ['instance_outlier'] }),
  inService: (_levers, { amount }) => {
    const kept: { made: number; text: string }[][] = [];
    let keptMib = 0;
    const timer = setInterval(() => {
      if (keptMib >= KEPT_MIB_MAX) return;
      keptMib += amount / STEPS_A_SECOND;
      kept.push(Array.from({ length: amount / STEPS_A_SECOND * MIB / OBJECT_BYTES }, (_, i) => ({ made: i, text: Buffer.alloc(OBJECT_BYTES - 64, 'x').toString('latin1') })));
    }, 1_000 / STEPS_A_SECOND);
    return () => { clearInterval(timer); kept.length = 0; };
  },
};
