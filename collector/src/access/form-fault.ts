// What can be wrong with a field of the forms about people, keys and agencies, in both languages: said beside the field, which keeps
// what was typed.
import { NarrowsError } from '@narrows/contract';

const FAULTS = {
  login: { ko: '공백, 따옴표, 쌍점(:) 없이 3~120자로 입력하세요.', en: '3 to 120 characters without spaces, quotation marks or colons.' },
  name: { ko: '1~80자로 입력하세요.', en: '1 to 80 characters.' },
  taken: { ko: '이미 쓰고 있는 값입니다. 다른 값을 입력하세요.', en: 'This is taken already; choose another.' },
  'too-short': { ko: '12자 이상이어야 합니다. 떠올리기 쉬운 문장이 좋습니다.', en: 'At least 12 characters; a sentence that you can remember is good.' },
  'too-long': { ko: '128자까지 쓸 수 있습니다.', en: 'At most 128 characters.' },
  'too-easy': { ko: '너무 쉽게 짐작할 수 있는 비밀번호입니다.', en: 'This password is too easy to guess.' },
  code: { ko: '지금 시각의 인증 코드가 아닙니다. 휴대전화의 시각을 확인하고 새 코드를 입력하세요.', en: 'This is not the code of this moment. Check the clock of the phone and type a new one.' },
  wrong: { ko: '비밀번호가 맞지 않습니다.', en: 'This is not the password.' },
  id: { ko: '영문 소문자, 숫자, 붙임표로 63자까지 쓸 수 있습니다.', en: 'Small letters, digits and hyphens, at most 63.' },
  zone: { ko: 'Asia/Seoul 같은 IANA 시간대 이름이어야 합니다.', en: 'An IANA time zone such as Asia/Seoul.' },
  unknown: { ko: '이 기관에 그런 이름이 없습니다.', en: 'There is none of this name in this agency.' },
  'too-many': { ko: '더 만들 수 없습니다. 쓰지 않는 것을 먼저 지우세요.', en: 'There are too many already; remove some first.' },
  beyond: { ko: '내가 가진 권한보다 큰 역할은 줄 수 없습니다.', en: 'This role may do more than yours.' },
  platform: { ko: '플랫폼 관리자는 초대로만 지정합니다.', en: 'Platform administrators come by invitation only.' },
  last: { ko: '이 기관의 마지막 관리자입니다. 다른 관리자를 먼저 지정하세요.', en: 'This is the last administrator of the agency; name another first.' },
  digits: { ko: '숫자 6~20자리를 입력하세요. 기호는 있어도 됩니다.', en: '6 to 20 digits, with or without signs between them.' },
  pseudonym: { ko: '지우려는 사람의 식별자를 그대로 다시 입력하세요.', en: 'Type the pseudonym once more.' },
  confirm: { ko: '기관 ID를 그대로 입력하세요.', en: 'Type the id of the agency.' },
  'only-way': { ko: '비밀번호가 없는 계정이라 연결을 끊으면 들어올 수 없게 됩니다.', en: 'This account has no password: without the connection nobody could come in by it.' },
  current: { ko: '지금 이 기관을 보고 있습니다. 다른 기관으로 옮긴 뒤 지우세요.', en: 'You are in this agency now; go to another first.' },
} as const;
export type Fault = keyof typeof FAULTS;

/** FORM_INVALID for one field. */
export function formFault(field: string, fault: Fault): NarrowsError {
  return new NarrowsError('FORM_INVALID', `${field}: ${FAULTS[fault].en}`, { fields: [{ field, ...FAULTS[fault] }] });
}
