// Every sentence a verdict says, in Korean as an official would write it and in English. Takes numbers and names, gives
// text; a number is rounded to what a person can use, a moment is a wall clock in the agency's own time zone.
import type { Bilingual, RuntimeMeasure, UnixMs } from '@narrows/contract';

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

export function slowItselfSentence(said: Said, beforeMs: number, nowMs: number): Bilingual {
  const [before, now] = [spanOfTime(beforeMs / 1_000), spanOfTime(nowMs / 1_000)];
  return {
    ko: `${withParticle(said.name.ko, '이', '가')} 스스로 느려졌습니다. 다른 곳을 부른 시간을 뺀 자체 처리가 ${before.ko}에서 ${now.ko}로 늘었습니다 · ${said.since}부터`,
    en: `${said.name.en} is slow by its own work: it took ${before.en} without its calls, now takes ${now.en} · since ${said.since}`,
  };
}

export function errorsSentence(said: Said, share: number, dependency: string | null = null): Bilingual {
  const percent = amount(share * 100);
  if (dependency !== null) {
    return {
      ko: `${said.name.ko}에서 ${dependency} 호출이 실패합니다. 요청의 ${percent}%가 오류로 끝납니다 · ${said.since}부터`,
      en: `Calls from ${said.name.en} to ${dependency} fail: ${percent} % of requests end in an error · since ${said.since}`,
    };
  }
  return {
    ko: `${said.name.ko}에서 오류가 납니다. 요청의 ${percent}%가 실패합니다 · ${said.since}부터`,
    en: `${said.name.en} is failing: ${percent} % of requests end in an error · since ${said.since}`,
  };
}

/** 3.4배 · 3.4 times. */
const times = (factor: number): Bilingual => ({ ko: `${amount(factor)}배`, en: `${amount(factor)} times` });
const percent = (share: number): string => amount(share * 100);

export function instanceSentence(said: Said, instance: string, slower: number | null, errorShare: number): Bilingual {
  const what = slower === null
    ? { ko: `요청의 ${percent(errorShare)}%를 실패시킵니다`, en: `fails ${percent(errorShare)} % of its requests` }
    : { ko: `다른 인스턴스보다 ${times(slower).ko} 느립니다`, en: `takes ${times(slower).en} as long as the others` };
  return {
    ko: `${said.name.ko}의 인스턴스 ${instance} 하나가 ${what.ko} · ${said.since}부터`,
    en: `One instance of ${said.name.en}, ${instance}, ${what.en} · since ${said.since}`,
  };
}

export function deploymentSentence(said: Said, version: string, slower: number | null, errorShare: number): Bilingual {
  const what = slower === null
    ? { ko: `요청의 ${percent(errorShare)}%가 실패합니다`, en: `${percent(errorShare)} % of requests fail` }
    : { ko: `${times(slower).ko} 느려졌습니다`, en: `it takes ${times(slower).en} as long` };
  const named = version === '' ? { ko: '새 배포', en: 'the deployment' } : { ko: `새 버전 ${version}`, en: `version ${version}` };
  return {
    ko: `${withParticle(said.name.ko, '은', '는')} ${named.ko} 배포 뒤 나빠졌습니다. ${what.ko} · ${said.since}부터`,
    en: `${said.name.en} has been worse since ${named.en}: ${what.en} · since ${said.since}`,
  };
}

const LACKS: Record<RuntimeMeasure, (share: string) => Bilingual> = {
  cpu: (share) => ({ ko: `프로세서가 모자랍니다. ${share}%를 쓰고 있습니다`, en: `is short of processor time: ${share} % in use` }),
  event_loop: (share) => ({ ko: `이벤트 루프가 막혔습니다. ${share}%를 쓰고 있습니다`, en: `has a blocked event loop: ${share} % in use` }),
  gc: (share) => ({ ko: `가비지 수집에 시간의 ${share}%를 쓰고 있습니다`, en: `spends ${share} % of its time collecting garbage` }),
  memory: (share) => ({ ko: `메모리가 모자랍니다. 한도의 ${share}%를 쓰고 있습니다`, en: `is short of memory: ${share} % of its limit` }),
};

export function starvationSentence(said: Said, measure: RuntimeMeasure, share: number): Bilingual {
  const lacks = LACKS[measure](percent(share));
  return { ko: `${withParticle(said.name.ko, '은', '는')} ${lacks.ko} · ${said.since}부터`, en: `${said.name.en} ${lacks.en} · since ${said.since}` };
}

export function contentionSentence(said: Said, topPerSecond: number, nowPerSecond: number, atWork: number): Bilingual {
  const many = counted(atWork, said.people);
  return {
    ko: `${withParticle(said.name.ko, '은', '는')} 한꺼번에 ${many.ko}을 처리하느라 오히려 느려졌습니다. 초당 ${amount(topPerSecond)}에서 ${amount(nowPerSecond)}로 줄었습니다 · ${said.since}부터`,
    en: `${said.name.en} does less the more come at once: ${many.en} at work, and ${amount(topPerSecond)} a second have become ${amount(nowPerSecond)} · since ${said.since}`,
  };
}

export function retriesSentence(said: Said, caller: string, before: number, now: number): Bilingual {
  return {
    ko: `${withParticle(said.name.ko, '이', '가')} 재시도에 묻혔습니다. ${withParticle(caller, '이', '가')} 요청 하나에 ${amount(before)}번 부르던 것을 ${amount(now)}번 부릅니다 · ${said.since}부터`,
    en: `${said.name.en} is flooded by retries: ${caller} makes ${amount(now)} attempts for a request, it made ${amount(before)} · since ${said.since}`,
  };
}

export function surgeSentence(said: Said, before: number, now: number, utilisation: number): Bilingual {
  const [was, is] = [counted(before, said.people), counted(now, said.people)];
  return {
    ko: `사람이 몰립니다. 초당 ${was.ko}에서 ${is.ko}으로 늘었고, 여유가 가장 적은 ${withParticle(said.name.ko, '은', '는')} ${percent(utilisation)}% 찼습니다 · ${said.since}부터`,
    en: `A surge: ${was.en} a second have become ${is.en}; nothing is narrow yet, ${said.name.en} has the least room (${percent(utilisation)} % in use) · since ${said.since}`,
  };
}

export function duplicatesSentence(since: string, persons: number, sessions: number): Bilingual {
  return {
    ko: `접속은 ${amount(sessions)}개인데 실제 사람은 ${amount(persons)}명입니다. 여러 기기로 겹쳐 들어오고 있습니다 · ${since}부터`,
    en: `${amount(sessions)} connections are ${amount(persons)} people: they come in on several devices · since ${since}`,
  };
}

export function outcomeSentence(since: string, outcome: string, before: number, now: number): Bilingual {
  return {
    ko: `오류는 없는데 "${outcome}" 안내가 ${percent(before)}%에서 ${percent(now)}%로 늘었습니다 · ${since}부터`,
    en: `Without any error, "${outcome}" is told to ${percent(now)} % of people; it was ${percent(before)} % · since ${since}`,
  };
}

export function silentSentence(said: Said): Bilingual {
  return {
    ko: `${said.name.ko}의 데이터가 끊겼습니다. ${said.since}부터 스팬이 오지 않습니다 (느려진 것이 아니라 보이지 않는 것입니다)`,
    en: `No data from ${said.name.en}: no span since ${said.since} (it is unseen, not slow)`,
  };
}

export function nothingMatchesSentence(name: Bilingual, since: string): Bilingual {
  return {
    ko: `${name.ko}에 맞는 스팬이 하나도 없습니다 · ${since}부터. 단계 조건을 확인하세요`,
    en: `${name.en} matches no span since ${since}: check its rule`,
  };
}
