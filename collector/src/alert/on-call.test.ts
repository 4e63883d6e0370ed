import type { OnCall } from '@narrows/contract';
import { expect, test } from 'vitest';
import { assertZone, escalationsDue, isMeant, isQuietAt, onCallAt } from './on-call.js';
import { daysAgo, isTimeZone, momentOfWall, wallClock, zoneOffsetMs } from './zone-time.js';

const kst = (day: number, hour: number, minute = 0) => Date.UTC(2026, 10, day, hour - 9, minute);
const ON_CALL: OnCall = {
  timeZone: 'Asia/Seoul', otherwise: ['net'], escalation: [{ afterMinutes: 10, channels: ['lead'] }, { afterMinutes: 30, channels: ['chief'] }],
  shifts: [{ who: '김주간', days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '18:00', channels: ['day'] }, { who: '이야간', days: ['fri'], from: '18:00', to: '09:00', channels: ['night'] }],
};

test('the shift of the moment is told, at local time; between shifts the net is', () => {
  expect(onCallAt(ON_CALL, kst(27, 10))).toEqual({ who: ['김주간'], channels: ['day'] }); // Friday
  expect(onCallAt(ON_CALL, kst(27, 23))).toEqual({ who: ['이야간'], channels: ['night'] });
  expect(onCallAt(ON_CALL, kst(28, 8, 59))).toEqual({ who: ['이야간'], channels: ['night'] }); // into Saturday
  expect(onCallAt(ON_CALL, kst(28, 9))).toEqual({ who: [], channels: ['net'] });
  expect(onCallAt({ ...ON_CALL, timeZone: 'America/New_York' }, kst(27, 10))).toEqual({ who: [], channels: ['net'] });
});

test('escalation goes on while nobody takes it', () => {
  expect(escalationsDue(ON_CALL, 0, 9 * 60_000)).toEqual([]);
  expect(escalationsDue(ON_CALL, 0, 31 * 60_000).map(({ step }) => step)).toEqual([0, 1]);
});

test('a maintenance window is every week at its local time, between its dates only', () => {
  const window = { fromMs: kst(1, 0), toMs: kst(30, 0), weekly: { days: ['sun' as const], from: '02:00', to: '04:00', timeZone: 'Asia/Seoul' } };
  expect([kst(29, 1, 59), kst(29, 2), kst(29, 3, 59), kst(29, 4), kst(28, 3)].map((at) => isQuietAt(window, at))).toEqual([false, true, true, false, false]);
  expect(isQuietAt({ ...window, toMs: kst(29, 0) }, kst(29, 3))).toBe(false);
  expect(isQuietAt({ fromMs: 10, toMs: 20 }, 20)).toBe(false);
});

test('a mute means what it matches and nothing beside it', () => {
  const alert = { ruleId: 'r1', subject: { pipeline: 'vaccine', stage: 'identity' } };
  expect([{}, { ruleId: 'r1' }, { stage: 'identity' }, { ruleId: 'r2' }, { service: 'web' }, { pipeline: 'vaccine', stage: 'booking' }].map((match) => isMeant({ match }, alert))).toEqual([true, true, true, false, false, false]);
});

test('zones: the day a clock jumps, the hour that is missing and the one that is there twice', () => {
  const berlin = 'Europe/Berlin';
  const march = Date.UTC(2026, 2, 29);
  expect(zoneOffsetMs(Date.UTC(2026, 2, 29, 0, 59), berlin)).toBe(3600_000);
  expect(momentOfWall(march, 2 * 60 + 30, berlin)).toBe(Date.UTC(2026, 2, 29, 1, 30)); // 02:30 is not there: 03:30 on the wall
  expect(momentOfWall(Date.UTC(2026, 9, 25), 2 * 60 + 30, berlin)).toBe(Date.UTC(2026, 9, 25, 0, 30)); // the first of two
  expect(daysAgo(Date.UTC(2026, 9, 25, 19), 1, berlin)).toBe(Date.UTC(2026, 9, 24, 18));
  expect(wallClock(Date.UTC(2026, 10, 29, 15, 30), 'Asia/Seoul')).toMatchObject({ weekday: 'mon', minuteOfDay: 30 });
});

test('what is no zone is said to be none', () => {
  for (const name of ['Mars/Olympus', '', '../../etc/passwd', 'Asia/Seoul\u0000', '__proto__']) {
    expect(isTimeZone(name)).toBe(false);
    expect(() => assertZone(name)).toThrow(RangeError);
  }
  expect(isTimeZone('Asia/Seoul')).toBe(true);
});
