// Channels, quiet times and on-call times as they were typed → what can be saved, or what is wrong with them field by field.
import { CHANNEL_KINDS, CHANNEL_SETTINGS, ChannelFrameSchema, OnCallSchema, QuietTimeDraftSchema, type ChannelDraft, type ChannelKind, type ChannelSettings, type OnCall, type QuietTimeDraft } from '@narrows/contract';
import { createFormCheck, fault, type Checked } from './form-check.js';
import { isTimeZone } from './zone-time.js';

const checkFrame = createFormCheck(ChannelFrameSchema);
const checkSettings = Object.fromEntries(CHANNEL_KINDS.map((kind) => [kind, createFormCheck(CHANNEL_SETTINGS[kind])])) as Record<ChannelKind, (candidate: unknown, prefix: string) => Checked<ChannelSettings[ChannelKind]>>;
const checkQuiet = createFormCheck(QuietTimeDraftSchema);
const checkCalls = createFormCheck(OnCallSchema);

export function checkChannel(candidate: unknown): Checked<ChannelDraft> {
  const given: Record<string, unknown> = typeof candidate === 'object' && candidate !== null ? { language: 'ko', enabled: true, ...candidate } : {};
  const { settings } = given;
  const frame = checkFrame({ ...given, settings: {} });
  const kind = CHANNEL_KINDS.find((one) => one === given['kind']);
  const inner = kind === undefined ? undefined : checkSettings[kind](settings ?? {}, 'settings');
  const faults = [...('faults' in frame ? frame.faults : []), ...(inner && 'faults' in inner ? inner.faults : [])];
  if (faults.length > 0 || !('value' in frame) || !inner || !('value' in inner)) return { faults };
  return { value: { ...frame.value, settings: inner.value } as ChannelDraft };
}

export function checkQuietTime(candidate: unknown): Checked<QuietTimeDraft> {
  const checked = checkQuiet(candidate);
  if ('faults' in checked) return checked;
  const { fromMs, toMs, weekly } = checked.value;
  if (toMs <= fromMs) return { faults: [fault('toMs', '끝이 시작보다 뒤여야 합니다', 'must be after the begin')] };
  if (weekly && !isTimeZone(weekly.timeZone)) return { faults: [fault('weekly.timeZone', '없는 시간대입니다. 예: Asia/Seoul', 'is no time zone; for example Asia/Seoul')] };
  return checked;
}

/** `channels`: ids that exist. */
export function checkOnCall(candidate: unknown, channels: ReadonlySet<string>): Checked<OnCall> {
  const checked = checkCalls(candidate);
  if ('faults' in checked) return checked;
  const { timeZone, shifts, otherwise, escalation } = checked.value;
  const unknown = (ids: readonly string[], field: string) => (ids.every((id) => channels.has(id)) ? [] : [fault(field, '없는 채널입니다', 'is no channel of this agency')]);
  const faults = [
    ...(isTimeZone(timeZone) ? [] : [fault('timeZone', '없는 시간대입니다. 예: Asia/Seoul', 'is no time zone; for example Asia/Seoul')]),
    ...shifts.flatMap((shift, i) => unknown(shift.channels, `shifts.${i}.channels`)), ...unknown(otherwise, 'otherwise'),
    ...escalation.flatMap((step, i) => unknown(step.channels, `escalation.${i}.channels`)),
  ];
  return faults.length > 0 ? { faults } : checked;
}
