// Remedies that undo what changed: go back to the last version, restart what is ill, mend what is called, stop what comes twice. What they
// bring is what was there before, so they are predicted from the time before the onset and need no model of a queue.
import type { Bilingual, Remedy, Subject } from '@narrows/contract';
import { rounded } from './rule.js';

export interface Undone { waitBeforeMs: number | null; waitAfterMs: number | null; throughput: number | null }

const remedy = (action: Remedy['action'], subject: Subject, amount: number, undone: Undone, ...assumptions: Bilingual[]): Remedy => ({
  action, subject, amount,
  predicted: { waitBefore: rounded(undone.waitBeforeMs), waitAfter: rounded(undone.waitAfterMs), throughput: rounded(undone.throughput), clearsInSeconds: null },
  assumptions,
});

const UNKNOWN: Undone = { waitBeforeMs: null, waitAfterMs: null, throughput: null };

export const rollbackTo = (subject: Subject, version: string, undone: Undone): Remedy => remedy('rollback', subject, 1, undone,
  { ko: `이전 버전${version === '' ? '' : ` ${version}`}이 지금의 요청도 전처럼 처리한다고 보았습니다.`, en: `${version === '' ? 'The version before' : `Version ${version}`} treats today's requests as it did before.` });

export const fixDependency = (subject: Subject, undone: Undone): Remedy => remedy('fix_dependency', subject, 1, undone,
  { ko: '호출 시간이 평소로 돌아오고, 그 때문에 생긴 줄도 없어진다고 보았습니다.', en: 'A call takes its usual time again, and the line that it made is gone.' });

export const fixService = (subject: Subject, undone: Undone): Remedy => remedy('fix_dependency', subject, 1, undone,
  { ko: '자체 처리 시간이 평소로 돌아온다고 보았습니다.', en: 'Its own work takes its usual time again.' });

export const fixAnswers = (subject: Subject, undone: Undone): Remedy => remedy('fix_dependency', subject, 1, undone,
  { ko: '호출이 다시 전처럼 응답을 받는다고 보았습니다.', en: 'Calls are answered again as they were before.' });

export const restartInstance = (subject: Subject, undone: Undone): Remedy => remedy('restart_instance', subject, 1, undone,
  { ko: '다시 시작한 인스턴스가 다른 인스턴스만큼 빨라진다고 보았습니다.', en: 'After a restart it is as good as the other instances.' });

export const restartAgent = (subject: Subject): Remedy => remedy('restart_instance', subject, 1, UNKNOWN,
  { ko: '서비스가 아니라 에이전트나 수집 경로가 멈췄다고 보았습니다.', en: 'It is the agent, or the way to the collector, that stands still, not the service.' });

export const correctRule = (subject: Subject): Remedy => remedy('fix_rule', subject, 1, UNKNOWN,
  { ko: '규칙이 실제 요청과 맞지 않는다고 보았습니다.', en: 'The rule does not fit what really happens.' });

export const limitRetries = (subject: Subject, attempts: number, undone: Undone): Remedy => remedy('limit_retries', subject, attempts, undone,
  { ko: '다시 시도하지 않으면 처음 온 요청만 남는다고 보았습니다.', en: 'Without retries only the original requests remain.' });

export const blockDuplicates = (subject: Subject, extraShare: number, undone: Undone): Remedy => remedy('block_duplicates', subject, extraShare, undone,
  { ko: '한 사람이 한 자리만 차지하고, 나머지 접속이 사라진다고 보았습니다.', en: 'One person keeps one place and the other connections go away.' });
