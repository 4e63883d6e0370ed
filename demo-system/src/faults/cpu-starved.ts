// The service gets a part of its processor only, as a container whose quota is used up: it is stopped for most of every
// tenth of a second. It has done nothing wrong itself.
import { subjectOf, type Fault } from './fault.js';

const PERIOD_MS = 100;

export const cpuStarved: Fault = {
  id: 'cpu-starved',
  title: { ko: 'CPU 부족', en: 'CPU starved' },
  sentence: { ko: '서비스가 CPU 할당량을 다 써서 대부분의 시간 동안 멈춰 있습니다.', en: 'The service has used up its processor quota and stands still most of the time.' },
  target: 'service',
  fits: () => true,
  amount: { unit: 'share of the time it is stopped', default: 0.85, min: 0.1, max: 0.97 },
  truth: (place) => ({ kind: 'starvation', subject: subjectOf(place), also: ['saturation', 'instance_outlier'] }),
  holdsProcesses: true,
  around: ({ processIdsOf }, { target, amount }) => {
    const signal = (name: 'SIGSTOP' | 'SIGCONT') => {
      // A process that ended meanwhile needs no signal.
      for (const pid of processIdsOf(target ?? '')) try { process.kill(pid, name); } catch (error) { if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; }
    };
    let resuming: NodeJS.Timeout | undefined;
    const stopping = setInterval(() => {
      signal('SIGSTOP');
      resuming = setTimeout(() => signal('SIGCONT'), PERIOD_MS * amount);
    }, PERIOD_MS);
    return () => { clearInterval(stopping); clearTimeout(resuming); signal('SIGCONT'); };
  },
};
