// What a person reads when a sign-in by a provider does not end well: what it means and what to do, by the code of the error. Nothing of
// the request is in it; the number leads the administrator to the reason in the log.
import type { Bilingual, ErrorCode } from '@narrows/contract';

const FAILED: [Bilingual, Bilingual] = [
  { ko: '통합 로그인을 마치지 못했습니다', en: 'The sign-in did not come to its end' },
  { ko: '10분이 넘었거나, 다른 브라우저에서 시작했거나, 로그인 서버가 거절했습니다. 처음부터 다시 로그인하세요. 계속되면 아래 번호를 플랫폼 관리자에게 알려 주세요.', en: 'It took longer than ten minutes, was begun in another browser, or the sign-in server refused it. Begin again. If it goes on, tell the platform administrator the number below.' },
];

const FAULTS: Partial<Record<ErrorCode, [Bilingual, Bilingual]>> = {
  SIGN_ON_NO_ROLE: [
    { ko: '로그인은 되었지만 아직 권한이 없습니다', en: 'You are signed in, and have no role here yet' },
    { ko: '기관 관리자에게 초대 링크를 요청하거나, 로그인 서버 관리자에게 Narrows를 쓰는 그룹에 넣어 달라고 하세요. 그런 다음 다시 로그인하세요.', en: 'Ask the agency’s administrator for an invitation link, or the administrator of the sign-in server for the group that uses Narrows. Then sign in again.' },
  ],
  SIGN_ON_UNAVAILABLE: [
    { ko: '로그인 서버에 연결할 수 없습니다', en: 'The sign-in server does not answer' },
    { ko: '잠시 뒤에 다시 하거나, 계정이 있으면 비밀번호로 로그인하세요. 관리자는 NARROWS_SIGN_ON 파일의 issuer와 caFile, 네트워크 경로를 확인하세요.', en: 'Try again in a while, or log in by password if you have an account. Administrators: check issuer and caFile in the file of NARROWS_SIGN_ON, and the way there.' },
  ],
  SIGN_ON_TAKEN: [
    { ko: '이미 다른 계정과 연결되어 있습니다', en: 'It is connected with another account already' },
    { ko: '통합 로그인으로 들어온 다음 그 계정에서 연결을 끊거나, 지금 계정의 연결을 먼저 끊으세요.', en: 'Sign in by the provider and disconnect that account, or disconnect this one first.' },
  ],
  INVITATION_USED: [
    { ko: '더 이상 쓸 수 없는 초대입니다', en: 'This invitation no longer works' },
    { ko: '이미 썼거나 기한이 지났습니다. 보낸 사람에게 새 초대 링크를 요청하세요.', en: 'It was used already, or has expired. Ask whoever sent it for another.' },
  ],
  FORBIDDEN: [
    { ko: '이 로그인 서버로는 할 수 없습니다', en: 'Not by this sign-in server' },
    { ko: '한 기관의 로그인 서버는 그 기관에만 쓸 수 있습니다. 다른 방법으로 로그인하세요.', en: 'The sign-in server of one agency is good for that agency only. Log in another way.' },
  ],
  NOT_FOUND: [
    { ko: '그런 로그인 서버가 없습니다', en: 'There is no such sign-in server' },
    { ko: '주소가 바뀌었을 수 있습니다. 로그인 화면에서 다시 선택하세요.', en: 'Its address may have changed. Choose it again on the login page.' },
  ],
};

/** As `page` takes it. */
export function faultPage(code: ErrorCode, requestId: string): [Bilingual, Bilingual, string, { href: string; words: Bilingual }] {
  const [heading, sentence] = FAULTS[code] ?? FAILED;
  return [heading, sentence, requestId, { href: '/', words: { ko: '로그인 화면으로', en: 'To the login page' } }];
}
