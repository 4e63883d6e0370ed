/** One text for three, and never the same for others, whatever they hold. Many times cheaper than JSON, for rows by the ten thousand a second. */
export function seriesKey(a: string, b: string, c: string): string { return `${a.length} ${b.length} ${a}${b}${c}`; }
