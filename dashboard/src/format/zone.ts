// Wall-clock time of a zone ↔ Unix milliseconds, for the two date fields of the range picker. A field holds
// `2021-07-12T20:00:00` as it reads on the agency's wall, wherever the browser stands.

/** `YYYY-MM-DDTHH:mm:ss` in `timeZone`. */
export function unixMsToWall(unixMs: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' }).formatToParts(unixMs);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:${part('second')}`;
}

/**
 * The reverse; seconds may be left out. `null`: not a date.
 * Where a clock change makes the time exist twice, the earlier; where it never exists, the moment the clock jumps over it.
 */
export function wallToUnixMs(wall: string, timeZone: string): number | null {
  const asUtc = Date.parse(`${wall}Z`);
  if (Number.isNaN(asUtc)) return null;
  const offsetAt = (unixMs: number): number => Date.parse(`${unixMsToWall(unixMs, timeZone)}Z`) - Math.floor(unixMs / 1000) * 1000;
  // The offset just before and just after the guess: the same all year round but around a clock change.
  const candidates = [asUtc - 86_400_000, asUtc + 86_400_000].map((near) => asUtc - offsetAt(near)).toSorted((a, b) => a - b);
  return candidates.find((candidate) => candidate + offsetAt(candidate) === asUtc) ?? candidates.at(-1) ?? null;
}
