// A log record without what changes from one to the next: numbers, ids, quoted and hexadecimal text. Two records of one
// statement in the code get one template. Source: the masking step of Drain (He et al., ICWS 2017), without its tree.

const TEMPLATE_CHARS_MAX = 160;

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
const HEX = /\b(?:0x)?[0-9a-f]{12,}\b/gi;
/** A place in the code (`Booking#42`, `booking.go:42`) tells one statement from another and is no value. */
const NUMBER = /(?<![A-Za-z]#)(?<!\.[a-z]{1,4}:)(?<!(?:[A-Za-z]#|\.[a-z]{1,4}:)\d+)\d+(?:[.,:]\d+)*/g;
const QUOTED = /"[^"]{0,400}"|'[^']{0,400}'/g;

/** The template of a body; at most 160 characters, since the statement's own words come first. */
export function templateOf(body: string): string {
  return body.slice(0, 1_000).replace(UUID, '*').replace(HEX, '*').replace(QUOTED, '*').replace(NUMBER, '#').replace(/\s+/g, ' ').trim().slice(0, TEMPLATE_CHARS_MAX);
}
