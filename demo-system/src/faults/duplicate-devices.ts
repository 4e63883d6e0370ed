// Everybody who comes from now on takes out every device they have: the line is made of browsers, and there are far more
// of them than people.
import type { Fault } from './fault.js';

export const duplicateDevices: Fault = {
  id: 'duplicate-devices',
  title: { ko: '중복 접속', en: 'Duplicate devices' },
  sentence: { ko: '한 사람이 여러 기기로 줄을 서서, 줄이 사람 수보다 훨씬 길어집니다.', en: 'Everybody stands in line with several devices: the line is far longer than there are people.' },
  target: 'none',
  fits: ({ name }) => name === 'waiting-room',
  amount: { unit: 'devices a person', default: 5, min: 2, max: 10 },
  truth: ({ pipeline, waitingStage }) => ({ kind: 'duplicate_crowd', subject: { pipeline, ...(waitingStage === null ? {} : { stage: waitingStage }) }, also: ['surge'] }),
  around: ({ devicesEach }, { amount }) => {
    devicesEach(Math.round(amount));
    return () => devicesEach(null);
  },
};
