// How a text reads once its spellings are undone: full-width signs become ASCII, all hyphens one, all blanks one, invisible signs
// nothing; and layer by layer the escapes of URLs, JSON and HTML become what they stand for. Each character remembers where in the
// source it began, so that what is found in a view can be masked in the text itself.

/** `text[i]` begins at source position `starts[i]`; `starts[text.length]` is the source's length. Null: they are the same. */
export interface TextView { text: string; starts: Uint32Array | null }

/** `%25252D`: an address inside an address inside an address. */
export const LAYERS_MAX = 4;

const BEYOND_ASCII = /[^\0-\x7f]/;
const ESCAPE = /(?:%[0-9A-Fa-f]{2})+|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\\[bfnrt/"'\\]|&#[0-9]{1,5};|&#[xX][0-9A-Fa-f]{1,4};|&[A-Za-z]{2,8};/g;
const LETTER_ESCAPES: Readonly<Record<string, string>> = { b: ' ', f: ' ', n: '\n', r: ' ', t: ' ' };
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['nbsp', ' '], ['ensp', ' '], ['emsp', ' '], ['thinsp', ' '], ['hyphen', '-'], ['dash', '-'], ['ndash', '-'], ['mdash', '-'], ['minus', '-'],
  ['shy', '\u00ad'], ['zwnj', '\u200b'], ['zwj', '\u200b'], ['middot', '.'], ['period', '.'], ['sol', '/'], ['lowbar', '_'], ['plus', '+'], ['amp', '&'],
]);
const UTF8_CONTINUATIONS = /^(?:%[89ABab][0-9A-Fa-f])*/;
const CODES_AT_ONCE = 8_192;

/** The text as it stands. */
export function viewOf(text: string): TextView {
  if (!BEYOND_ASCII.test(text)) return { text, starts: null };
  const view = new ViewWriter(text.length);
  for (let i = 0; i < text.length; i++) view.push(text.charCodeAt(i), i);
  return view.finish(text.length);
}

/** The view with one layer of escapes undone, or null where it has none. */
export function unescapeView(view: TextView): TextView | null {
  const { text } = view;
  const startOf = (at: number): number => view.starts?.[at] ?? at;
  let written: ViewWriter | null = null;
  let from = 0;
  for (const { 0: escape, index } of text.matchAll(ESCAPE)) {
    written ??= new ViewWriter(text.length);
    for (; from < index; from++) written.push(text.charCodeAt(from), startOf(from));
    if (escape.startsWith('%')) pushPercent(written, escape, (offset) => startOf(index + offset));
    else for (const sign of plainOf(escape)) written.push(sign.charCodeAt(0), startOf(index));
    from = index + escape.length;
  }
  if (written === null) return null;
  for (; from < text.length; from++) written.push(text.charCodeAt(from), startOf(from));
  return written.finish(startOf(text.length));
}

/** What an escape of JSON or HTML stands for; an unknown entity stays as it is. */
function plainOf(escape: string): string {
  const body = escape.slice(1);
  if (escape.startsWith('\\')) {
    return /^[ux]./.test(body) ? String.fromCharCode(Number.parseInt(body.slice(1), 16)) : LETTER_ESCAPES[body] ?? body;
  }
  if (!body.startsWith('#')) return ENTITIES.get(body.slice(0, -1)) ?? escape;
  const digits = body.slice(1, -1);
  return String.fromCharCode(/^x/i.test(digits) ? Number.parseInt(digits.slice(1), 16) : Number(digits));
}

/** A run of `%XX` as UTF-8. Bytes that are none stay as they are written. */
function pushPercent(view: ViewWriter, escape: string, startOf: (offset: number) => number): void {
  for (let at = 0; at < escape.length;) {
    const byte = Number.parseInt(escape.slice(at + 1, at + 3), 16);
    const more = byte < 0x80 ? 0 : byte >= 0xc2 && byte < 0xe0 ? 1 : byte >= 0xe0 && byte < 0xf0 ? 2 : -1;
    const rest = more > 0 ? UTF8_CONTINUATIONS.exec(escape.slice(at + 3, at + 3 + more * 3))![0] : '';
    if (more < 0 || rest.length < more * 3) {
      for (let i = 0; i < 3; i++) view.push(escape.charCodeAt(at + i), startOf(at + i));
      at += 3;
      continue;
    }
    let code = more === 0 ? byte : byte & (more === 1 ? 0x1f : 0x0f);
    for (let i = 1; i < rest.length; i += 3) code = code << 6 | (Number.parseInt(rest.slice(i, i + 2), 16) & 0x3f);
    view.push(code, startOf(at));
    at += 3 + rest.length;
  }
}

/** The ASCII sign that a character is taken for; −1 for one that nobody sees. */
function plainCode(code: number): number {
  if (code < 0x80) return code;
  if (code >= 0xff01 && code <= 0xff5e) return code - 0xfee0;
  if ((code >= 0x2010 && code <= 0x2015) || code === 0x2212 || code === 0xfe58 || code === 0xfe63) return 0x2d;
  if (code === 0xa0 || (code >= 0x2000 && code <= 0x200a) || code === 0x2028 || code === 0x2029 || code === 0x202f || code === 0x205f || code === 0x3000) return 0x20;
  if (code === 0xb7 || code === 0x2024 || code === 0x2027 || code === 0x22c5 || code === 0x30fb || code === 0xff65) return 0x2e;
  if (code === 0x2044 || code === 0x2215) return 0x2f;
  if (code === 0xad || (code >= 0x200b && code <= 0x200f) || (code >= 0x202a && code <= 0x202e) || (code >= 0x2060 && code <= 0x2064) || code === 0xfeff || code === 0xfe0f) return -1;
  return code;
}

class ViewWriter {
  private readonly codes: Uint16Array;
  private readonly starts: Uint32Array;
  private length = 0;

  constructor(lengthMax: number) {
    this.codes = new Uint16Array(lengthMax);
    this.starts = new Uint32Array(lengthMax + 1);
  }

  push(code: number, start: number): void {
    const plain = plainCode(code);
    if (plain < 0) return;
    this.codes[this.length] = plain;
    this.starts[this.length++] = start;
  }

  finish(sourceLength: number): TextView {
    this.starts[this.length] = sourceLength;
    let text = '';
    for (let at = 0; at < this.length; at += CODES_AT_ONCE) text += String.fromCharCode(...this.codes.subarray(at, Math.min(this.length, at + CODES_AT_ONCE)));
    return { text, starts: this.starts };
  }
}
