// Every sentence of the commission's site in both languages, with the same keys.
export const TEXTS = {
  ko: {
    skip: '본문으로 건너뛰기', site: '선거 정보 도서관', demoNote: '시연용 사이트입니다. 후보와 정당은 모두 지어낸 것입니다.', progress: '',
    title: '후보자와 공약집', text: '후보자를 골라 공약집(PDF)을 열어 보세요.', open: '공약집 열기 (PDF)', number: (id) => `기호 ${id}번`,
    outcomes: { suspended: '지금은 사이트를 잠시 멈추었습니다.', no_answer: '응답이 없습니다. 잠시 뒤 다시 시도해 주세요.' },
  },
  en: {
    skip: 'Skip to content', site: 'Election library', demoNote: 'A demonstration site. Candidates and parties are made up.', progress: '',
    title: 'Candidates and their booklets', text: 'Choose a candidate to open the booklet (PDF).', open: 'Open the booklet (PDF)', number: (id) => `No. ${id}`,
    outcomes: { suspended: 'The site is paused for the moment.', no_answer: 'There was no answer. Please try again in a moment.' },
  },
};
