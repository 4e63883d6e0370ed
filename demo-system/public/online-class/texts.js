// Every sentence of the online classes in both languages, with the same keys.
export const TEXTS = {
  ko: {
    skip: '본문으로 건너뛰기', site: '온라인 교실', demoNote: '시연용 사이트입니다. 실제 학생 정보를 입력하지 마세요.', progress: '',
    title: '아침 9시, 수업에 들어가요', text: '사는 지역을 고르고 이름을 적은 뒤 입장해 주세요.', pupil: '이름', region: '지역', action: '교실에 들어가기', busy: '교실에 들어가고 있습니다…',
    done: { title: '출석했습니다', text: '선생님을 기다려 주세요. 곧 수업이 시작됩니다.' },
    outcomes: { queue_full: '들어가려는 학생이 많습니다. 잠시 뒤 다시 눌러 주세요.', queue_timeout: '기다리는 시간이 길어졌습니다. 다시 눌러 주세요.', entrance_failed: '들어가지 못했습니다. 다시 눌러 주세요.', suspended: '지금은 교실이 닫혀 있습니다.', no_answer: '응답이 없습니다. 잠시 뒤 다시 눌러 주세요.' },
  },
  en: {
    skip: 'Skip to content', site: 'Online classroom', demoNote: 'A demonstration site. Do not enter real pupils.', progress: '',
    title: 'Nine o\'clock: come in', text: 'Choose where you live, write your name, and come in.', pupil: 'Name', region: 'Region', action: 'Enter the classroom', busy: 'Entering…',
    done: { title: 'You are in', text: 'Please wait for your teacher. Class begins in a moment.' },
    outcomes: { queue_full: 'Many pupils want to come in. Please try again in a moment.', queue_timeout: 'It took too long. Please try again.', entrance_failed: 'You could not come in. Please try again.', suspended: 'The classroom is closed for the moment.', no_answer: 'There was no answer. Please try again in a moment.' },
  },
};
