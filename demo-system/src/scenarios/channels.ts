// The nine ways to prove one's identity in August 2021, with how popular each is and how long one verification takes.
// A scenario only says how many workers each has.
import type { ChannelSpec } from '../scenario.js';

export const CHANNELS = [
  { id: 'pass-skt', name: { ko: 'PASS (SKT)', en: 'PASS (SKT)' }, popularity: 0.26, serviceMsMean: 2_000 },
  { id: 'pass-kt', name: { ko: 'PASS (KT)', en: 'PASS (KT)' }, popularity: 0.18, serviceMsMean: 2_000 },
  { id: 'pass-lgu', name: { ko: 'PASS (LG U+)', en: 'PASS (LG U+)' }, popularity: 0.14, serviceMsMean: 2_000 },
  { id: 'kcb-phone', name: { ko: 'KCB 휴대폰', en: 'KCB phone' }, popularity: 0.11, serviceMsMean: 2_400 },
  { id: 'kakao', name: { ko: '카카오', en: 'Kakao' }, popularity: 0.12, serviceMsMean: 1_800 },
  { id: 'naver', name: { ko: '네이버', en: 'Naver' }, popularity: 0.08, serviceMsMean: 1_800 },
  { id: 'financial-cert', name: { ko: '금융인증서', en: 'Financial certificate' }, popularity: 0.05, serviceMsMean: 1_600 },
  { id: 'joint-cert', name: { ko: '공동인증서', en: 'Joint certificate' }, popularity: 0.04, serviceMsMean: 1_600 },
  { id: 'ipin', name: { ko: '아이핀', en: 'i-PIN' }, popularity: 0.02, serviceMsMean: 2_200 },
] as const;

export type ChannelId = (typeof CHANNELS)[number]['id'];

/** Spread of the logarithm of a service time. */
export const SERVICE_TIME_SPREAD = 0.35;

/** A provider that fails says so after this time; one that hangs is given up after the longer one. */
export const PROVIDER_FAILS_MS = { error: 400, hang: 8_000 } as const;

/** All channels, each with the workers given. The line in front of a channel may be ten times its workers. */
export function channelsWith(workers: Readonly<Record<ChannelId, number>>): ChannelSpec[] {
  return CHANNELS.map((channel) => ({
    ...channel, workers: workers[channel.id], queueMax: workers[channel.id] * 10, queueTimeoutMs: 10_000, mismatchShare: 0.015,
  }));
}
