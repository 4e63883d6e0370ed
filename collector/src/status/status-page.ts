// The public page as one HTML file, for a citizen on a phone: one light, one sentence, how long, what to choose. It stands by
// itself (no font, no picture, no script needed): without a script the browser asks again every few seconds; with `status.js`
// it changes in place. Everything in it is escaped.
import type { Bilingual, Light, PublicStatus, PublicWay } from '@narrows/contract';
import { STATUS_STYLE } from './status-style.js';

type Language = 'ko' | 'en';
export interface PageOptions { language: Language; timeZone: string; /** What stands before the names of the other files in links. */ prefix: string }

const REFRESH_SECONDS = 10;
const WORDS = {
  ko: {
    lights: { fine: '원활', busy: '혼잡', stuck: '매우 혼잡', none: '알 수 없음' }, wait: '예상 시간', atOnce: '바로 이용', short: '1분 미만', minutes: (n: number) => `약 ${n}분`, unknown: '알 수 없음',
    choose: '지금은 이렇게 하면 빠릅니다', steps: '단계별 상황', news: '안내', asOf: (time: string) => `${time} 기준.`, byHand: '운영자가 직접 알린 상태입니다. 아래 단계별 상황은 측정값입니다.',
    stale: '새 소식이 끊겼습니다. 아래는 지난 상태입니다.', check: '이 시각에서 1분 넘게 지났다면 새로 고쳐 주세요.', other: 'English', otherFile: 'en.html', title: '이용 상황', tip: '대기 중에는 새로 고치지 않아도 순서가 유지됩니다.',
  },
  en: {
    lights: { fine: 'smooth', busy: 'busy', stuck: 'very crowded', none: 'not known' }, wait: 'Expected time', atOnce: 'no wait', short: 'under a minute', minutes: (n: number) => `about ${n} min`, unknown: 'not known',
    choose: 'The quickest way right now', steps: 'Step by step', news: 'Announcements', asOf: (time: string) => `As of ${time}.`, byHand: 'This state was set by the operators; the steps below are as measured.',
    stale: 'News has stopped. What follows is the last known state.', check: 'If this is more than a minute ago, reload the page.', other: '한국어', otherFile: 'index.html', title: 'Current situation', tip: 'Your place in the line is kept; there is no need to reload while you wait.',
  },
} as const;

const html = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
/** Shape and colour together. */
const SHAPES: Readonly<Record<Light, string>> = {
  fine: '<circle cx="6" cy="6" r="5.4"/>', busy: '<path d="M6 .6 11.8 11.2H.2z"/>', stuck: '<rect x=".8" y=".8" width="10.4" height="10.4" rx="1"/>', none: '<circle cx="6" cy="6" r="4.6" fill="none" stroke="currentColor" stroke-width="1.6" stroke-dasharray="2 2.1"/>',
};
const mark = (light: Light): string => `<svg class="mark ${light}" viewBox="0 0 12 12" fill="currentColor" aria-hidden="true">${SHAPES[light]}</svg>`;

export function statusPage(status: PublicStatus, { language, timeZone, prefix }: PageOptions): string {
  const words = WORDS[language];
  const say = (text: Bilingual) => html(text[language] || text.ko || text.en);
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">
<noscript><meta http-equiv="refresh" content="${REFRESH_SECONDS}"></noscript>
<title>${html(words.lights[status.light])} · ${say(status.service)} ${words.title}</title><style>${STATUS_STYLE}</style>
<script src="${html(prefix)}status.js" defer></script></head>
<body data-json="${html(prefix)}status.json" data-stale-after="${status.staleAfterSeconds}"><header><p>${say(status.agency)}</p><a href="${html(prefix)}${words.otherFile}" lang="${language === 'ko' ? 'en' : 'ko'}">${words.other}</a></header>
<main id="now" data-written="${status.writtenAtMs}">${mainPart(status, words, say, language, timeZone)}</main></body></html>
`;
}

type Words = (typeof WORDS)[Language];

function mainPart(status: PublicStatus, words: Words, say: (text: Bilingual) => string, language: Language, timeZone: string): string {
  const wait = status.light === 'none' && status.waitMinutes === null ? '' : `<p class="wait"><span>${words.wait}</span><strong>${waitText(status, words)}</strong></p>`;
  return `<p class="stale" id="stale" role="status" hidden>${words.stale}</p>
<section class="hero ${status.light}"><h1><small>${say(status.service)}</small>${mark(status.light)}<span>${say(status.headline)}</span></h1>${wait}${status.byHand ? `<p class="hand">${words.byHand}</p>` : ''}</section>
${status.choose.length > 0 ? `<section class="choose"><h2>${words.choose}</h2><ul>${status.choose.map((name) => `<li>${mark('fine')}${say(name)}</li>`).join('')}</ul></section>` : ''}
${status.announcements.length > 0 ? `<section class="news"><h2>${words.news}</h2>${status.announcements.map(({ text, atMs }) => `<p>${say(text)} <time datetime="${new Date(atMs).toISOString()}">${clock(atMs, language, timeZone)}</time></p>`).join('')}</section>` : ''}
<section class="steps"><h2>${words.steps}</h2><ol>${status.steps.map((step) => `<li>${row(step, words, say)}${step.ways.length > 0 ? `<ul>${step.ways.map((way) => `<li>${row(way, words, say)}</li>`).join('')}</ul>` : ''}</li>`).join('')}</ol></section>
<footer><p>${words.tip}</p><p>${words.asOf(`<time datetime="${new Date(status.measuredAtMs ?? status.writtenAtMs).toISOString()}">${clock(status.measuredAtMs ?? status.writtenAtMs, language, timeZone)}</time>`)} ${words.check}</p></footer>`;
}

function row(way: PublicWay, words: Words, say: (text: Bilingual) => string): string {
  return `<div class="row">${mark(way.light)}<span class="name">${say(way.name)}</span><span class="word">${words.lights[way.light]}</span><span class="min">${way.light === 'none' ? '' : waitText(way, words)}</span></div>`;
}

/** A crowded place without a line is not one that nobody waits at. */
const waitText = ({ waitMinutes, light }: Pick<PublicWay, 'waitMinutes' | 'light'>, words: Words): string => (
  waitMinutes === null ? words.unknown : waitMinutes > 0 ? words.minutes(waitMinutes) : light === 'fine' ? words.atOnce : words.short);

function clock(atMs: number, language: Language, timeZone: string): string {
  return html(new Intl.DateTimeFormat(language === 'ko' ? 'ko-KR' : 'en-GB', { timeZone, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(atMs));
}
