// What is told: one notice of an incident, and its form for each kind of channel. Pure. Texts come from rules and telemetry and
// are put into other programs' languages (Slack's marks, mail headers, templates): each is escaped here for its own.
import { createHmac } from 'node:crypto';
import type { Bilingual, ChannelSettings, Severity } from '@narrows/contract';

export const NOTICE_EVENTS = ['opened', 'worse', 'escalated', 'resolved', 'test', 'collector_gone', 'collector_back'] as const;
export type NoticeEvent = (typeof NOTICE_EVENTS)[number];

export interface Notice {
  event: NoticeEvent;
  agency: { id: string; name: string };
  severity: Severity;
  incident: { id: string; number: number; link: string } | null;
  title: Bilingual;
  body: Bilingual;
  atMs: number;
}
type Language = 'ko' | 'en';

const EVENT_WORDS: Readonly<Record<NoticeEvent, Bilingual>> = {
  opened: { ko: '장애', en: 'Incident' }, worse: { ko: '악화', en: 'Worse' }, escalated: { ko: '아직 담당자 없음', en: 'Nobody has taken it' }, resolved: { ko: '해소', en: 'Resolved' },
  test: { ko: '시험', en: 'Test' }, collector_gone: { ko: '수집기 중단', en: 'Collector gone' }, collector_back: { ko: '수집기 복구', en: 'Collector back' },
};
/** One line: a title that brings line breaks along must not become a second header. */
const line = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();

export function subjectOfNotice({ event, agency, title }: Notice, language: Language): string {
  return line(`[${agency.name}] ${EVENT_WORDS[event][language]}: ${title[language]}`).slice(0, 300);
}

export function textOfNotice(notice: Notice, language: Language): string {
  return [subjectOfNotice(notice, language), '', notice.body[language], ...(notice.incident ? ['', notice.incident.link] : [])].join('\n');
}

/** The body of a webhook, also what the watchdog sends. */
export function webhookBody(notice: Notice, deliveryId: string): string {
  return JSON.stringify({ version: 1, id: deliveryId, ...notice, at: new Date(notice.atMs).toISOString() });
}

/** `sha256=…` over `timestamp.body`: an old message cannot be sent again under a new time. */
export function signatureOf(secret: string, timestampSeconds: number, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(`${timestampSeconds}.${body}`).digest('hex')}`;
}

const slackText = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export function slackBody(notice: Notice, language: Language): string {
  const title = slackText(subjectOfNotice(notice, language));
  const link = notice.incident ? `\n<${encodeURI(notice.incident.link)}|#${notice.incident.number}>` : '';
  return JSON.stringify({ text: title, blocks: [
    { type: 'section', text: { type: 'mrkdwn', text: `*${title}*`.slice(0, 2_900) } },
    { type: 'section', text: { type: 'mrkdwn', text: `${slackText(notice.body[language])}${link}`.slice(0, 2_900) } },
  ] });
}

/** A gateway for messages to phones fills no template by itself: what is sent is the template, filled. */
export function kakaoBody(notice: Notice, settings: ChannelSettings['kakao'], deliveryId: string, language: Language): string {
  const values: Readonly<Record<string, string>> = { title: subjectOfNotice(notice, language), body: notice.body[language], link: notice.incident?.link ?? '', agency: notice.agency.name };
  const message = settings.template.replace(/#\{([a-z]+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? values[name]! : whole)).slice(0, 1_000);
  return JSON.stringify({ requestId: deliveryId, senderKey: settings.senderKey, templateCode: settings.templateCode, recipients: settings.to.map((phone) => ({ phone: phone.replaceAll('-', '') })), message });
}
