// Finds and masks resident registration numbers and payment card numbers before anything leaves decode. Most values cost
// one look at every fourth byte: whatever is to be masked holds four digits in a row. The rules are those of "Personal data
// patterns": a valid date and 13 digits, never a checksum (since October 2020 the tail is random); for cards IIN and Luhn.
// When in doubt a number is masked: a corporate number looks the same, and hiding it harms nobody.

const ZERO = 48;
const PERCENT = 37;
const isDigit = (byte: number): boolean => byte - ZERO >>> 0 <= 9;
const isLetter = (byte: number): boolean => (byte | 32) - 97 >>> 0 <= 25;
/** Bytes that may stand between digits: blank, tab, newline, `+`, `-`, `%`, `_` and everything beyond ASCII. */
const isGap = (byte: number): boolean => byte >= 128 || byte === 32 || (byte >= 9 && byte <= 13) || byte === 43 || byte === 45 || byte === PERCENT || byte === 95;
/** `%E2%80%90`, the longest spelling of one hyphen. */
const GAP_BYTES_MAX = 9;
/** The shortest number that is masked. */
const DIGITS_MIN = 13;

/** Whether a text may hold a number to mask. False for nearly all values; true costs a closer look and promises nothing. */
export function mayHoldPersonalNumber(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < DIGITS_MIN) return false;
  for (let i = start + 3; i < end; i += 4) {
    const byte = bytes[i]!;
    // 0xBC is the middle byte of every full-width digit; those are 3 bytes long, so a step of 4 meets it within three.
    if (isDigit(byte) || byte === 0xbc) return hasLongRun(bytes, start, end);
  }
  return false;
}

function hasLongRun(bytes: Uint8Array, start: number, end: number): boolean {
  let digits = 0;
  let gap = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (isDigit(byte) || (byte === 0xbc && bytes[i - 1] === 0xef)) {
      gap = 0;
      if (++digits >= DIGITS_MIN) return true;
    } else if (digits > 0) {
      const escaped = isLetter(byte) && (bytes[i - 1] === PERCENT || bytes[i - 2] === PERCENT);
      if (!(escaped || isGap(byte)) || ++gap > GAP_BYTES_MAX) digits = 0;
    }
  }
  return false;
}

const DIGIT = '(?:[0-9\\uFF10-\\uFF19]|%3[0-9])';
const SEPARATOR = '(?:[\\s+_\\-\\u2010-\\u2015\\u2212\\uFF0D]|%20|%2[dD]|%09|%0[aAdD]|%E2%80%9[0-5])';
// ASCII letters and digits bound a number, but for the last letter of an escape: `rrn%3D900101…`, `\n900101…`.
const BEFORE = '(?:(?<![0-9A-Za-z\\uFF10-\\uFF19])|(?<=%(?!3[0-9])[0-9A-Fa-f]{2})|(?<=\\\\[bfnrt])|(?<=\\\\u[0-9A-Fa-f]{4}))';
const AFTER = '(?![0-9A-Za-z\\uFF10-\\uFF19]|%3[0-9])';
const RESIDENT_NUMBER = new RegExp(`${BEFORE}(${DIGIT}{6})${SEPARATOR}{0,3}${DIGIT}{7}${AFTER}`, 'g');
const CARD_NUMBER = new RegExp(`${BEFORE}(?:${DIGIT}{13,19}|(?:${DIGIT}{4}${SEPARATOR}){3}${DIGIT}{1,7}|${DIGIT}{4}${SEPARATOR}${DIGIT}{6}${SEPARATOR}${DIGIT}{4,5})${AFTER}`, 'g');
const SEPARATORS = new RegExp(SEPARATOR, 'g');

/** Fields that say by their name that they hold a time: epoch milliseconds of 2027-01-27 to 2027-06-06 look like birth dates. */
const TIME_KEY = /(time|timestamp|epoch|unix|date|[._-](at|ms|ts|millis))$/i;
const EPOCH_MS = /^[0-9]{13}$/;

const plainDigits = (text: string): string => text
  .replace(/%3([0-9])/g, '$1')
  .replace(SEPARATORS, '')
  .replace(/[\uFF10-\uFF19]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xff10 + ZERO));

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
    const digit = digits.charCodeAt(digits.length - 1 - i) - ZERO;
    const doubled = digit * 2;
    sum += i % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/**
 * The text with resident registration numbers as `900101-*******` and cards as `************1234`, or the very same
 * string where there are none. `key` is the attribute's: a bare epoch under a name of a time is left alone.
 */
export function maskPersonalNumbers(text: string, key: string): string {
  if (EPOCH_MS.test(text) && TIME_KEY.test(key)) return text;
  return text
    .replace(RESIDENT_NUMBER, (match, birth: string) => {
      const digits = plainDigits(birth);
      return isBirthDate(digits) ? `${digits}-*******` : match;
    })
    .replace(CARD_NUMBER, (match) => {
      const digits = plainDigits(match);
      return isCardLength(digits) && passesLuhn(digits) ? `************${digits.slice(-4)}` : match;
    });
}
