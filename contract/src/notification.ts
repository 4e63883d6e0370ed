// Who is told of an incident, how, and when not: channels, quiet times (mutes and maintenance windows), on-call times and
// escalation. Secrets of a channel are write-only: an answer says that one is set, never what it is.
import Type, { type Static } from 'typebox';
import { CHANNEL_KINDS, WEEKDAYS, type ChannelKind } from './alert-words.js';

const closed = { additionalProperties: false };
const Text = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const LocalTime = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' });

const Url = Type.String({ minLength: 8, maxLength: 2_000, pattern: '^https?://' });
const Mail = Type.String({ maxLength: 254, pattern: '^[^\\s@<>,;"]+@[^\\s@<>,;"]+$' });
/** Settings by kind. `secret` and `password`: left out when a channel is saved again, they stay as they were. */
export const CHANNEL_SETTINGS = {
  /** Signed with HMAC-SHA-256 over `timestamp.body`. */
  webhook: Type.Object({ url: Url, secret: Type.Optional(Type.String({ minLength: 16, maxLength: 200 })) }, closed),
  email: Type.Object({
    to: Type.Array(Mail, { minItems: 1, maxItems: 50 }), from: Mail, host: Text(253), port: Type.Integer({ minimum: 1, maximum: 65_535 }),
    secure: Type.Enum(['tls', 'starttls', 'none']), user: Type.Optional(Type.String({ maxLength: 200 })), password: Type.Optional(Type.String({ maxLength: 500 })),
  }, closed),
  /** The address is the secret. */
  slack: Type.Object({ url: Url }, closed),
  /** A gateway that sends messages to phones (알림톡): a template with `#{title}`, `#{body}`, `#{link}` is filled and posted as JSON. */
  kakao: Type.Object({ url: Url, secret: Type.Optional(Type.String({ maxLength: 500 })), senderKey: Text(200), templateCode: Text(100), to: Type.Array(Type.String({ pattern: '^[0-9+-]{8,20}$' }), { minItems: 1, maxItems: 50 }), template: Type.String({ minLength: 1, maxLength: 1_000 }) }, closed),
  /** Open dashboards show a notification of the browser. */
  browser: Type.Object({}, closed),
} as const;
export interface ChannelSettings {
  webhook: Static<(typeof CHANNEL_SETTINGS)['webhook']>; email: Static<(typeof CHANNEL_SETTINGS)['email']>; slack: Static<(typeof CHANNEL_SETTINGS)['slack']>;
  kakao: Static<(typeof CHANNEL_SETTINGS)['kakao']>; browser: Record<string, never>;
}
export type ChannelDraft = { [K in ChannelKind]: { name: string; kind: K; language: 'ko' | 'en'; enabled: boolean; settings: ChannelSettings[K] } }[ChannelKind];
export type Channel = ChannelDraft & { id: string };

export const ChannelFrameSchema = Type.Object({ name: Text(120), kind: Type.Enum([...CHANNEL_KINDS]), language: Type.Enum(['ko', 'en']), enabled: Type.Boolean(), settings: Type.Object({}) }, closed);
/** As an answer shows it: `secretSet` in place of the secret, an address cut behind its host where the address is the secret. */
export const ChannelViewSchema = Type.Object({
  id: Type.String(), name: Type.String(), kind: Type.Enum([...CHANNEL_KINDS]), language: Type.Enum(['ko', 'en']), enabled: Type.Boolean(), secretSet: Type.Boolean(), settings: Type.Object({}, { additionalProperties: true }),
  delivered: Type.Number(), failed: Type.Number(), waiting: Type.Number(), lastError: Type.Union([Type.String(), Type.Null()]), lastSentMs: Type.Union([Type.Number(), Type.Null()]),
});
export type ChannelView = Static<typeof ChannelViewSchema>;
export const ChannelsAnswerSchema = Type.Object({ channels: Type.Array(ChannelViewSchema) });
export type ChannelsAnswer = Static<typeof ChannelsAnswerSchema>;

/** What a test message met, in words: at which step it failed and what to do. */
export const ChannelTestAnswerSchema = Type.Object({ ok: Type.Boolean(), step: Type.Enum(['settings', 'address', 'connect', 'tls', 'answer', 'sent']), ko: Type.String(), en: Type.String(), detail: Type.String() });
export type ChannelTestAnswer = Static<typeof ChannelTestAnswerSchema>;

/** Nobody is told during a quiet time; the incident is recorded all the same. Once, or every week at local times. */
export const QuietTimeDraftSchema = Type.Object({
  name: Text(200), kind: Type.Enum(['mute', 'maintenance']),
  /** What is quiet; a field left out means all. */
  match: Type.Object({ ruleId: Type.Optional(Text(64)), pipeline: Type.Optional(Text(80)), stage: Type.Optional(Text(80)), service: Type.Optional(Text(200)) }, closed),
  fromMs: Type.Integer({ minimum: 0, maximum: 4_102_444_800_000 }), toMs: Type.Integer({ minimum: 0, maximum: 4_102_444_800_000 }),
  /** Between `fromMs` and `toMs`, only on these days from `from` to `to` in `timeZone`; `to` before `from` ends on the next day. */
  weekly: Type.Optional(Type.Object({ days: Type.Array(Type.Enum([...WEEKDAYS]), { minItems: 1, maxItems: 7 }), from: LocalTime, to: LocalTime, timeZone: Text(64) }, closed)),
}, closed);
export type QuietTimeDraft = Static<typeof QuietTimeDraftSchema>;
export const QuietTimeSchema = Type.Object({ ...QuietTimeDraftSchema.properties, id: Type.String(), createdBy: Type.String(), active: Type.Boolean() });
export type QuietTime = Static<typeof QuietTimeSchema>;
export const QuietTimesAnswerSchema = Type.Object({ quietTimes: Type.Array(QuietTimeSchema) });
export type QuietTimesAnswer = Static<typeof QuietTimesAnswerSchema>;

/** Who is on call when, and who is told when nobody takes an incident. */
export const OnCallSchema = Type.Object({
  timeZone: Text(64),
  shifts: Type.Array(Type.Object({ who: Text(120), days: Type.Array(Type.Enum([...WEEKDAYS]), { minItems: 1, maxItems: 7 }), from: LocalTime, to: LocalTime, channels: Type.Array(Type.String({ maxLength: 64 }), { minItems: 1, maxItems: 10 }) }, closed), { maxItems: 50 }),
  /** Told when no shift covers the moment. */
  otherwise: Type.Array(Type.String({ maxLength: 64 }), { maxItems: 10 }),
  /** After so many minutes in which nobody has taken it. */
  escalation: Type.Array(Type.Object({ afterMinutes: Type.Integer({ minimum: 1, maximum: 10_080 }), channels: Type.Array(Type.String({ maxLength: 64 }), { minItems: 1, maxItems: 10 }) }, closed), { maxItems: 10 }),
}, closed);
export type OnCall = Static<typeof OnCallSchema>;
export const OnCallAnswerSchema = Type.Object({ onCall: OnCallSchema, now: Type.Object({ who: Type.Array(Type.String()), channels: Type.Array(Type.String()) }) });
export type OnCallAnswer = Static<typeof OnCallAnswerSchema>;
