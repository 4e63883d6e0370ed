// Every sentence of the pledge shop in both languages, with the same keys.
export const TEXTS = {
  ko: {
    skip: '본문으로 건너뛰기', site: '공약 쇼핑몰', demoNote: '시연용 사이트입니다. 등장하는 공약과 인물은 모두 지어낸 것입니다.', progress: '',
    title: '오늘의 공약', text: '마음에 드는 공약을 골라 담아 주세요. 값은 받지 않습니다.', like: (count) => `♡ 좋아요 ${count.toLocaleString('ko-KR')}`, liked: (count) => `♥ 좋아요 ${count.toLocaleString('ko-KR')}`,
    outcomes: { already_liked: '이미 담으신 공약입니다.', like_unavailable: '접속이 많아 반영하지 못했습니다. 잠시 뒤 다시 눌러 주세요.', suspended: '지금은 사이트를 잠시 멈추었습니다.', no_answer: '응답이 없습니다. 잠시 뒤 다시 시도해 주세요.' },
  },
  en: {
    skip: 'Skip to content', site: 'Pledge shop', demoNote: 'A demonstration site. All pledges and people are made up.', progress: '',
    title: 'Pledges of the day', text: 'Choose what you like. Nothing costs anything.', like: (count) => `♡ Like ${count.toLocaleString('en-GB')}`, liked: (count) => `♥ Liked ${count.toLocaleString('en-GB')}`,
    outcomes: { already_liked: 'You have liked this one before.', like_unavailable: 'Many people are here, and your like could not be counted. Please try again in a moment.', suspended: 'The site is paused for the moment.', no_answer: 'There was no answer. Please try again in a moment.' },
  },
};
