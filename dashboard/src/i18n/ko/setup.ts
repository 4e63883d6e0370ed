// 로그인, 온보딩, 설정 화면의 말.
export const setup = {
  login: {
    title: '로그인', login: '아이디(이메일)', password: '비밀번호', code: '인증 코드', codeHint: '휴대전화 인증 앱을 등록한 계정만 입력합니다.', submit: '로그인',
    linkTitle: '처음이거나 계정이 없다면', logout: '로그아웃',
    by: (provider: string) => `${provider} 계정으로 로그인`, orPassword: '또는 이 시스템의 계정으로', orAccount: '또는 새 계정을 만들어',
  },
  invitation: {
    title: (agency: string) => `${agency}에 초대받았습니다`, body: (by: string, role: string, until: string) => `${by}님이 ${role} 역할로 초대했습니다. ${until}까지 쓸 수 있습니다.`, accept: '계정 만들고 들어가기', loading: '초대',
    usedTitle: '더 이상 쓸 수 없는 초대 링크입니다', usedBody: '이미 사용했거나 기간이 지났습니다. 초대한 사람에게 새 링크를 요청하세요.',
  },
  roles: { operator: '운영자', responder: '장애 대응자', vendor: '구축사', 'agency-admin': '기관 관리자', 'platform-admin': '플랫폼 관리자', auditor: '감사자' },
  roleDoes: {
    operator: '현황을 보고 조치를 남깁니다.', responder: '트레이스와 로그까지 봅니다. 열람은 감사 로그에 남습니다.', vendor: '여기에 더해 파이프라인, 알림, 키를 설정합니다.',
    'agency-admin': '사람과 역할, 개인정보, 감사 로그까지 관리합니다.', 'platform-admin': '모든 기관을 만들고 지우고 들어갑니다.', auditor: '현황과 감사 로그만 봅니다.',
  },
  onboarding: {
    title: '기관 온보딩', loading: '온보딩',
    steps: { agency: '기관', key: '수집 키', watch: '무엇을 볼지', first: '첫 데이터', pipeline: '파이프라인', hand: '인계' },
    agencyName: '기관 이름', agencyHint: '화면과 보고서에 보이는 이름입니다.', createAgency: '기관 만들기', current: (name: string, id: string) => `지금 보고 있는 기관: ${name} (명령에서 쓰는 이름: ${id})`, useCurrent: '이 기관으로 계속', other: '새 기관 만들기',
    createKey: '수집 키 만들기', keyOnce: '이 키는 지금 한 번만 표시됩니다. 아래 명령에 이미 들어 있습니다.', keyHave: '이미 만든 키가 있으면 그대로 쓰면 됩니다.', keyNone: '키를 만들면 아래 명령에 채워집니다.',
    service: '서비스 이름', watched: {
      node: 'Node.js (Narrows 에이전트)', java: 'Java', python: 'Python', go: 'Go', dotnet: '.NET', php: 'PHP', ruby: 'Ruby', collector: 'OpenTelemetry Collector', relay: '폐쇄망 (중계기)', hosts: '서버 자원',
    },
    serviceHint: '영문자, 숫자, 점, 밑줄, 붙임표로 80자까지 쓸 수 있습니다.', endpoint: '보낼 주소', endpointWhy: '애플리케이션이 있는 서버에서 수집기로 닿는 주소입니다. 프록시를 거치면 프록시 주소로 바꾸세요.', endpointHint: 'http:// 또는 https://로 시작하는 주소여야 합니다.',
    copy: {
      application: '애플리케이션이 있는 서버에서 그대로 실행하세요.', file: 'narrows.yaml로 저장하고, OpenTelemetry Collector를 원래 설정과 함께 이 파일로 다시 시작하세요. 원래 하던 일은 그대로입니다.',
      relay: '폐쇄망 안에서, 바깥으로 나갈 수 있는 서버에서 그대로 실행하세요.',
    },
    waiting: '첫 데이터를 기다리고 있습니다', waitingForSpan: '지표나 로그가 도착했습니다. 첫 스팬을 기다리고 있습니다', arrived: (service: string) => `${service}에서 첫 데이터가 도착했습니다`, counted: (spans: string, points: string, logs: string) => `스팬 ${spans} · 지표 ${points} · 로그 ${logs}`,
    alsoFrom: '데이터를 보내는 서비스', why: '확인할 것',
    propose: '들어온 트래픽으로 파이프라인 제안받기', proposeAgain: '다시 제안받기', proposing: '제안', nothingToPropose: '아직 제안할 만큼 트랜잭션이 없습니다. 몇 번 사용해 본 뒤 다시 누르세요.', edit: '제안을 그대로 쓰거나 고칠 수 있습니다. 고치면 최근 15분 데이터로 바로 확인됩니다.', save: '이 파이프라인 쓰기', saved: '저장했습니다. 지금부터 들어오는 데이터에 적용됩니다.',
    alerts: '경보 규칙 제안 보기', hand: '인계 점검표', checks: { key: '수집 키가 있다', data: '데이터가 들어온다', pipeline: '파이프라인이 있다', people: '기관 관리자가 초대되었다', clock: '시각이 맞는다' }, live: '라이브로 가기', invite: '사람 초대하기',
  },
  reasons: {
    'nothing-arrived': '아직 아무것도 도착하지 않았습니다. 주소와 포트가 맞는지, 방화벽이 막지 않는지 확인하세요.', 'no-key': '수집 키 없이 들어온 요청이 있습니다. 헤더 x-narrows-key에 키를 넣으세요.',
    'wrong-key': '틀렸거나 만료되거나 폐기된 키로 들어온 요청이 있습니다. 키를 다시 복사하세요.', 'wrong-signal': '이 키에 허용되지 않은 종류의 데이터가 들어왔습니다.', 'wrong-path': '주소가 틀린 요청이 있습니다. 경로는 /v1/traces, /v1/metrics, /v1/logs입니다.',
    'wrong-port': 'gRPC와 HTTP 포트가 바뀌었습니다. gRPC는 4317, HTTP는 4318입니다.', refused: '거절된 요청이 있습니다.', 'no-traces': '지표나 로그만 들어오고 트레이스가 없습니다. 트레이스 내보내기가 켜져 있는지 확인하세요.',
    'clock-off': '보내는 서버의 시각이 맞지 않습니다. NTP를 확인하세요.', 'store-behind': '받은 데이터가 저장소에 들어가기를 기다리고 있습니다. 수집기의 저장소를 확인하세요.', silent: '데이터가 끊겼습니다. 애플리케이션과 네트워크를 확인하세요.',
    'no-pipeline': '데이터는 들어오지만 파이프라인이 아직 없습니다. 아래에서 제안받을 수 있습니다.', 'no-stage-matches': '데이터는 들어오지만 어느 단계에도 맞지 않습니다. 파이프라인의 match를 확인하세요.',
  },
  reasonMore: { requests: (count: string, at: string) => `${count}건 · 마지막 ${at}`, ahead: (service: string, off: string) => `${service}: ${off} 빠름`, behind: (service: string, off: string) => `${service}: ${off} 느림` },
  because: {
    stage: (stage: string, shape: string, spans: string) => `단계 ${stage}: ${shape} (${spans}건)`, order: (by: string) => `순서: ${by} 기준으로 한 사람의 여정에서 평균적으로 나타난 차례`, channel: (stage: string, attribute: string, values: string) => `${stage}의 채널: ${attribute} (${values})`,
    outcome: (attribute: string, values: string) => `결과: ${attribute} (${values})`, person: (attribute: string) => `사람: ${attribute}`, session: (attribute: string) => `세션: ${attribute}`, 'left-out': (shape: string, spans: string) => `뺀 것: ${shape} (${spans}건)`, trace: '트레이스',
  },
  errors: {
    SIGN_ON_TAKEN: '이미 다른 계정과 연결되어 있습니다. 그 연결을 먼저 끊으세요.', SIGN_ON_UNAVAILABLE: '로그인 서버에 연결할 수 없습니다. 잠시 뒤에 다시 하세요.',
    LOGIN_FAILED: '아이디, 비밀번호, 인증 코드 중에 맞지 않는 것이 있습니다. 다섯 번 틀리면 계정이 잠시 잠깁니다.', LOGIN_LOCKED: '여러 번 틀려 계정이 잠겼습니다. 잠시 뒤에 다시 시도하세요.', RATE_LIMITED: '요청이 너무 많습니다. 잠시 뒤에 다시 시도하세요.',
    FORBIDDEN: '이 일을 할 권한이 없습니다. 기관 관리자에게 요청하세요.', CSRF: '화면이 오래되었습니다. 새로 고친 뒤 다시 하세요.', SESSION_REQUIRED: '세션이 끝났습니다. 다시 로그인하세요.', INVITATION_USED: '이미 사용했거나 기간이 지난 초대 링크입니다.', NOT_FOUND: '그런 것이 없습니다. 이미 지워졌을 수 있습니다.',
  } as Record<string, string>,
  requests: {
    title: '개인정보 요청 처리', number: '찾을 번호', numberHint: '저장된 곳에 이 번호가 있는지 찾습니다. 번호는 어디에도 남기지 않습니다.', search: '찾기', absent: '저장된 데이터 어디에도 없습니다.', present: (spans: string, logs: string, points: string) => `발견: 스팬 ${spans} · 로그 ${logs} · 지표 ${points}`,
    pseudonym: '사람 식별자', pseudonymHint: '애플리케이션이 보낸 가명 식별자입니다.', take: '여정 내려받기', delete: '여정 지우기', confirm: '지우려면 식별자를 다시 입력', deleted: (spans: string, logs: string, left: string) => `스팬 ${spans}개, 로그 ${logs}건을 지웠습니다. 남은 행: ${left}`,
  },
  check: { title: '최근 15분 데이터로 확인', loading: '확인', spans: (count: string) => `${count}건`, unmatched: '어느 단계에도 들지 않은 것', mistakes: '고칠 곳', none: '맞는 데이터 없음', ok: '문제없음' },
  settings: {
    title: '설정', sections: { keys: '키', people: '사람', pipelines: '파이프라인', data: '데이터', agencies: '기관', account: '내 계정', audit: '감사 로그' }, loading: '설정', forbidden: '이 화면을 볼 권한이 없습니다. 기관 관리자에게 요청하세요.',
    name: '이름', kind: '종류', created: '만든 때', expires: '만료', revoked: '폐기됨', never: '만료 없음', role: '역할', signals: '신호', all: '전체', actions: '', id: 'ID', zone: '시간대',
    ingest: '수집 키', api: 'API 토큰', days: '유효 기간(일)', daysHint: '비워 두면 폐기할 때까지 유효합니다.', create: '만들기', revoke: '폐기', rotate: '교체', sureRemove: '정말 내보내기', sure: '정말 폐기', once: '지금 한 번만 표시됩니다. 안전한 곳에 보관하세요.', noKeys: '아직 키가 없습니다.', revokedWithin: '폐기한 키는 10초 안에 거절됩니다. 교체하면 이전 키는 24시간 더 쓸 수 있습니다.',
    invite: '초대 링크 만들기', inviteLink: (until: string) => `${until}까지 한 번 쓸 수 있는 링크입니다. 초대할 사람에게 전달하세요.`, remove: '내보내기', noPeople: '아직 계정이 없습니다. 초대 링크를 만들어 전달하세요.', locked: '잠김', withCode: '인증 코드 사용', me: '계정',
    retention: '보관 기간(일)', retentionHint: (days: number) => `비워 두면 수집기 설정(${days}일)을 따릅니다. 더 짧게만 둘 수 있습니다.`, redact: '가림 종류', redactAsCollector: '수집기 설정대로', redactOwn: '직접 고르기', redactHint: '주민등록번호와 외국인등록번호는 항상 가립니다.', kinds: { resident: '주민등록번호', card: '카드 번호', driver_licence: '운전면허 번호', passport: '여권 번호', phone: '전화번호' }, save: '저장', saved: '저장했습니다.', limits: '전송 한도', limitsNone: '수집기 설정을 따릅니다.',
    reports: '가려지거나 바뀐 값', reportsNone: '아직 없습니다.',
    delete: '기관 지우기', deleteBody: '모든 데이터와 설정, 키, 계정 소속을 지우고 증명서를 남깁니다. 되돌릴 수 없습니다.', confirm: '기관 ID', reason: '사유', deleted: (agency: string) => `기관을 지웠습니다: ${agency}. 남은 행: 0`, enter: '들어가기', certificate: '증명서 해시',
    newAccount: '계정 만들기', newAccountBody: '터미널 링크로 들어와 있습니다. 계정을 만들면 다음부터 비밀번호로 로그인할 수 있습니다.', password: '비밀번호', newPassword: '새 비밀번호', current: '지금 비밀번호', passwordHint: '12자 이상', changePassword: '비밀번호 바꾸기', enrol: '인증 앱 등록', enrolBody: '인증 앱으로 그림을 찍고 표시된 여섯 자리를 입력하세요.', code: '여섯 자리 코드', enrolled: '로그인할 때 인증 코드를 묻습니다.', unenrol: '인증 코드 끄기', yours: '내 계정',
    signOn: '통합 로그인', connect: (provider: string) => `${provider} 연결`, connectBody: '연결해 두면 비밀번호 없이도 이 계정으로 들어올 수 있습니다.', connected: '통합 로그인과 연결되어 있습니다. 비밀번호로도 들어올 수 있습니다.', disconnect: '연결 끊기', signOnOnly: '통합 로그인으로만 들어오는 계정입니다. 비밀번호와 인증 코드는 로그인 서버에서 바꿉니다.',
    at: '시각', actor: '누가', action: '무엇을', subject: '대상', origin: '어디서', detail: '내용', holds: (entries: string) => `${entries}건의 사슬이 온전합니다.`, broken: (at: string, what: string) => `${at}번째 기록에서 사슬이 끊겼습니다: ${what}`, what: { changed: '바뀜', missing: '빠짐', unchained: '앞과 이어지지 않음' }, export: '내려받기', exportReason: '내려받는 사유', noEntries: '조건에 맞는 기록이 없습니다.', findActor: '누가', findAction: '무엇을',
    newPipeline: '새 파이프라인', fromFile: '설정 파일에서 온 것입니다. 저장하면 이 기관의 것이 됩니다.', deletePipeline: '지우기', noPipelines: '아직 파이프라인이 없습니다.',
  },
};
