// The web tier forgets sessions: people in the middle of their booking are strangers again and start from the beginning.
import type { Fault } from './fault.js';

export const sessionLoss: Fault = {
  id: 'session-loss',
  title: { ko: '세션 유실', en: 'Session loss' },
  sentence: { ko: '웹 서버가 세션을 잃어버려, 진행 중이던 사람이 처음으로 되돌아갑니다.', en: 'The web tier forgets sessions, and people in mid-booking start from the beginning.' },
  target: 'none',
  fits: ({ name }) => name === 'web',
  amount: { unit: 'share of requests', default: 0.3, min: 0.01, max: 1 },
  truth: ({ pipeline }) => ({ kind: 'outcome_shift', subject: { pipeline }, also: ['errors', 'retry_storm'] }),
  inService: ({ sessions }, { amount }) => {
    sessions.lostShare = amount;
    return () => { sessions.lostShare = 0; };
  },
};
