// A new version of a service is rolled out, one instance after the other, and every request takes longer in it. Ending the
// fault rolls it back.
import { subjectOf, type Fault } from './fault.js';

export const OLD_VERSION = '1.0.0';
export const NEW_VERSION = '1.1.0';

export const slowVersion: Fault = {
  id: 'slow-version',
  title: { ko: '새 버전이 느림', en: 'New version slower' },
  sentence: { ko: '새 버전을 배포했더니 요청마다 더 오래 걸립니다.', en: 'A new version is rolled out, and every request takes longer in it.' },
  target: 'service',
  fits: ({ stage, front, network, name }) => stage !== null && !front && network === 'open' && name !== 'waiting-room',
  amount: { unit: 'ms a request', default: 1_200, min: 20, max: 10_000 },
  truth: (place) => ({ kind: 'deploy_regression', subject: subjectOf(place), also: ['saturation', 'slow_dependency'] }),
  around: async ({ release }, { target, amount }) => {
    await release(target ?? '', { version: NEW_VERSION, extraMs: amount });
    return () => release(target ?? '', { version: OLD_VERSION, extraMs: 0 });
  },
};
