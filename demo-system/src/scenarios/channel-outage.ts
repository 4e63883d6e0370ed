// The August system on a day when one channel breaks: from second 25 on KCB's phone verification answers with errors
// or not at all. The others must carry on, and the verdict must name that one channel.
import type { VaccineScenario } from '../scenario.js';
import { after } from './after.js';

export const channelOutage: VaccineScenario = {
  ...after,
  id: 'channel-outage',
  title: { ko: '2021년 8월, 인증 채널 하나 장애', en: 'August 2021 with one channel failing' },
  faults: [{ fault: 'channel-failing', target: 'kcb-phone', fromSeconds: 25, toSeconds: null }],
};
