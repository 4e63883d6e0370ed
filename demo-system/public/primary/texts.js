// Every sentence of the primary's site in both languages, with the same keys.
export const TEXTS = {
  ko: {
    skip: '본문으로 건너뛰기', site: '당내 경선 온라인 투표', demoNote: '시연용 사이트입니다. 후보와 선거인단은 모두 지어낸 것입니다.', progress: '',
    title: '대통령 후보자 선출 투표', text: '문자로 받으신 선거인 번호와 인증 번호 6자리를 입력하고 한 명에게 투표해 주세요. 투표는 한 번만 할 수 있습니다.',
    voter: '선거인 번호', code: '인증 번호 6자리', legend: '후보자', action: '투표하기', busy: '투표를 기록하고 있습니다…', fill: '예시로 채우기',
    notYet: '투표 시작이 지연되고 있습니다. 준비를 마치는 대로 시작하니 창을 닫지 말고 기다려 주세요.',
    done: { title: '투표가 완료되었습니다', text: '아래 투표 확인 번호로 내 표가 그대로 기록되어 있는지 언제든 확인할 수 있습니다. 누구에게 투표했는지는 이 번호로 알 수 없습니다.', receipt: '투표 확인 번호', check: '기록 확인', found: (sequence) => `${sequence.toLocaleString('ko-KR')}번째 표로 기록되어 있습니다.`, lost: '기록을 찾을 수 없습니다. 선거관리위원회에 알려 주세요.' },
    trail: { title: '감사 기록', holds: (count) => `지금까지 ${count.toLocaleString('ko-KR')}표. 기록 사슬에 이상이 없습니다.`, broken: (at) => `${at}번째 표에서 기록 사슬이 어긋났습니다.`, head: '마지막 사슬값' },
    outcomes: { already_voted: '이미 투표하셨습니다. 투표는 한 사람에 한 번만 할 수 있습니다.', wrong_code: '선거인 번호와 인증 번호가 맞지 않습니다.', not_on_the_roll: '선거인단에 없는 번호입니다.', vote_unavailable: '투표가 지연되고 있습니다. 잠시 뒤 다시 시도해 주세요. 두 번 기록되지 않습니다.', suspended: '아직 투표가 시작되지 않았습니다.', no_answer: '응답이 없습니다. 잠시 뒤 다시 시도해 주세요. 두 번 기록되지 않습니다.' },
  },
  en: {
    skip: 'Skip to content', site: 'Party primary: vote online', demoNote: 'A demonstration site. Candidates and voters are made up.', progress: '',
    title: 'Choose the candidate for president', text: 'Enter the voter number and the six-digit code that you were sent, and vote for one. You can vote once.',
    voter: 'Voter number', code: 'Code, six digits', legend: 'Candidate', action: 'Vote', busy: 'Recording your vote…', fill: 'Fill in an example',
    notYet: 'Voting begins late. It opens as soon as all is ready; please keep this window open.',
    done: { title: 'Your vote is cast', text: 'With the receipt below you can check at any time that your vote stands as it was cast. It does not tell whom you voted for.', receipt: 'Receipt', check: 'Check', found: (sequence) => `It is recorded as vote number ${sequence.toLocaleString('en-GB')}.`, lost: 'It was not found. Please tell the commission.' },
    trail: { title: 'Audit trail', holds: (count) => `${count.toLocaleString('en-GB')} votes so far. The chain holds.`, broken: (at) => `The chain is broken at vote ${at}.`, head: 'Last link' },
    outcomes: { already_voted: 'You have voted already. One person can vote once.', wrong_code: 'Voter number and code do not belong together.', not_on_the_roll: 'This number is not on the roll.', vote_unavailable: 'Voting is delayed. Please try again in a moment; nothing is recorded twice.', suspended: 'Voting has not begun yet.', no_answer: 'There was no answer. Please try again in a moment; nothing is recorded twice.' },
  },
};
