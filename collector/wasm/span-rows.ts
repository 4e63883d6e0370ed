// Spans, one after another: bytes of the body go in, and what of a row comes from the span alone comes out, column by column.
// A span's fields may come in any order, so a first look notes where each stands; nothing is written of a span that is refused.
// Resources, places in pipelines, events, links, dictionaries and personal numbers are the host's (`src/decode/span-rows.ts`).
import {
  droppedAttributes, droppedEvents, droppedLinks, durations, flags, kinds, names, parentSpanIds, pushByte, pushHexId,
  pushUint32, pushUint64, spanIds, statusCodes, statusMessages, timestamps, traceIds, traceStates, transactions,
} from './columns';
import { LIST_MAX, idsAreWhole, pushAttributes, pushPosition } from './item';
import { Bytes, moved, same, setMoved } from './memory';
import { BYTES, FIXED32, FIXED64, MALFORMED, VARINT, shortVarint, skip, value, varint } from './wire';

const TRACE_ID_BYTES: u32 = 16;
const SPAN_ID_BYTES: u32 = 8;
/** Names whose place in their dictionary is remembered. Direct-mapped: two on one place are looked up each time. */
const NAMES: u32 = 256;
const FIELDS: u32 = 16;
const SERVER: u32 = 2;
const CONSUMER: u32 = 5;

/** Answers of `span`: what is wrong with it, or its kind, up to 255, and what the host has to do. */
const IS_MALFORMED: i32 = -1;
const SHORT_ID: i32 = -2;
const ZERO_ID: i32 = -3;
const TIME_OUT_OF_RANGE: i32 = -4;
const HAS_EVENTS: i32 = 1 << 8;
const HAS_LINKS: i32 = 1 << 9;
const MOVED: i32 = 1 << 10;

/** Index of a name in its dictionary. */
@external("host", "nameIndex")
declare function nameIndex(start: u32, end: u32): u32;
/** Append a text, cleaned, by way of `room`. */
@external("host", "text")
declare function text(into: Bytes, start: u32, end: u32): void;
/** Where the texts and messages of the span under the eye stand: pairs of begin and end. */
export const name = memory.data(8);
export const eventsAt = changetype<Bytes>(memory.data(12));
export const linksAt = changetype<Bytes>(memory.data(12));
const attributesAt = changetype<Bytes>(memory.data(12));
const knownNames = memory.data(256 * 12);
/** Spans that ended before they began. */
export let endBeforeStart: u32 = 0;

let traceIdFrom: u32 = 0;
let traceIdTo: u32 = 0;
let spanIdFrom: u32 = 0;
let spanIdTo: u32 = 0;
let parentFrom: u32 = 0;
let parentTo: u32 = 0;
let traceStateFrom: u32 = 0;
let traceStateTo: u32 = 0;
let nameFrom: u32 = 0;
let nameTo: u32 = 0;
let messageFrom: u32 = 0;
let messageTo: u32 = 0;
let begin: i64 = 0;
let finish: i64 = 0;
let kind: u32 = 0;
let statusCode: u32 = 0;
let flag: u32 = 0;
let attributesDropped: u32 = 0;
let eventsDropped: u32 = 0;
let linksDropped: u32 = 0;

/** Another body. */
export function clearSpans(): void {
  endBeforeStart = 0;
  memory.fill(knownNames, 255, NAMES * 12);
}

/** Append the row of the Span message at [start, end). `stamp`: another number for each span. */
export function span(start: u32, end: u32, stamp: i32): i32 {
  forget();
  if (!readSpan(start, end)) return IS_MALFORMED;
  if (!isIdLength(traceIdTo - traceIdFrom, TRACE_ID_BYTES) || !isIdLength(spanIdTo - spanIdFrom, SPAN_ID_BYTES)
    || !isIdLength(parentTo - parentFrom, SPAN_ID_BYTES) || (linksAt.length > 0 && !idsAreWhole(linksAt))) return SHORT_ID;
  if ((traceIdTo > traceIdFrom && !v128.any_true(v128.load(traceIdFrom))) || (spanIdTo > spanIdFrom && load<u64>(spanIdFrom) == 0)) return ZERO_ID;
  if (begin < 0 || finish < 0) return TIME_OUT_OF_RANGE;
  writeSpan(stamp);
  let answer = <i32>min<u32>(kind, 255);
  if (eventsAt.length > 0) answer |= HAS_EVENTS;
  if (linksAt.length > 0) answer |= HAS_LINKS;
  if (moved) {
    setMoved(false);
    answer |= MOVED;
  }
  return answer;
}

@inline
function isIdLength(length: u32, expected: u32): bool { return length == 0 || length == expected; }

function forget(): void {
  traceIdFrom = traceIdTo = spanIdFrom = spanIdTo = parentFrom = parentTo = traceStateFrom = traceStateTo = nameFrom = nameTo = messageFrom = messageTo = 0;
  begin = finish = 0;
  kind = statusCode = flag = attributesDropped = eventsDropped = linksDropped = 0;
  attributesAt.length = eventsAt.length = linksAt.length = 0;
}

/** Note where the fields stand; false for a message that is malformed. */
function readSpan(start: u32, end: u32): bool {
  let at = start;
  while (at < end) {
    let tag: u32 = load<u8>(at);
    if (tag > 7 && tag < 128) at++;
    else {
      at = shortVarint(at, end);
      tag = <u32>value;
      if (at == MALFORMED || tag < 8) return false;
    }
    if ((tag & 7) != BYTES) {
      at = readNumber(tag, at, end);
      if (at == MALFORMED) return false;
      continue;
    }
    let length: u32 = at < end ? load<u8>(at) : 255;
    if (length < 128) at++;
    else {
      at = shortVarint(at, end);
      if (at == MALFORMED) return false;
      length = <u32>value;
    }
    if (length > end - at) return false;
    const to = at + length;
    switch (tag >>> 3) {
      case 1: traceIdFrom = at; traceIdTo = to; break;
      case 2: spanIdFrom = at; spanIdTo = to; break;
      case 3: traceStateFrom = at; traceStateTo = to; break;
      case 4: parentFrom = at; parentTo = to; break;
      case 5: nameFrom = at; nameTo = to; break;
      case 9: pushPosition(attributesAt, at, to); break;
      case 11: pushPosition(eventsAt, at, to); break;
      case 13: pushPosition(linksAt, at, to); break;
      case 15: if (!readStatus(at, to)) return false; break;
      default: if (tag >>> 3 <= FIELDS) return false;
    }
    at = to;
  }
  return true;
}

/** A field of the span that is no text or message, or one that nobody knows. */
function readNumber(tag: u32, at: u32, end: u32): u32 {
  switch (tag) {
    case 6 << 3 | VARINT: at = varint(at, end); kind = <u32>value; return at;
    case 7 << 3 | FIXED64: if (end - at < 8) return MALFORMED; begin = load<i64>(at); return at + 8;
    case 8 << 3 | FIXED64: if (end - at < 8) return MALFORMED; finish = load<i64>(at); return at + 8;
    case 10 << 3 | VARINT: at = varint(at, end); attributesDropped = <u32>value; return at;
    case 12 << 3 | VARINT: at = varint(at, end); eventsDropped = <u32>value; return at;
    case 14 << 3 | VARINT: at = varint(at, end); linksDropped = <u32>value; return at;
    case 16 << 3 | FIXED32: if (end - at < 4) return MALFORMED; flag = load<u32>(at); return at + 4;
    default: return tag >>> 3 <= FIELDS ? MALFORMED : skip(tag, at, end);
  }
}

/** Status: message = 2, code = 3. */
function readStatus(start: u32, end: u32): bool {
  let at = start;
  while (at < end) {
    at = shortVarint(at, end);
    const tag = <u32>value;
    if (at == MALFORMED || tag < 8) return false;
    if (tag == (3 << 3 | VARINT)) {
      at = varint(at, end);
      statusCode = <u32>value;
    } else if ((tag & 7) == BYTES && tag >>> 3 != 3) {
      at = shortVarint(at, end);
      if (at == MALFORMED || value > end - at) return false;
      if (tag >>> 3 == 2) {
        messageFrom = at;
        messageTo = at + <u32>value;
      }
      at += <u32>value;
    } else at = tag >>> 3 == 2 || tag >>> 3 == 3 ? MALFORMED : skip(tag, at, end);
    if (at == MALFORMED) return false;
  }
  return true;
}

function writeSpan(stamp: i32): void {
  const likeness = likenessOf(nameFrom, nameTo);
  store<u32>(name, nameFrom);
  store<u32>(name, nameTo, 4);
  attributesDropped += pushAttributes(attributesAt, likeness, stamp);
  writeIds();
  pushUint64(timestamps, begin);
  if (finish < begin) endBeforeStart++;
  pushUint64(durations, max<i64>(finish - begin, 0));
  pushUint32(names, indexOfName(likeness));
  pushByte(kinds, min<u32>(kind, 255));
  pushByte(statusCodes, min<u32>(statusCode, 255));
  pushText(traceStates, traceStateFrom, traceStateTo);
  pushText(statusMessages, messageFrom, messageTo);
  pushUint32(flags, flag);
  pushUint32(droppedAttributes, attributesDropped);
  pushUint32(droppedEvents, eventsDropped + beyond(eventsAt));
  pushUint32(droppedLinks, linksDropped + beyond(linksAt));
}

@inline
function beyond(positions: Bytes): u32 {
  const count = positions.length >>> 3;
  return count > LIST_MAX ? count - LIST_MAX : 0;
}

function writeIds(): void {
  const isRoot = parentFrom == parentTo || load<u64>(parentFrom) == 0;
  pushHexId(traceIds, traceIdFrom, traceIdTo);
  pushHexId(spanIds, spanIdFrom, spanIdTo);
  pushHexId(parentSpanIds, parentFrom, isRoot ? parentFrom : parentTo);
  pushByte(transactions, isRoot || kind == SERVER || kind == CONSUMER ? 1 : 0);
}

function pushText(column: Bytes, from: u32, to: u32): void {
  if (from == to) pushByte(column, 0);
  else text(column, from, to);
}

/** What spans of one kind have in common: the beginning, the end and the length of their name. */
function likenessOf(from: u32, to: u32): u32 {
  return to - from < 4 ? to - from : load<u32>(from) * 31 + load<u32>(to - 4) * 17 + (to - from);
}

function indexOfName(likeness: u32): u32 {
  const known = knownNames + (<usize>((likeness * 0x9e37_79b1) >>> 24)) * 12;
  const length = nameTo - nameFrom;
  if (load<u32>(known) != length || !same(nameFrom, load<u32>(known, 4), length)) {
    store<u32>(known, 0xffff_ffff); // Should the host throw.
    store<u32>(known, nameIndex(nameFrom, nameTo), 8);
    store<u32>(known, nameFrom, 4);
    store<u32>(known, length);
  }
  return load<u32>(known, 8);
}
