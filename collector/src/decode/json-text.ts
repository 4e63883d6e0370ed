// The text of a JSON body → its values. Before the engine parses it, one walk over the characters counts the nesting and
// marks the integers that a double would round, so that nanoseconds stay exact. The walk is a loop and no regular expression:
// those need time or stack in proportion to what a sender puts between two quotes.
import { randomUUID } from 'node:crypto';
import { LIMITS, NarrowsError } from '@narrows/contract';

/** A level of AnyValue takes up to four of JSON; the messages around it, and members that nobody knows, have the rest. */
const JSON_DEPTH_MAX = LIMITS.anyValueDepthMax * 8;
/** 2^53 has 16 digits. */
const LONG_DIGITS_MIN = 16;
/** Begins a string that was an integer. Nobody can send such a string on purpose: it is another one in each process. */
const MARK = `\u0000${randomUUID()}:`;
const MARK_TEXT = JSON.stringify(MARK).slice(0, -1);

const QUOTE = 34;
const BACKSLASH = 92;
const MINUS = 45;
const ZERO = 48;
const COLON = 58;
const NINE = 57;
// Behind the text's end the code is NaN, which is no digit.
const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;
const isBlank = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9;
/** `.`, `e`, `E`, `+`, `-`: what follows the first digits is no integer, or no JSON. */
const continuesNumber = (code: number): boolean => code === 46 || (code | 32) === 101 || code === 43 || code === MINUS;

/** Errors: DECODE_MALFORMED, DECODE_TOO_DEEP */
export function parseJson(body: Uint8Array): unknown {
  const text = withMarks(Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8'));
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new NarrowsError('DECODE_MALFORMED', 'the body is not JSON', { cause });
  }
}

/** The digits of an integer too long for a double, or null for any other value. */
export function longInteger(value: unknown): string | null {
  return typeof value === 'string' && value.startsWith(MARK) ? value.slice(MARK.length) : null;
}

function withMarks(text: string): string {
  let marked = '';
  let copied = 0;
  let depth = 0;
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) { at = stringEnd(text, at + 1); continue; }
    if (isDigit(code)) {
      const end = digitsEnd(text, at);
      const from = text.charCodeAt(at - 1) === MINUS ? at - 1 : at;
      if (end - at >= LONG_DIGITS_MIN && code !== ZERO && !continuesNumber(text.charCodeAt(end)) && !isKey(text, end)) {
        marked += `${text.slice(copied, from)}${MARK_TEXT}${text.slice(from, end)}"`;
        copied = end;
      }
      at = fractionEnd(text, end);
      continue;
    }
    // `[` and `{`, `]` and `}` differ in one bit.
    if ((code | 32) === 123 && ++depth > JSON_DEPTH_MAX) throw new NarrowsError('DECODE_TOO_DEEP', `the body nests deeper than ${JSON_DEPTH_MAX} levels`);
    if ((code | 32) === 125) depth--;
    at++;
  }
  return copied === 0 ? text : marked + text.slice(copied);
}

/** Behind the quote that ends a string; a quote behind an odd number of backslashes does not. */
function stringEnd(text: string, from: number): number {
  for (let quote = text.indexOf('"', from); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let backslash = quote - 1;
    while (backslash >= from && text.charCodeAt(backslash) === BACKSLASH) backslash--;
    if ((quote - backslash) % 2 === 1) return quote + 1;
  }
  return text.length;
}

function digitsEnd(text: string, from: number): number {
  let at = from;
  while (isDigit(text.charCodeAt(at))) at++;
  return at;
}

/** Behind the fraction and exponent, whose digits are no integer. */
function fractionEnd(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); isDigit(code) || continuesNumber(code); code = text.charCodeAt(at)) at++;
  return at;
}

/** A number before a colon is no JSON, and must not become one. */
function isKey(text: string, from: number): boolean {
  let at = from;
  while (isBlank(text.charCodeAt(at))) at++;
  return text.charCodeAt(at) === COLON;
}
