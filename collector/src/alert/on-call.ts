// Who is told, and when nobody is: shifts at local times, a net for the hours between them, steps of escalation while nobody
// takes an incident, and quiet times that swallow what they match. Pure: the moment comes in.
import type { OnCall, QuietTimeDraft, Subject, UnixMs } from '@narrows/contract';
import { coversWeekly, zoneOffsetMs } from './zone-time.js';

export const NOBODY_ON_CALL: OnCall = { timeZone: 'Asia/Seoul', shifts: [], otherwise: [], escalation: [] };

/** Whose shift it is, and by which channels they are reached. Several shifts at once: all of them. */
export function onCallAt(onCall: OnCall, atMs: UnixMs): { who: string[]; channels: string[] } {
  const shifts = onCall.shifts.filter((shift) => coversWeekly(shift, atMs, onCall.timeZone));
  const channels = shifts.length > 0 ? shifts.flatMap((shift) => shift.channels) : onCall.otherwise;
  return { who: [...new Set(shifts.map(({ who }) => who))], channels: [...new Set(channels)] };
}

/** Steps of escalation that are due for an incident that nobody has taken, by their number. */
export function escalationsDue(onCall: OnCall, openedAtMs: UnixMs, atMs: UnixMs): { step: number; channels: string[] }[] {
  return onCall.escalation.flatMap(({ afterMinutes, channels }, step) => (atMs - openedAtMs >= afterMinutes * 60_000 ? [{ step, channels }] : []));
}

/** Whether a quiet time is one now. */
export function isQuietAt({ fromMs, toMs, weekly }: Pick<QuietTimeDraft, 'fromMs' | 'toMs' | 'weekly'>, atMs: UnixMs): boolean {
  if (atMs < fromMs || atMs >= toMs) return false;
  return weekly === undefined || coversWeekly(weekly, atMs, weekly.timeZone);
}

/** Whether a quiet time is about this alert. A service that does a stage's work is meant with the stage. */
export function isMeant({ match }: Pick<QuietTimeDraft, 'match'>, alert: { ruleId: string; subject: Subject }): boolean {
  const { ruleId, ...place } = match;
  if (ruleId !== undefined && ruleId !== alert.ruleId) return false;
  return Object.entries(place).every(([field, value]) => alert.subject[field as keyof Subject] === value);
}

/** Errors: RangeError for a zone that is not one. */
export const assertZone = (zone: string): void => { zoneOffsetMs(0, zone); };
