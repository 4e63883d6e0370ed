// The first look for personal numbers: bytes go in, "certainly none" or "look closer" comes out. It stands on the path of every
// text of every span, so it allocates nothing and reads every fourth byte until it meets a digit: whatever is masked has four
// digits in a row somewhere, or a spelling in which a digit's bytes come round at least as often. Around a digit it reads the run of
// digits and gaps. It overlooks nothing that `maskPersonalData` masks, but for invisible signs behind every digit or inside an escape,
// and escapes put together of escapes; when it is wrong the other way, that costs time only.

const OTHER = 0;
const LETTER = 1;
/** From here on a byte may belong to a run of digits. */
const DIGIT = 2;
const GAP = 3;
const PERCENT = 4;
const BACKSLASH = 5;
const AMPERSAND = 6;
/** Beyond ASCII, and part of a space, hyphen, dot, full-width sign or something invisible; Hangul is `OTHER`. */
const WIDE = 7;

const ZERO = 48;
/** Shortest text with something to mask: `M123A4567`, `021234567`. */
const TEXT_BYTES_MIN = 9;
/** Between two groups of digits: `%25E2%2580%2593` is one en-dash. */
const GAP_BYTES_MAX = 32;
/** From a letter back to what may have begun the escape that ends with it, or the one before: `\u000aM123`. */
const ESCAPE_BYTES_MAX = 12;
/** The same for one: `%5Cu002d`. */
const SHORT_ESCAPE_BYTES_MAX = 8;
/** Digits of a card or resident number, of a driver licence, of a phone, and of a passport. */
const LONG_DIGITS = 13;
const LICENCE_DIGITS = 12;
const PHONE_DIGITS = 9;
const PASSPORT_DIGITS = 7;

const CLASS = Uint8Array.from({ length: 256 }, (_, byte) => {
  const sign = String.fromCharCode(byte);
  if (/[0-9]/.test(sign)) return DIGIT;
  if (/[A-Za-z]/.test(sign)) return LETTER;
  if (/[\t-\r +\-._/()#;]/.test(sign)) return GAP;
  if (sign === '%') return PERCENT;
  if (sign === '\\') return BACKSLASH;
  if (sign === '&') return AMPERSAND;
  return (byte >= 0x80 && byte <= 0xbf) || byte === 0xc2 || byte === 0xe2 || byte === 0xe3 || byte === 0xef ? WIDE : OTHER;
});
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte - ZERO >>> 0 <= 9;
const isLetter = (byte: number | undefined): boolean => byte !== undefined && (byte | 32) - 97 >>> 0 <= 25;
/** M, S or D, in either case. */
const beginsPassport = (byte: number): boolean => (byte | 32) === 0x6d || (byte | 32) === 0x73 || (byte | 32) === 0x64;
const isAlphanumeric = (byte: number): boolean => CLASS[byte] === DIGIT || CLASS[byte] === LETTER;
/** The same of two hexadecimal digits: `4D`, `6d`, `44`, `64`, `53`, `73`. Who hides the letter is looked at more closely whatever follows. */
const isEncodedPassport = (high: number | undefined, low: number | undefined): boolean =>
  high === 0x34 || high === 0x36 ? (low! | 32) === 0x64 || low === 0x34 : (high === 0x35 || high === 0x37) && low === 0x33;
/** Ｄ, Ｍ, Ｓ, ｄ, ｍ, ｓ behind their 0xEF. */
const isWidePassport = (second: number | undefined, third: number | undefined): boolean =>
  (second === 0xbc && (third === 0xa4 || third === 0xad || third === 0xb3)) || (second === 0xbd && (third === 0x84 || third === 0x8d || third === 0x93));
/** b, f, n, r, t. */
const SHORT_ESCAPES: readonly number[] = [0x62, 0x66, 0x6e, 0x72, 0x74];
/** A digit or a sign, and no letter: `57` or `x39` in bytes[start, end), without allocating as everything here. */
function isDigitOrSign(bytes: Uint8Array, start: number, end: number): boolean {
  const isHexadecimal = (bytes[start]! | 32) === 0x78;
  let code = 0;
  for (let i = start + Number(isHexadecimal); i < end; i++) code = code * (isHexadecimal ? 16 : 10) + (isDigit(bytes[i]) ? bytes[i]! - ZERO : (bytes[i]! | 32) - 87);
  return code < 0x40;
}
const isHex = (byte: number | undefined): boolean => isDigit(byte) || (byte !== undefined && (byte | 32) - 97 >>> 0 <= 5);

/**
 * Bytes other than digits at which a run may have to be read: 0xBC, the middle of every full-width digit, whose three bytes a step of
 * four meets all in turn; and what belongs to `\x39`, `%39` and `&#57;`, of which a step of four may meet no digit.
 */
const MARKS = Uint8Array.from({ length: 256 }, (_, byte) => (byte === 0xbc || '\\x%&#;'.includes(String.fromCharCode(byte)) ? 1 : 0));
function isMark(bytes: Uint8Array, at: number): boolean {
  switch (bytes[at]) {
    case 0x25: return bytes[at + 1] === 0x33 || (bytes[at + 1] === 0x32 && bytes[at + 2] === 0x35); // the % of %3 or %25
    case 0x5c: return bytes[at + 1] === 0x78; // the backslash of \x
    case 0x78: return bytes[at - 1] === 0x5c; // its x
    case 0x26: return bytes[at + 1] === 0x23; // the & of &#
    case 0x23: return bytes[at - 1] === 0x26; // its #
    case 0x3b: return isDigit(bytes[at - 1]); // the ; behind a number
    default: return true;
  }
}

/** Whether bytes[start, end) may hold something to mask. False for nearly all texts; true costs a closer look and promises nothing. */
export function mayHoldPersonalData(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < TEXT_BYTES_MIN) return false;
  let seen = start;
  /** Whether a number may begin at `seen`. */
  let open = true;
  for (let i = start + 3; i < end; i += 4) {
    const byte = bytes[i]!;
    if (byte - ZERO >>> 0 > 9 && (MARKS[byte] === 0 || !isMark(bytes, i))) continue;
    const short = endIfShort(bytes, seen, i, end);
    if (short > 0) {
      seen = short;
      open = !isAlphanumeric(bytes[seen - 1]!);
    } else {
      const at = runStart(bytes, seen, i);
      seen = run.read(bytes, at, i, end, at === seen ? open : !isAlphanumeric(bytes[at - 1]!));
      if (seen === SUSPECT) return true;
      ({ open } = run);
    }
    i = seen - 1;
  }
  return false;
}

/** The end of the plain run of digits and gaps around `hit` if it is too short for anything: `v2`, `10.42.1.7`, `BK00902036/`. Otherwise 0. */
function endIfShort(bytes: Uint8Array, from: number, hit: number, end: number): number {
  if (!isDigit(bytes[hit])) return 0;
  let left = hit;
  while (left > from && CLASS[bytes[left - 1]!]! - DIGIT >>> 0 <= 1) left--;
  let right = left;
  let digits = 0;
  let group = 0;
  let longest = 0;
  for (; right < end; right++) {
    const byteClass = CLASS[bytes[right]!]!;
    if (byteClass === DIGIT) {
      digits++;
      if (++group > longest) longest = group;
    } else if (byteClass === GAP) group = 0;
    else if (byteClass > GAP) return 0;
    else break;
  }
  if (digits >= PHONE_DIGITS && longest >= 4) return 0;
  if (left === from || CLASS[bytes[left - 1]!] === OTHER) return right;
  if (CLASS[bytes[left - 1]!] !== LETTER) return 0;
  // The letter may end an escape, or belong to a passport.
  const limit = Math.max(from, left - SHORT_ESCAPE_BYTES_MAX);
  for (let i = left - 2; i >= limit; i--) if (CLASS[bytes[i]!]! >= PERCENT) return 0;
  const attached = CLASS[bytes[left]!] === DIGIT;
  return attached && (isDigit(bytes[left - 2]) || beginsPassport(bytes[left - 1]!)) ? 0 : right;
}

/** Where the run that holds the digit at `hit` may have begun: back over digits, gaps, escapes, and the letters of a passport. */
function runStart(bytes: Uint8Array, from: number, hit: number): number {
  let at = hit;
  for (;;) {
    while (at > from && CLASS[bytes[at - 1]!]! >= DIGIT) at--;
    if (at === from || CLASS[bytes[at - 1]!] !== LETTER) return at;
    let back = at - 2;
    const limit = Math.max(from, at - ESCAPE_BYTES_MAX);
    while (back >= limit && CLASS[bytes[back]!]! < PERCENT) back--;
    if (back < limit) return Math.max(from, isDigit(bytes[at - 2]) ? at - 5 : at - 1);
    at = back;
  }
}

const SUSPECT = -1;

/** What is known of a run of digits and gaps while it is read. One for the process: a look is never interrupted. */
class DigitRun {
  private bytes: Uint8Array = new Uint8Array(0);
  private end = 0;
  private digits = 0;
  /** Digits in a row: now, and the most of them. */
  private group = 0;
  private longest = 0;
  /** The same from the first group on that begins like a phone number. */
  private phone = 0;
  private phoneLongest = 0;
  private gap = 0;
  /** Something was spelled in another way than plain ASCII. */
  private encoded = false;
  /** M, S or D stands before it. */
  private passport = false;
  /** No ASCII letter or digit stands before the next byte: a number may begin. Known of where the last reading ended, too. */
  open = true;
  /** From behind `%25` to behind `%2520` a group may begin, though the escape's own digits are read as digits too. */
  private groupFrom = 0;
  private groupTo = -1;

  /** Read from `at` until the run around `hit` has ended; returns where, or SUSPECT. */
  read(bytes: Uint8Array, at: number, hit: number, end: number, open: boolean): number {
    this.bytes = bytes;
    this.end = end;
    this.groupTo = -1;
    this.break(open);
    let pos = at;
    while (pos < end) {
      const byte = bytes[pos]!;
      switch (CLASS[byte]) {
        case DIGIT: pos = this.open || this.group > 0 ? this.digit(pos, 1) : this.attached(pos); break;
        case GAP: pos = this.skip(pos, 1); break;
        case WIDE: pos = this.wide(pos); break;
        case PERCENT: pos = this.percent(pos); break;
        case BACKSLASH: pos = this.backslash(pos); break;
        case AMPERSAND: pos = this.entity(pos); break;
        case LETTER: pos = this.letter(pos); break;
        default: this.break(true); pos++;
      }
      if (pos === SUSPECT) return SUSPECT;
      if (this.digits === 0 && !this.passport && pos > hit && pos >= this.groupTo) return pos;
    }
    return end;
  }

  private break(open: boolean): void {
    this.digits = this.group = this.longest = this.phone = this.phoneLongest = this.gap = 0;
    this.encoded = this.passport = false;
    this.open = open;
  }

  /** A digit that is spelled in `length` bytes. */
  private digit(pos: number, length: number): number {
    if (this.phone > 0) this.phone++;
    else if ((this.group === 0 || (pos >= this.groupFrom && pos <= this.groupTo)) && this.beginsPhone(pos)) { this.phone = 1; this.phoneLongest = this.group; }
    this.gap = 0;
    this.digits++;
    const group = ++this.group;
    if (group > this.longest) this.longest = group;
    if (this.phone > 0 && group > this.phoneLongest) this.phoneLongest = group;
    const suspect = (this.digits >= LONG_DIGITS && this.longest >= 4) || (this.digits >= LICENCE_DIGITS && this.longest >= 6)
      || (this.phone >= PHONE_DIGITS && this.phoneLongest >= 4) || ((this.encoded || this.passport) && this.digits >= PASSPORT_DIGITS);
    return suspect ? SUSPECT : pos + length;
  }

  private skip(pos: number, length: number): number {
    this.gap += length;
    this.group = 0;
    if (this.gap > GAP_BYTES_MAX) this.break(true);
    this.open = true;
    return pos + length;
  }

  /** Ends a run, unless it begins a passport number. */
  private letter(pos: number): number {
    const begins = this.open && beginsPassport(this.bytes[pos]!);
    const isFourth = this.passport && this.digits === 3;
    // `M123-M…`: the fourth sign of one or the first of the next, and only one of the two can be followed.
    if (begins && (isFourth || this.isPassport(pos))) return SUSPECT;
    if (isFourth) return pos + 1;
    this.break(begins);
    this.passport = begins;
    return pos + 1;
  }

  /** Digits behind a letter begin no number: `FL048277`. */
  private attached(pos: number): number {
    let at = pos;
    while (at < this.end && isDigit(this.bytes[at])) at++;
    this.break(false);
    return at;
  }

  private encodedDigit(pos: number, length: number): number {
    this.encoded = true;
    return this.digit(pos, length);
  }

  private wide(pos: number): number {
    const { bytes } = this;
    if (this.digits > 0) this.encoded = true;
    if (bytes[pos] === 0xef && bytes[pos + 1] === 0xbc && (bytes[pos + 2]! & 0xf0) === 0x90) return this.encodedDigit(pos, 3);
    if (bytes[pos] === 0xef && isWidePassport(bytes[pos + 1], bytes[pos + 2])) return SUSPECT;
    return this.skip(pos, 1);
  }

  /** `%39`, doubly `%2539`. Other pairs are gaps, but digits of a pair may also be what they look like: `100%900101…`. */
  private percent(pos: number): number {
    const { bytes } = this;
    let at = pos + 1;
    while (bytes[at] === 0x32 && bytes[at + 1] === 0x35 && isHex(bytes[at + 2]) && isHex(bytes[at + 3])) at += 2;
    const high = bytes[at];
    const low = bytes[at + 1];
    if (high === 0x33 && isDigit(low)) return this.encodedDigit(pos, at + 2 - pos);
    if (isEncodedPassport(high, low)) return SUSPECT;
    if (!isHex(high) || !isHex(low)) return this.skip(pos, 1);
    // `%EF` begins full-width signs, letters among them, and the last byte of a full-width digit reads as two digits.
    if ((high! | 32) === 0x65 && (low! | 32) === 0x66) return SUSPECT;
    if (isDigit(high) && isDigit(low)) {
      this.groupFrom = pos + 3;
      this.groupTo = at + 2;
      return this.skip(pos, 1);
    }
    return high === 0x35 && (low! | 32) === 0x63 ? this.backslash(at + 1) : this.skip(pos, at + 2 - pos);
  }

  /** `\u0039`, the full-width `\uff19`, `\x39`, and the short escapes of JSON. */
  private backslash(pos: number): number {
    const { bytes } = this;
    const sign = bytes[pos + 1];
    if (sign === 0x75) {
      if (!(isHex(bytes[pos + 2]) && isHex(bytes[pos + 3]) && isHex(bytes[pos + 4]) && isHex(bytes[pos + 5]))) return this.skip(pos, 2);
      if (isEncodedPassport(bytes[pos + 4], bytes[pos + 5]) || bytes[pos + 2] === 0x66 || bytes[pos + 2] === 0x46) return SUSPECT;
      return (bytes[pos + 4] === 0x33 || bytes[pos + 4] === 0x31) && isDigit(bytes[pos + 5]) ? this.encodedDigit(pos, 6) : this.skip(pos, 6);
    }
    if (sign === 0x78 && isEncodedPassport(bytes[pos + 2], bytes[pos + 3])) return SUSPECT;
    if (sign === 0x78) return bytes[pos + 2] === 0x33 && isDigit(bytes[pos + 3]) ? this.encodedDigit(pos, 4) : this.skip(pos, isHex(bytes[pos + 2]) && isHex(bytes[pos + 3]) ? 4 : 2);
    return this.skip(pos, SHORT_ESCAPES.includes(sign!) ? 2 : 1);
  }

  /** `&#57;`, `&#x39;`, and `&ndash;` as a gap. Any other `&` parts two members of a query. */
  private entity(pos: number): number {
    const { bytes } = this;
    const isNumber = bytes[pos + 1] === 0x23;
    let at = pos + (isNumber ? 2 : 1);
    while (at < pos + 9 && (isLetter(bytes[at]) || (isNumber && isDigit(bytes[at])))) at++;
    if (bytes[at] !== 0x3b) {
      this.break(true);
      return pos + 1;
    }
    this.encoded = true;
    if (isNumber && !isDigitOrSign(bytes, pos + 2, at)) return SUSPECT;
    const next = isNumber ? this.encodedDigit(pos, at + 1 - pos) : this.skip(pos, at + 1 - pos);
    // As it is written, its semicolon stands before what follows.
    this.open = true;
    return next;
  }

  /** 01…07, and Korea's own 82 or 0082. */
  private beginsPhone(pos: number): boolean {
    const { bytes } = this;
    const next = bytes[pos + 1];
    if (bytes[pos] === 0x38) return next === 0x32;
    if (bytes[pos] !== ZERO) return false;
    return (next! >= 0x31 && next! <= 0x37) || (next === ZERO && bytes[pos + 2] === 0x38 && bytes[pos + 3] === 0x32);
  }

  /** `M12345678`, `M123A4567`. */
  private isPassport(pos: number): boolean {
    const { bytes } = this;
    for (let i = 1; i <= 8; i++) {
      const byte = bytes[pos + i];
      if (!isDigit(byte) && !(i === 4 && isLetter(byte))) return false;
    }
    return pos + 8 < this.end;
  }
}
const run = new DigitRun();
