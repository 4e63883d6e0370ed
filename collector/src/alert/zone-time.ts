// Moments as a clock on a wall in a time zone shows them, and back. Intl knows the zones; nothing here reads a clock. On the
// day a clock is put forward, a time that does not exist is the moment after the jump; one that is there twice is the first.
import { WEEKDAYS, type UnixMs, type Weekday } from '@narrows/contract';

export const DAY_MS = 24 * 3600_000;
const MINUTE_MS = 60_000;

export function isTimeZone(name: string): boolean {
  try {
    return formatOf(name) !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();
/** Names come from forms: the number of them that is remembered has a limit. */
const FORMATS_MAX = 100;

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' });
    if (formats.size >= FORMATS_MAX) formats.clear();
    formats.set(zone, format);
  }
  return format;
}

/** What the wall clock shows, as if it were UTC. */
function wallMs(atMs: UnixMs, zone: string): number {
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(atMs)) part[type] = Number(value);
  return Date.UTC(part['year']!, part['month']! - 1, part['day']!, part['hour']!, part['minute']!, part['second']!);
}

/** Zone's distance from UTC at a moment. Errors: RangeError for an unknown zone. */
export const zoneOffsetMs = (atMs: UnixMs, zone: string): number => wallMs(atMs, zone) - Math.floor(atMs / 1_000) * 1_000;

export interface WallClock { weekday: Weekday; minuteOfDay: number; /** 00:00 of the day, as if it were UTC. */ dayMs: number }

export function wallClock(atMs: UnixMs, zone: string): WallClock {
  const wall = wallMs(atMs, zone);
  const dayMs = Math.floor(wall / DAY_MS) * DAY_MS;
  return { weekday: WEEKDAYS[(new Date(wall).getUTCDay() + 6) % 7]!, minuteOfDay: Math.floor((wall - dayMs) / MINUTE_MS), dayMs };
}

/** The moment at which the wall clock shows this minute of that day. */
export function momentOfWall(dayMs: number, minuteOfDay: number, zone: string): UnixMs {
  const wall = dayMs + minuteOfDay * MINUTE_MS;
  const before = wall - zoneOffsetMs(wall - DAY_MS / 2, zone);
  if (wallMs(before, zone) === wall) return before;
  const after = wall - zoneOffsetMs(wall + DAY_MS / 2, zone);
  return wallMs(after, zone) === wall ? after : before;
}

/** The same time of day so many days ago. */
export function daysAgo(atMs: UnixMs, days: number, zone: string): UnixMs {
  const there = atMs - days * DAY_MS;
  return there + zoneOffsetMs(atMs, zone) - zoneOffsetMs(there, zone);
}

/** `HH:MM` → minute of the day. */
export const minuteOf = (localTime: string): number => Number(localTime.slice(0, 2)) * 60 + Number(localTime.slice(3, 5));

/** Whether a weekly span covers the moment; one that ends before it begins runs into the next day. */
export function coversWeekly({ days, from, to }: { days: readonly Weekday[]; from: string; to: string }, atMs: UnixMs, zone: string): boolean {
  const { weekday, minuteOfDay } = wallClock(atMs, zone);
  const [begin, end] = [minuteOf(from), minuteOf(to)];
  if (begin < end) return days.includes(weekday) && minuteOfDay >= begin && minuteOfDay < end;
  const yesterday = WEEKDAYS[(WEEKDAYS.indexOf(weekday) + 6) % 7]!;
  return (days.includes(weekday) && minuteOfDay >= begin) || (days.includes(yesterday) && minuteOfDay < end);
}
