// The provider behind one channel is gone: connections to it are refused at once.
import { subjectOfChannel, type Fault } from './fault.js';

export const channelDown: Fault = {
  id: 'channel-down',
  title: { ko: '인증 채널 중단', en: 'Channel down' },
  sentence: { ko: '한 채널의 인증기관에 연결할 수 없습니다.', en: 'The provider behind one channel cannot be reached.' },
  target: 'channel',
  fits: ({ channels }) => channels,
  amount: { unit: 'no amount', default: 1, min: 1, max: 1 },
  truth: (place) => ({ kind: 'channel_outage', subject: subjectOfChannel(place), also: ['errors'] }),
  inService: ({ channels }, { target }) => {
    const trouble = channels.get(target ?? '') ?? {};
    channels.set(target ?? '', trouble);
    trouble.down = true;
    return () => { delete trouble.down; };
  },
};
