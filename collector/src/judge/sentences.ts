// Every sentence a verdict says, in Korean as an official would write it and in English. Takes numbers and names, gives
// text; a number is rounded to what a person can use, a moment is a wall clock in the agency's own time zone.
import type { Bilingual, UnixMs } from '@narrows/contract';

const clocks = new Map<string, Intl.DateTimeFormat>();

/** `20:00:12` in the given zone; an unknown zone falls back to UTC and says so. */
export function clock(atMs: UnixMs, timeZone: string): string {
  let format = clocks.get(timeZone);
  if (format === undefined) {
    const zone = Intl.supportedValuesOf('timeZone').includes(timeZone) || timeZone === 'UTC' ? timeZone : 'UTC';
    format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', hour: '2-digit', minute: '2-digit', second: '2-digit', ...(zone === timeZone ? {} : { timeZoneName: 'short' }) });
    clocks.set(timeZone, format);
  }
  return format.format(atMs);
}

/** 48, 4.8, 0.05: never more than a person would say aloud. */
export const amount = (value: number): string => {
  if (value >= 10) return Math.round(value).toLocaleString('en-US');
  return value >= 1 || value === 0 ? String(Number(value.toFixed(1))) : String(Number(value.toPrecision(1)));
};

/** `0.8초`, `25초`, `3분 20초`, `2시간 5분`. */
export function spanOfTime(seconds: number): Bilingual {
  if (seconds < 10) return { ko: `${amount(seconds)}초`, en: `${amount(seconds)} s` };
  const whole = Math.round(seconds);
  if (whole < 60) return { ko: `${whole}초`, en: `${whole} s` };
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60];
  if (minutes < 60) return { ko: rest === 0 ? `${minutes}분` : `${minutes}분 ${rest}초`, en: rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s` };
  const [hours, over] = [Math.floor(minutes / 60), minutes % 60];
  return { ko: over === 0 ? `${hours}시간` : `${hours}시간 ${over}분`, en: over === 0 ? `${hours} h` : `${hours} h ${over} min` };
}

/**
 * Endings whose Korean reading closes with a consonant: letters 엘, 엠, 엔, 알; digits 영, 일, 삼, 육, 칠, 팔; and English
 * words as they are written in Korean (웹, 부킹, 메일, but 서버, 클라이언트).
 */
const CLOSED_READING = /(?:[LMNR013678]|[lmnbpk]|ng)$/;

/** The name with the particle that its last sound asks for: 본인인증이, 접수가, PASS-SKT가, LGU+가. */
export function withParticle(name: string, closed: string, open: string): string {
  const spoken = name.replace(/[^\p{L}\p{N}+]+$/u, '');
  const last = spoken.codePointAt(spoken.length - 1) ?? 0;
  const isHangul = last >= 0xac00 && last <= 0xd7a3;
  const endsClosed = isHangul ? (last - 0xac00) % 28 !== 0 : CLOSED_READING.test(spoken);
  return name + (endsClosed ? closed : open);
}

/** A channel is said with its stage. */
export const placeName = (stage: Bilingual | null, own: Bilingual): Bilingual =>
  (stage === null ? own : { ko: `${stage.ko} ${own.ko} 채널`, en: `${own.en} of ${stage.en}` });

/** People go through a pipeline; services answer requests. */
const counted = (value: number, people: boolean): Bilingual =>
  ({ ko: `${amount(value)}${people ? '명' : '건'}`, en: amount(value) });

export interface Said { name: Bilingual; since: string; people: boolean }

export function saturationSentence(said: Said, arrivals: number, handled: number): Bilingual {
  const [come, done] = [counted(arrivals, said.people), counted(handled, said.people)];
  const balance = arrivals > handled
    ? { ko: `초당 ${come.ko}이 오는데 ${done.ko}만 처리합니다`, en: `${come.en} a second arrive, ${done.en} are handled` }
    : { ko: `초당 ${done.ko}을 처리하며 밀린 줄을 줄이는 중입니다`, en: `${done.en} a second are handled, the line is shrinking` };
  return {
    ko: `${withParticle(said.name.ko, '이', '가')} 병목입니다. ${balance.ko} · ${said.since}부터`,
    en: `${said.name.en} is the bottleneck: ${balance.en} · since ${said.since}`,
  };
}

export function outageSentence(said: Said, failed: number, hanging: boolean): Bilingual {
  const many = counted(failed, said.people);
  return {
    ko: `${withParticle(said.name.ko, '이', '가')} 멈췄습니다. ${hanging ? `${many.ko}이 응답을 받지 못하고 기다립니다` : `그동안 ${many.ko}이 모두 실패했습니다`} · ${said.since}부터`,
    en: `${said.name.en} is out: ${hanging ? `${many.en} wait without an answer` : `all ${many.en} since then have failed`} · since ${said.since}`,
  };
}

export function dependencySentence(said: Said, dependency: string, beforeMs: number, nowMs: number): Bilingual {
  const [before, now] = [spanOfTime(beforeMs / 1_000), spanOfTime(nowMs / 1_000)];
  return {
    ko: `${withParticle(said.name.ko, '은', '는')} ${dependency} 때문에 느립니다. 호출 한 번이 ${before.ko}에서 ${now.ko}로 늘었습니다 · ${said.since}부터`,
    en: `${said.name.en} is slowed by ${dependency}: a call took ${before.en}, now takes ${now.en} · since ${said.since}`,
  };
}

export function errorsSentence(said: Said, share: number): Bilingual {
  const percent = amount(share * 100);
  return {
    ko: `${said.name.ko}에서 오류가 납니다. 요청의 ${percent}%가 실패합니다 · ${said.since}부터`,
    en: `${said.name.en} is failing: ${percent} % of requests end in an error · since ${said.since}`,
  };
}
