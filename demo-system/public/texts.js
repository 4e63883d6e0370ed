// Every sentence of the public site in both languages, with the same keys. Functions take numbers.
const number = (language) => (value) => value.toLocaleString(language);
const ko = number('ko-KR');
const en = number('en-GB');

export const TEXTS = {
  ko: {
    skip: '본문으로 건너뛰기',
    site: '예방접종 사전예약',
    demoNote: '시연용 사이트입니다. 실제 개인정보를 입력하지 마세요.',
    progress: '예약 단계',
    steps: { 'waiting-room': '대기', form: '신청서 작성', identity: '본인인증', booking: '기관·시간 선택' },
    start: { title: '예방접종 사전예약', text: '대기 순서에 따라 예약 페이지로 안내해 드립니다.', action: '예약 시작하기' },
    waiting: {
      title: '접속자가 많아 순서대로 안내하고 있습니다',
      ahead: (count) => `내 앞에 ${ko(count)}명`,
      estimate: (seconds) => seconds < 60 ? `예상 대기 시간 약 ${ko(Math.max(1, seconds))}초` : `예상 대기 시간 약 ${ko(Math.ceil(seconds / 60))}분`,
      keep: '창을 닫지 말고 잠시만 기다려 주세요. 차례가 되면 다음 단계로 자동으로 넘어갑니다.',
    },
    form: { title: '신청서 작성', text: '접종 대상인지 확인합니다.', consent: '예방접종 예약을 위한 정보 이용에 동의합니다.', action: '접종 대상 확인', busy: '접종 대상인지 확인하고 있습니다…' },
    details: {
      name: '이름', birth: '생년월일 6자리', birthHint: '예: 640815', phone: '휴대전화 번호', phoneHint: '예: 010-0000-0000', fill: '예시로 채우기', sample: '홍길동',
    },
    identity: {
      title: '본인인증', text: '신호등을 보고 원활한 인증 수단을 고르면 더 빨리 끝납니다.', legend: '인증 수단', action: '인증하기',
      busy: (seconds) => `인증을 진행하고 있습니다… ${ko(seconds)}초`,
    },
    lights: { fine: '원활', busy: '혼잡', stuck: '지연' },
    booking: { title: '의료기관과 시간 선택', text: '예약할 기관과 시간을 골라 주세요.', legend: '예약할 수 있는 시간', seats: (count) => `잔여 ${ko(count)}명`, action: '예약하기', busy: '예약하고 있습니다…', none: '지금은 남은 자리가 없습니다.', again: '다시 불러오기' },
    done: { title: '예약이 완료되었습니다', text: '예약한 시간에 신분증을 가지고 방문해 주세요.', bookingNumber: (id) => `예약 번호 ${id}` },
    ended: { title: '접종 대상이 아닙니다', text: '이미 접종을 마친 것으로 확인되었습니다.' },
    outcomes: {
      thrown_back: '본인인증을 마치지 못했습니다. 처음부터 다시 대기해 주세요.',
      identity_failed: '본인인증을 마치지 못했습니다. 다시 시도하거나 다른 인증 수단을 골라 주세요.',
      blocked_other_device: '이미 다른 기기에서 예약을 진행하고 있습니다. 한 시간 동안은 그 기기에서만 예약할 수 있습니다.',
      already_booked: '이미 예약하셨습니다. 예약은 한 사람에 한 번만 할 수 있습니다.',
      slot_full: '방금 마감된 시간입니다. 다른 시간을 골라 주세요.',
      details_missing: '이름, 생년월일, 휴대전화 번호를 입력해 주세요.',
      eligibility_unavailable: '접종 대상 확인이 지연되고 있습니다. 잠시 뒤 다시 시도해 주세요.',
      booking_unavailable: '예약이 지연되고 있습니다. 잠시 뒤 다시 시도해 주세요.',
      no_answer: '응답이 없습니다. 잠시 뒤 다시 시도해 주세요.',
    },
  },
  en: {
    skip: 'Skip to content',
    site: 'Vaccination booking',
    demoNote: 'A demonstration site. Do not enter real personal data.',
    progress: 'Steps of the booking',
    steps: { 'waiting-room': 'Wait', form: 'Form', identity: 'Verify identity', booking: 'Clinic and time' },
    start: { title: 'Book a vaccination', text: 'You will be let in in the order of arrival.', action: 'Start booking' },
    waiting: {
      title: 'Many people are here; you will be let in in turn',
      ahead: (count) => `${en(count)} ahead of you`,
      estimate: (seconds) => seconds < 60 ? `About ${en(Math.max(1, seconds))} s to go` : `About ${en(Math.ceil(seconds / 60))} min to go`,
      keep: 'Please keep this window open. You will move on by yourself when it is your turn.',
    },
    form: { title: 'Fill in the form', text: 'We check whether you may be vaccinated now.', consent: 'I agree that this information is used for the booking.', action: 'Check eligibility', busy: 'Checking eligibility…' },
    details: { name: 'Name', birth: 'Date of birth, six digits', birthHint: 'e.g. 640815', phone: 'Mobile number', phoneHint: 'e.g. 010-0000-0000', fill: 'Fill in an example', sample: 'Hong Gildong' },
    identity: {
      title: 'Verify your identity', text: 'A channel with a green light is done sooner.', legend: 'Channel', action: 'Verify',
      busy: (seconds) => `Verifying… ${en(seconds)} s`,
    },
    lights: { fine: 'Free', busy: 'Busy', stuck: 'Delayed' },
    booking: { title: 'Choose a clinic and a time', text: 'Which clinic, and when?', legend: 'Times with seats left', seats: (count) => `${en(count)} left`, action: 'Book', busy: 'Booking…', none: 'No seats are left at the moment.', again: 'Look again' },
    done: { title: 'Your booking is made', text: 'Please come at the time you booked and bring your ID card.', bookingNumber: (id) => `Booking number ${id}` },
    ended: { title: 'You cannot book', text: 'Our records say that you have been vaccinated already.' },
    outcomes: {
      thrown_back: 'Your identity could not be verified. You have to wait in line again from the start.',
      identity_failed: 'Your identity could not be verified. Try again, or choose another channel.',
      blocked_other_device: 'You are booking on another device already. For one hour only that device can go on.',
      already_booked: 'You have a booking already. One person can book once.',
      slot_full: 'This time has just been taken. Please choose another.',
      details_missing: 'Please enter your name, date of birth and mobile number.',
      eligibility_unavailable: 'The eligibility check is delayed. Please try again in a moment.',
      booking_unavailable: 'Booking is delayed. Please try again in a moment.',
      no_answer: 'There was no answer. Please try again in a moment.',
    },
  },
};
