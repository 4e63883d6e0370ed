// The provider behind one channel takes several times as long as it did.
import { subjectOfChannel, type Fault } from './fault.js';

export const channelSlow: Fault = {
  id: 'channel-slow',
  title: { ko: '인증 채널 지연', en: 'Channel slow' },
  sentence: { ko: '한 채널의 인증기관 응답이 몇 배로 느려집니다.', en: 'The provider behind one channel takes several times as long.' },
  target: 'channel',
  fits: ({ channels }) => channels,
  amount: { unit: 'times', default: 5, min: 1.5, max: 50 },
  truth: (place) => ({ kind: 'saturation', subject: subjectOfChannel(place), also: ['slow_dependency', 'channel_outage'] }),
  inService: ({ channels }, { target, amount }) => {
    const trouble = channels.get(target ?? '') ?? {};
    channels.set(target ?? '', trouble);
    trouble.slowBy = amount;
    return () => { delete trouble.slowBy; };
  },
};
