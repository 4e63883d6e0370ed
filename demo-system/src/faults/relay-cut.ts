// The one line out of the closed network is cut: the relay keeps everything on its disk, and the services behind it are
// silent to the outside although they work.
import { subjectOf, type Fault } from './fault.js';

export const relayCut: Fault = {
  id: 'relay-cut',
  title: { ko: '폐쇄망 릴레이 단절', en: 'Relay cut' },
  sentence: { ko: '폐쇄망에서 나오는 유일한 회선이 끊겨 안쪽 서비스의 데이터가 오지 않습니다.', en: 'The one line out of the closed network is cut; nothing is heard of the services inside.' },
  target: 'none',
  fits: ({ network }) => network === 'closed',
  amount: { unit: 'no amount', default: 1, min: 1, max: 1 },
  truth: (place) => ({ kind: 'missing_data', subject: subjectOf(place) }),
  around: ({ relayLine }) => {
    relayLine.cut();
    return () => relayLine.mend();
  },
};
