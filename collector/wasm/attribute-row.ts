// The attributes of one span as a row of a map column: positions in the body go in, key indexes and values come out.
// Remembered are the attributes of the last spans by what they are like: spans of one operation have the same keys in the same
// order, and most of their values too. The next span is compared with the last of its kind attribute by attribute, byte by
// byte; whatever is equal is taken over without being read, many neighbours in one copy. Direct-mapped: spans of another kind may
// fall on the same place and replace what is there, so hostile input makes the memo useless but never slow.
import { Bytes, allocate, copy, same } from './memory';
import { pushValue } from './value';
import { MALFORMED, shortVarint, value as varintValue } from './wire';

const KINDS: u32 = 256;
/** Attributes beyond are read each time. */
const ATTRIBUTES_MAX: u32 = 48;
/** Places for keys: a power of two, of which `knownKeyOf` takes the highest bits. */
const KNOWN_KEYS: u32 = 1_024;
/** Two numbers, tag, length and 127 bytes, and what a copy of sixteen bytes at a time writes behind. */
const KNOWN_KEY_BYTES: u32 = 160;
/** Keys with higher numbers are the host's; it has this as KEPT_KEYS_MAX. */
const NUMBERS_MAX: u32 = 1_024;
const PLACED_KEY_BYTES: u32 = 12;
/** How far apart the remembered attributes lie. */
const MEMO_BYTES: u32 = 28;
/** Of an attribute whose text was changed, in place of a length: it is changed, and counted, each time it comes. */
const KEY_ONLY: u32 = 0xffff_ffff;

/** Where an attribute stands in the body, its key, who asks for it, and its text among the values. */
@unmanaged
class Remembered {
  start: u32;
  length: u32;
  /** Of the key's field, where the key is short and the value ends the attribute; 0 for any other. */
  keyLength: u32;
  key: u32;
  slot: i32;
  valueFrom: u32;
  valueTo: u32;
}

/** A key that stays known from one request to the next; the bytes of its field are behind it. */
@unmanaged
class KnownKey {
  length: u32;
  /** In the host's book of keys. */
  number: u32;
}

/** What a key of the book is in a request. */
@unmanaged
class PlacedKey {
  request: u32;
  key: u32;
  slot: i32;
}

/** Read an attribute in all its forms: its text goes to `values` by way of `room`, what its key is to `setKey`. Returns twice its key, odd where the text was changed. */
@external("host", "attribute")
declare function attribute(start: u32, end: u32): u32;

/** Give a key of the book its index in this request, its slot to `setKey`. */
@external("host", "placeKey")
declare function placeKey(number: u32): u32;

export const values = changetype<Bytes>(memory.data(12));
/** Key of each attribute, 32 bits. */
export const keys = changetype<Bytes>(memory.data(12));
const memo = allocate(KINDS * ATTRIBUTES_MAX * MEMO_BYTES);
const counts = memory.data(256);
/** Keys by some of their bytes, so that an attribute that comes for the first time has to ask for none that another had, in this request or one before. */
const knownKeys = allocate(KNOWN_KEYS * KNOWN_KEY_BYTES);
/** By their numbers. */
const placedKeys = allocate(NUMBERS_MAX * PLACED_KEY_BYTES);
let request: u32 = 0;
/** Starts, ends and stamps of the values that somebody asks for. */
let slots: u32 = 0;
let slotCount: u32 = 0;
let slotOfLast: i32 = -1;
let numberOfLast: u32 = 0;

export function setKey(number: u32, slot: i32): void {
  numberOfLast = number;
  slotOfLast = slot;
}
export function roomForSlots(count: u32): u32 {
  if (count > slotCount) {
    slots = <u32>allocate(count * 12);
    slotCount = count;
  }
  return slots;
}

/** Forget all but the known keys: another body. */
export function clearRows(): void {
  values.length = keys.length = 0;
  memory.fill(counts, 0, KINDS);
  if (++request == 0) { // After days: what was placed in the first requests must not seem to be of these.
    memory.fill(placedKeys, 0, NUMBERS_MAX * PLACED_KEY_BYTES);
    request = 1;
  }
}

/** The book was emptied: its numbers stand for other keys. */
export function forgetKeys(): void { memory.fill(knownKeys, 0, KNOWN_KEYS * KNOWN_KEY_BYTES); }

/** Append the first `count` attributes at `positions`. `likeness`: the same for spans that have like attributes. */
export function pushRow(positions: u32, count: u32, likeness: u32, stamp: i32): void {
  const kind = (likeness * 0x9e37_79b1) >>> 24;
  const known: u32 = load<u8>(counts + kind);
  const room = min(count, ATTRIBUTES_MAX);
  let remembered = changetype<Remembered>(memo + kind * ATTRIBUTES_MAX * MEMO_BYTES);
  keys.reserve(count * 4);
  let key = keys.start + keys.length;
  keys.length += count * 4;
  // Values that are taken over stand one behind the other, and are copied when one comes that does not.
  let runFrom: u32 = 0;
  let runTo: u32 = 0;
  for (let i: u32 = 0; i < count; i++, key += 4) {
    const start = load<u32>(positions + i * 8);
    const end = load<u32>(positions + i * 8 + 4);
    if (i < known && remembered.length == end - start && same(start, remembered.start, end - start)) {
      if (remembered.valueFrom != runTo) {
        takeOver(runFrom, runTo);
        runFrom = remembered.valueFrom;
      }
      runTo = remembered.valueTo;
      const from = values.length + remembered.valueFrom - runFrom;
      const to = values.length + runTo - runFrom;
      remembered.start = start;
      remembered.valueFrom = from;
      remembered.valueTo = to;
      store<u32>(key, remembered.key);
      found(remembered.slot, from, to, stamp);
    } else {
      takeOver(runFrom, runTo);
      runFrom = runTo = 0;
      store<u32>(key, read(remembered, i < known, i < room, start, end, stamp));
    }
    if (i < room) remembered = changetype<Remembered>(changetype<usize>(remembered) + MEMO_BYTES);
  }
  takeOver(runFrom, runTo);
  store<u8>(counts + kind, room);
}

/** Append again what stands in [from, to) of the values. */
@inline
function takeOver(from: u32, to: u32): void {
  if (from == to) return;
  values.reserve(to - from);
  copy(values.start + values.length, values.start + from, to - from);
  values.length += to - from;
}

/** Append the value of the attribute at [start, end); returns its key. */
function read(remembered: Remembered, hasKey: bool, remembers: bool, start: u32, end: u32, stamp: i32): u32 {
  const from = values.length;
  const keyEnd = keyEndOf(start, end);
  let isPlain = false;
  let key: u32 = 0;
  let slot: i32 = -1;
  if (hasKey && keyEnd != 0 && remembered.keyLength == keyEnd - start && same(start, remembered.start, keyEnd - start)) {
    key = remembered.key;
    slot = remembered.slot;
    isPlain = pushPlain(keyEnd, end);
  } else if (keyEnd != 0) {
    const known = knownKeyOf(start, keyEnd);
    if (known.length == keyEnd - start && same(start, bytesOf(known), keyEnd - start)) {
      const placed = placedKeyOf(known.number);
      if (placed.request != request) place(placed, placeKey(known.number));
      key = placed.key;
      slot = placed.slot;
      isPlain = pushPlain(keyEnd, end);
    }
  }
  let answer: u32 = 0;
  if (!isPlain) {
    answer = attribute(start, end);
    key = answer >>> 1;
    slot = slotOfLast;
    if (keyEnd != 0 && numberOfLast < NUMBERS_MAX) learn(start, keyEnd, key);
  }
  if (remembers) {
    remembered.start = start;
    remembered.length = (answer & 1) == 0 ? end - start : KEY_ONLY;
    remembered.keyLength = keyEnd == 0 ? 0 : keyEnd - start;
    remembered.key = key;
    remembered.slot = slot;
    remembered.valueFrom = from;
    remembered.valueTo = values.length;
  }
  found(slot, from, values.length, stamp);
  return key;
}

/** Where the value's field begins in an attribute that is a short key and then a value; 0 for any other, such as one that has a second key behind. */
@inline
function keyEndOf(start: u32, end: u32): u32 {
  if (end - start < 4 || load<u8>(start) != 0x0a || load<u8>(start + 1) >= 128) return 0;
  const keyEnd = start + 2 + load<u8>(start + 1);
  return keyEnd + 1 < end && load<u8>(keyEnd) == 0x12 && valueOf(keyEnd, end) != MALFORMED ? keyEnd : 0;
}

/** Where the value begins whose field begins at `at` and ends the attribute. */
@inline
function valueOf(at: u32, end: u32): u32 {
  const length: u32 = load<u8>(at + 1);
  if (length < 128) return at + 2 + length == end ? at + 2 : MALFORMED;
  const valueAt = shortVarint(at + 1, end);
  return valueAt != MALFORMED && valueAt + <u32>varintValue == end ? valueAt : MALFORMED;
}

/** Append the value whose field begins at `at` and ends the attribute, if it is a plain one. */
@inline
function pushPlain(at: u32, end: u32): bool { return pushValue(values, valueOf(at, end), end); }

/** The place of a key, with its tag and length, among those that are known. */
@inline
function knownKeyOf(start: u32, keyEnd: u32): KnownKey {
  const mixed = (load<u32>(start + 1) ^ load<u32>(keyEnd - 3) * 31) * 0x9e37_79b1;
  return changetype<KnownKey>(knownKeys + (mixed >>> 22) * KNOWN_KEY_BYTES);
}

@inline
function bytesOf(known: KnownKey): u32 { return <u32>changetype<usize>(known) + 8; }

@inline
function placedKeyOf(number: u32): PlacedKey { return changetype<PlacedKey>(placedKeys + number * PLACED_KEY_BYTES); }

function place(placed: PlacedKey, key: u32): void {
  placed.request = request;
  placed.key = key;
  placed.slot = slotOfLast;
}

/** The host has just read the attribute that begins at `start`. */
function learn(start: u32, keyEnd: u32, key: u32): void {
  const known = knownKeyOf(start, keyEnd);
  known.length = keyEnd - start;
  known.number = numberOfLast;
  copy(bytesOf(known), start, keyEnd - start);
  place(placedKeyOf(numberOfLast), key);
}

/** Note for the matcher where a value stands, behind its length. */
@inline
function found(slot: i32, from: u32, to: u32, stamp: i32): void {
  if (slot < 0) return;
  const bytes = to - from;
  store<u32>(slots + slot * 4, from + (bytes <= 128 ? 1 : bytes <= 16_385 ? 2 : 3));
  store<u32>(slots + (slotCount + slot) * 4, to);
  store<i32>(slots + (2 * slotCount + slot) * 4, stamp);
}
