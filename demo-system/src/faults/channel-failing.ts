// The provider behind one channel answers a share of verifications with an error and lets the others hang.
import { subjectOfChannel, type Fault } from './fault.js';

export const channelFailing: Fault = {
  id: 'channel-failing',
  title: { ko: '인증 채널 오류', en: 'Channel failing' },
  sentence: { ko: '한 채널의 인증기관이 오류로 답하거나 응답하지 않습니다.', en: 'The provider behind one channel answers with errors, or not at all.' },
  target: 'channel',
  fits: ({ channels }) => channels,
  amount: { unit: 'share of errors, the rest hangs', default: 0.7, min: 0.05, max: 1 },
  truth: (place) => ({ kind: 'channel_outage', subject: subjectOfChannel(place), also: ['errors'] }),
  inService: ({ channels }, { target, amount }) => {
    const trouble = channels.get(target ?? '') ?? {};
    channels.set(target ?? '', trouble);
    trouble.failingShare = amount;
    return () => { delete trouble.failingShare; };
  },
};
