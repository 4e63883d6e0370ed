// Units of every number that crosses a room. Names carry their unit last (`durationNano`, `queueBytesMax`); these
// aliases only say in a signature which clock or scale a bare number or string is on.

/** Milliseconds since the Unix epoch. Every moment in the query API: `from`, `to`, `since`, `atMs`. */
export type UnixMs = number;
/** Nanoseconds since the Unix epoch as a decimal string: a double cannot hold them. Span and log times. */
export type UnixNano = string;
/** Text in both of the product's languages. */
export interface Bilingual { ko: string; en: string }

export const NANO_PER_MS = 1_000_000;
export const MS_PER_SECOND = 1_000;
