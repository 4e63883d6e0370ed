// Every sentence of the control desk in both languages, with the same keys.
export const TEXTS = {
  ko: {
    skip: '본문으로 건너뛰기', site: '시연 조종실', people: '사람들', active: '지금 일어나고 있는 장애', faults: '장애 일으키기', operations: '운영 조치',
    counts: { arrived: '방문', booked: '완료', gaveUp: '포기', thrownBack: '처음으로 되돌아감', inLine: '줄 선 사람', placesInLine: '줄의 자리(기기)', sessionsLost: '세션 유실', unanswered: '응답 없음' },
    none: '일으킨 장애가 없습니다.', start: '시작', stop: '끝내기', stopAll: '모두 끝내기', target: '대상', seconds: '지속 시간(초, 비우면 끝낼 때까지)', amount: (unit) => `세기 (${unit})`,
    since: (time) => `${time}부터`, gone: '시연이 응답하지 않습니다. 끝났을 수 있습니다.', open: '공개 사이트 열기', apply: '적용',
    units: { times: '배', 'share of errors, the rest hangs': '오류 비율, 나머지는 무응답', 'ms a connection is kept': '커넥션을 쥐는 시간 ms', 'ms the lock is held each time': '락을 잡는 시간 ms', 'times a request is sent': '요청 반복 횟수', 'share of the time it is stopped': '멈춰 있는 시간 비율', 'ms of every second': '1초 중 멈추는 ms', 'MiB a second': '초당 MiB', 'ms a request': '요청당 ms', 'requests a second': '초당 요청', 'devices a person': '1인당 기기 수', 'years the clock is behind': '시계가 늦은 햇수', 'share of requests': '요청 비율' },
    forms: { servers: ['서버 수 바꾸기', '서비스의 인스턴스를 늘리거나 줄입니다.', '서비스', '서버 수'], capacity: ['채널 용량 바꾸기', '인증 채널에 작업자를 더 붙입니다.', '채널', '작업자 수'], order: ['채널 순서 바꾸기', '공개 페이지 목록의 맨 앞에 둘 채널입니다. 빈칸으로 구분합니다.', '채널들'], gate: ['대기실 유입 조절', '대기실에서 초당 들여보내는 사람 수입니다.', '초당 인원'], suspend: ['이용 중단', '모든 이용자에게 중단을 안내합니다.'], reopen: ['이용 재개', '중단했던 서비스를 다시 엽니다.'] },
  },
  en: {
    skip: 'Skip to content', site: 'Control desk of the demo', people: 'People', active: 'Broken now', faults: 'Break something', operations: 'Operations',
    counts: { arrived: 'Arrived', booked: 'Served', gaveUp: 'Gave up', thrownBack: 'Thrown back', inLine: 'People in line', placesInLine: 'Places (devices)', sessionsLost: 'Sessions lost', unanswered: 'Unanswered' },
    none: 'Nothing has been broken.', start: 'Start', stop: 'End', stopAll: 'End all', target: 'Target', seconds: 'For how many seconds (blank: until it is ended)', amount: (unit) => `Strength (${unit})`,
    since: (time) => `since ${time}`, gone: 'The demo does not answer; it may have ended.', open: 'Open the public site', apply: 'Apply',
    units: {},
    forms: { servers: ['Servers', 'More instances of a service, or fewer.', 'Service', 'Servers'], capacity: ['Capacity of a channel', 'More workers for a channel of identity verification.', 'Channel', 'Workers'], order: ['Order of the channels', 'These come first in the public list; separate them by spaces.', 'Channels'], gate: ['Gate of the waiting room', 'How many people are let in a second.', 'People a second'], suspend: ['Suspend', 'Everybody is told that the service is suspended.'], reopen: ['Reopen', 'Open what was suspended.'] },
  },
};
