// Database connections come back late: each is kept for a while after its work, as by code that calls somebody else in an
// open transaction. The pool runs dry and requests wait for a connection, while the database itself is idle.
import { subjectOf, type Fault } from './fault.js';

export const poolExhausted: Fault = {
  id: 'pool-exhausted',
  title: { ko: '커넥션 풀 고갈', en: 'Pool exhausted' },
  sentence: { ko: 'DB 커넥션이 늦게 반환되어 요청이 커넥션을 기다립니다.', en: 'Database connections come back late, and requests wait for one.' },
  target: 'service',
  fits: ({ database }) => database,
  amount: { unit: 'ms a connection is kept', default: 2_500, min: 50, max: 30_000 },
  truth: (place) => ({ kind: 'saturation', subject: subjectOf(place), also: ['contention', 'starvation'] }),
  inService: ({ connections }, { amount }) => {
    connections.holdMs = amount;
    return () => { connections.holdMs = 0; };
  },
};
