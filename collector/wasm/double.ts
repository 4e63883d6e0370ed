// The shortest text of a double, as `String(value)` in JavaScript has it, by Raffaello Giulietti's Schubfach ("The Schubfach way to
// render doubles", 2021): of the decimals that round to the value, one with the fewest digits, and of these the closest. Only for
// numbers that are written without an exponent. Powers of ten come from the host, which can count that far.
import { Bytes, allocate } from './memory';

/** Powers of ten from 10^−292 to 10^324, each as two times 63 bits, the higher ones first. */
const POWER_MIN: i32 = -292;
const POWERS: i32 = 617;
export const powersOfTen = <u32>allocate(POWERS * 16);

/** Below, JavaScript writes an exponent; from 10^9 on an integer may be somebody's number. */
const VALUE_MIN: f64 = 1e-6;
const VALUE_MAX: f64 = 1e9;
const FRACTION_BITS: i32 = 52;
const EXPONENT_BIAS: i32 = 1075;
const MASK_63: u64 = 0x7fff_ffff_ffff_ffff;
const ZERO: i32 = 48;
const POINT: i32 = 46;
/** Digits of the number that is being written, the last one first. */
const digits = memory.data(32);

/** Append the text of `value` as a Native string; false, with nothing appended, for a number that is not between the two limits. */
export function pushDouble(out: Bytes, value: f64): bool {
  if (!(value >= VALUE_MIN && value < VALUE_MAX)) return false;
  const bits = reinterpret<u64>(value);
  const fraction = bits & 0xf_ffff_ffff_ffff;
  const binary = <i32>(bits >>> FRACTION_BITS) - EXPONENT_BIAS; // Of a normal number, as all between the limits are.
  decimalOf(fraction | 0x10_0000_0000_0000, binary, fraction == 0);
  let rest = decimal;
  while (rest % 10 == 0) { rest /= 10; exponent++; }
  let count = 0;
  for (; rest > 0; rest /= 10) store<u8>(digits + count++, ZERO + <i32>(rest % 10));
  pushDigits(out, count, count + exponent);
  return true;
}

/** `count` digits, of which so many stand before the point: all of them and zeros, some, or none and zeros behind the point. */
function pushDigits(out: Bytes, count: i32, before: i32): void {
  const length = before >= count ? before : before > 0 ? count + 1 : count + 2 - before;
  out.reserve(40);
  let to = out.start + out.length;
  store<u8>(to++, length);
  if (before <= 0) {
    store<u16>(to, POINT << 8 | ZERO);
    to += 2;
    for (let i = before; i < 0; i++) store<u8>(to++, ZERO);
  }
  for (let i = 0; i < count; i++) {
    if (i == before && i > 0) store<u8>(to++, POINT);
    store<u8>(to++, load<u8>(digits + count - 1 - i));
  }
  for (let i = count; i < before; i++) store<u8>(to++, ZERO);
  out.length += length + 1;
}

/** What `decimalOf` found: decimal · 10^exponent. */
let decimal: u64 = 0;
let exponent: i32 = 0;

/** The shortest decimal that rounds to c · 2^q; names are the paper's. `isPower`: c is the smallest there is, and the next number below is nearer. */
function decimalOf(c: u64, q: i32, isPower: bool): void {
  const odd = c & 1;
  const cb = c << 2;
  const k = isPower ? <i32>((<i64>q * 661_971_961_083 - 274_743_187_321) >> 41) : <i32>((<i64>q * 661_971_961_083) >> 41);
  const h = q + <i32>((<i64>-k * 913_124_641_741) >> 38) + 2;
  const power = powersOfTen + (-k - POWER_MIN) * 16;
  const vb = product(power, cb << h);
  const vbl = product(power, (cb - (isPower ? 1 : 2)) << h);
  const vbr = product(power, (cb + 2) << h);
  const s = vb >> 2;
  exponent = k;
  if (s >= 100) {
    const sp = s / 10 * 10;
    const tp = sp + 10;
    const isBelow = vbl + odd <= sp << 2;
    const isAbove = (tp << 2) + odd <= vbr;
    if (isBelow != isAbove) {
      decimal = isBelow ? sp : tp;
      return;
    }
  }
  const t = s + 1;
  const isBelow = vbl + odd <= s << 2;
  const isAbove = (t << 2) + odd <= vbr;
  const middle = (s + t) << 1;
  decimal = isBelow != isAbove ? (isBelow ? s : t) : vb < middle || (vb == middle && (s & 1) == 0) ? s : t;
}

/** The product with a power of ten, as far as it counts: rounded to odd. */
function product(power: u32, cp: u64): u64 {
  const g1 = load<u64>(power);
  const x1 = high(load<u64>(power, 8), cp);
  const z = (g1 * cp >>> 1) + x1;
  return high(g1, cp) + (z >>> 63) | ((z & MASK_63) + MASK_63) >>> 63;
}

/** The higher 64 bits of a product of two times 64. */
function high(a: u64, b: u64): u64 {
  const al = a & 0xffff_ffff;
  const ah = a >>> 32;
  const bl = b & 0xffff_ffff;
  const bh = b >>> 32;
  const middle = ah * bl + (al * bl >>> 32);
  return ah * bh + (middle >>> 32) + ((middle & 0xffff_ffff) + al * bh >>> 32);
}
