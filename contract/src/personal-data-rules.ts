// What a personal number looks like, and what stands in its place. A rule reads a view in which every digit, hyphen and blank is
// ASCII (`personal-data-view.ts`). Boundaries are ASCII letters and digits: JavaScript's `\b` would not see `M789C1234입니다`, and a
// boundary of digits alone would hit one trace id in five thousand. No checksum ever clears a resident number: since October 2020
// its tail is random. In doubt a number is masked: a corporate number looks the same, and hiding it harms nobody.

export const PERSONAL_DATA_KINDS = ['resident', 'card', 'driver_licence', 'passport', 'phone'] as const;
export type PersonalDataKind = (typeof PERSONAL_DATA_KINDS)[number];

export interface PersonalDataRule {
  kind: PersonalDataKind;
  /** Global; bounded, so that trying it at each position is linear. */
  pattern: RegExp;
  /** The mask, or null where the match is something else. `before` ends with what stands before it: the attribute's key first. */
  mask: (match: RegExpExecArray, before: string) => string | null;
}

const GAP = '[\\s\\-._/+]';
const BEFORE = '(?<![0-9A-Za-z])';
const AFTER = '(?![0-9A-Za-z])';
const bounded = (pattern: string): RegExp => new RegExp(`${BEFORE}(?:${pattern})${AFTER}`, 'g');
const digitsOf = (text: string): string => text.replace(/\D/g, '');

/** Names of a time: epoch milliseconds of 2027-01-27 to 2027-06-06 look like birth dates. */
const TIME_NAME = /(?:[tT]ime|[tT]imestamp|TIME|[eE]poch|[uU]nix|[dD]ate|[mM]illis|(?:^|[^A-Za-z0-9])(?:at|ms|ts)|[a-z](?:At|Ms|Ts))["'\]\\]*\s*(?:[:=<>]+\s*\\*["']?)?$/;
const BIRTH_NAME = /birth|dob|resident|rrn|jumin|주민|생년/i;
/** 2017 to 2033. */
const EPOCH_MS = /^1[5-9][0-9]{11}$/;
const LICENCE_WORD = /licen[cs]e|driver|면허|운전/i;
const PASSPORT_WORD = /passport|여권/i;
const PHONE_WORD = /phone|mobile|tel\b|tel[._-]|contact|fax|전화|연락|휴대|핸드폰|팩스/i;
const RESIDENT_WORD = /resident|rrn|jumin|주민|외국인등록/i;

/** Days by month; 29 February is let through in every year, since the century may be guessed wrongly. */
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
function isBirthDate(yymmdd: string): boolean {
  const day = Number(yymmdd.slice(4, 6));
  return day >= 1 && day <= (DAYS[Number(yymmdd.slice(2, 4)) - 1] ?? 0);
}

/** Lengths that cards of an issuer's leading digit have. */
function isCardLength(digits: string): boolean {
  switch (digits[0]) {
    case '2': case '5': return digits.length === 16;
    case '3': return digits.length === 14 || digits.length === 15 || digits.length === 16;
    case '4': return digits.length === 13 || digits.length === 16 || digits.length === 19;
    case '6': return digits.length >= 16;
    default: return false;
  }
}

function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = digit * 2;
    sum += i % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** 주민등록번호 and 외국인등록번호: six digits that are a date, and seven. The birth date stays, since a person reads the trace. */
const resident: PersonalDataRule = {
  kind: 'resident',
  pattern: bounded(`([0-9]{6})${GAP}{0,3}[0-9]{7}`),
  mask: (match, before) => {
    const birth = match[1]!;
    if (!isBirthDate(birth)) return null;
    return EPOCH_MS.test(match[0]) && TIME_NAME.test(before) && !BIRTH_NAME.test(before) ? null : `${birth}-*******`;
  },
};

const card: PersonalDataRule = {
  kind: 'card',
  pattern: bounded(`[2-6][0-9]{12,18}|[2-6][0-9]{3}${GAP}{1,3}[0-9]{6}${GAP}{1,3}[0-9]{4,5}|[2-6][0-9]{3}(?:${GAP}{1,3}[0-9]{4}){2}${GAP}{1,3}[0-9]{1,7}`),
  mask: ([match]) => {
    const digits = digitsOf(match);
    return isCardLength(digits) && passesLuhn(digits) ? `************${digits.slice(-4)}` : null;
  },
};

/** Region, year, number, check digits. */
const driverLicence: PersonalDataRule = {
  kind: 'driver_licence',
  pattern: bounded(`(1[1-9]|2[0-6]|28)(?:${GAP}{1,3}[0-9]{2}${GAP}{1,3}[0-9]{6}${GAP}{1,3}[0-9]{2}|[0-9]{10})`),
  mask: (match, before) => (match[0].length > 12 || LICENCE_WORD.test(before) ? `${match[1]!}-**-******-**` : null),
};

const passport: PersonalDataRule = {
  kind: 'passport',
  pattern: bounded('([MSDmsd])(?:[0-9]{8}|[0-9]{3}[A-Za-z][0-9]{4})'),
  mask: (match, before) => {
    const [whole, letter] = match;
    // `%D8` is half a letter of another script.
    if (before.endsWith('%') || (whole !== whole.toUpperCase() && !PASSPORT_WORD.test(before))) return null;
    return `${letter!}********`;
  },
};

const AREA = '2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70|50[2-8]';
const mobileOrLine = (gap: string): string => `(1[016789])${gap}[0-9]{3,4}${gap}[0-9]{4}|(${AREA})${gap}[2-9][0-9]{2,3}${gap}[0-9]{4}`;

/** 010-1234-5678, 02)123-4567. Bare digits of a land line are masked only where a word says that they are a phone. */
const phone: PersonalDataRule = {
  kind: 'phone',
  pattern: bounded(`0(?:${mobileOrLine('[\\s\\-._/+)]{0,3}')})`),
  mask: (match, before) => {
    const [whole, mobile, area] = match;
    const bare = !/\D/.test(whole);
    if (bare && /[0-9]\.$/.test(before)) return null;
    if (mobile === '10' && digitsOf(whole).length !== 11) return null;
    if (area !== undefined && bare && !PHONE_WORD.test(before)) return null;
    return `0${mobile ?? area}-****-****`;
  },
};

/** +82 10-1234-5678, 82 (0)10…, and 821012345678 of a mobile phone. */
const phoneFromAbroad: PersonalDataRule = {
  kind: 'phone',
  pattern: bounded(`(00)?82${GAP}{0,3}(?:\\(0\\)|0)?${GAP}{0,3}(?:${mobileOrLine(`${GAP}{0,3}`)})`),
  mask: (match, before) => {
    const [whole, international, mobile, area] = match;
    if (mobile === '10' && digitsOf(whole).replace(/^(?:00)?820?/, '').length !== 10) return null;
    const bare = !/\D/.test(whole) && international === undefined && !before.endsWith('+');
    return bare && (area !== undefined || /[0-9]\.$/.test(before)) ? null : `${international ?? ''}82-${mobile ?? area}-****-****`;
  },
};

/** In this order: of two that overlap, the earlier rule's mask is written. */
export const PERSONAL_DATA_RULES: readonly PersonalDataRule[] = [resident, card, driverLicence, phone, phoneFromAbroad, passport];

/**
 * An integer as the resident number it may be: as a number one born in 2000 to 2009 has lost its leading zeros. Twelve digits are taken
 * for one when the seventh of thirteen says 2000s and the name is not one of a size or a time; fewer only where the name says so.
 */
export function residentNumberOfInteger(digits: string, key: string): string | null {
  if (digits.length > 12 || digits.length < 10) return null;
  const padded = digits.padStart(13, '0');
  if (!isBirthDate(padded.slice(0, 6)) || !/[3478]/.test(padded[6]!)) return null;
  if (RESIDENT_WORD.test(key)) return padded;
  return digits.length === 12 && !TIME_NAME.test(key) && !/bytes|size|nano|[._-]ns$|duration|count|total|memory|disk/i.test(key) ? padded : null;
}
