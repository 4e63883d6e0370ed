// The values of attributes that nearly all spans have, as Native strings: clean ASCII, small integers, booleans, positive
// decimals below a billion. Everything else returns false and is the host's: it cuts, masks, repairs, and writes arrays and maps as JSON.
// Whether a number of a person may stand in a text is asked of the host too, unless it has too few digits for any.
import { pushDouble } from './double';
import { Bytes, copy } from './memory';
import { MALFORMED, value as varintValue, varint } from './wire';

/** Longer ones are the host's. */
const TEXT_BYTES_MAX: u32 = 2_048;
/** Whatever is masked has seven digits, and each spelling of a digit has one of these in it; four in a row, unless something is escaped. */
const DIGITS_MIN: i32 = 7;
/** From here on an integer may be somebody's number. */
const INTEGER_MAX: u64 = 1_000_000_000;
/** With at most four decimals and below this, the shortest text of a number needs no search. */
const SHORT_DECIMAL_MAX: f64 = 100_000;
const DECIMALS: i32 = 4;
const SCALE: f64 = 10_000;
const ZERO: i32 = 48;

/** The first look: false where there is certainly no personal number. */
@external("host", "mayHoldNumber")
declare function mayHoldNumber(at: u32, end: u32): bool;

/** Sixteen bytes of ones and sixteen of zeros: from 16 − n on, a mask of the first n bytes. */
const MASKS = memory.data<u8>([255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

/** Append the AnyValue at [at, end) to `out`; false, with nothing appended, where it is not one of the plain ones. */
export function pushValue(out: Bytes, at: u32, end: u32): bool {
  if (at == end) {
    out.reserve(1);
    store<u8>(out.start + out.length++, 0);
    return true;
  }
  switch (load<u8>(at)) {
    case 0x0a: return pushTextField(out, at + 1, end);
    case 0x10: return end - at == 2 && pushBool(out, load<u8>(at + 1));
    case 0x18: {
      if (varint(at + 1, end) != end || varintValue >= INTEGER_MAX) return false;
      out.reserve(16);
      pushDigits(out, <u32>varintValue);
      return true;
    }
    case 0x21: return end - at == 9 && (pushShortDecimal(out, load<f64>(at + 1)) || pushDouble(out, load<f64>(at + 1)));
    default: return false;
  }
}

/** `at` stands at the length. */
function pushTextField(out: Bytes, at: u32, end: u32): bool {
  if (at >= end) return false;
  let length: u32 = load<u8>(at++);
  if (length >= 128) {
    if (at >= end) return false;
    const high: u32 = load<u8>(at++);
    if (high >= 128) return false;
    length = (length & 127) | high << 7;
  }
  return at + length == end && pushText(out, at, length);
}

function pushText(out: Bytes, from: u32, length: u32): bool {
  if (length > TEXT_BYTES_MAX) return false;
  out.reserve(length + 2);
  let to = out.start + out.length;
  if (length < 128) store<u8>(to++, length);
  else {
    store<u16>(to, (length & 127) | 128 | (length >>> 7) << 8);
    to += 2;
  }
  let digits: i32 = 0;
  let row: i32 = 0;
  let fours: i32 = 0;
  let beyondAscii = i8x16.splat(0);
  for (let done: u32 = 0; done < length; done += 16) {
    const bytes = v128.load(from + done);
    v128.store(to + done, bytes);
    const counted = length - done < 16 ? v128.and(bytes, v128.load(MASKS + 16 - (length - done))) : bytes;
    beyondAscii = v128.or(beyondAscii, counted);
    // A bit for each digit, behind those of the last three bytes before.
    row = row >>> 16 | i8x16.bitmask(i8x16.lt_u(i8x16.sub(counted, i8x16.splat(0x30)), i8x16.splat(10))) << 3;
    digits += popcnt(row >>> 3);
    fours |= row & row >>> 1 & row >>> 2 & row >>> 3;
  }
  if (i8x16.bitmask(beyondAscii) != 0) return false;
  if (digits >= DIGITS_MIN && (fours != 0 || hasEscape(from, length)) && mayHoldNumber(from, from + length)) return false;
  out.length = to + length - out.start;
  return true;
}

/** A sign of what stands for another one: `%`, `&`, `\\`. */
function hasEscape(from: u32, length: u32): bool {
  for (let at = from; at < from + length; at++) {
    const byte = load<u8>(at);
    if (byte == 0x25 || byte == 0x26 || byte == 0x5c) return true;
  }
  return false;
}

function pushBool(out: Bytes, byte: u8): bool {
  if (byte > 1) return false;
  out.reserve(8);
  const to = out.start + out.length;
  store<u8>(to, 5 - byte);
  store<u32>(to + 1, byte == 1 ? 0x65757274 : 0x736c6166); // "true", "fals"
  store<u8>(to + 5, 0x65);
  out.length += 6 - <u32>byte;
  return true;
}

function pushDigits(out: Bytes, number: u32): void {
  let digits: u32 = 1;
  for (let bound: u32 = 10; digits < 9 && number >= bound; bound *= 10) digits++;
  const to = out.start + out.length;
  store<u8>(to, digits);
  for (let at = to + digits; at > to; at--, number /= 10) store<u8>(at, ZERO + number % 10);
  out.length += digits + 1;
}

/** The text is that of `String(value)` in JavaScript. */
function pushShortDecimal(out: Bytes, value: f64): bool {
  if (value == 0) { // nothing was waited for: the most frequent of all
    out.reserve(16);
    pushDigits(out, 0);
    return true;
  }
  if (!(value >= 0.001 && value < SHORT_DECIMAL_MAX)) return false; // smaller ones are written with an exponent
  let rest = <i32>floor(value * SCALE + 0.5);
  if (<f64>rest / SCALE != value) return false;
  let decimals = DECIMALS;
  while (decimals > 0 && rest % 10 == 0) { rest /= 10; decimals--; }
  const whole = <i32>value;
  const wholeDigits = whole < 10 ? 1 : whole < 100 ? 2 : whole < 1_000 ? 3 : whole < 10_000 ? 4 : 5;
  const length = wholeDigits + (decimals > 0 ? decimals + 1 : 0);
  out.reserve(16);
  const to = out.start + out.length;
  store<u8>(to, length);
  for (let i = 0, at = to + length; i < length; i++, at--) {
    if (decimals > 0 && i == decimals) { store<u8>(at, 46); continue; }
    store<u8>(at, ZERO + rest % 10);
    rest /= 10;
  }
  out.length += length + 1;
  return true;
}
