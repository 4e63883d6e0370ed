// An incident as a document: the post-mortem's draft and the export, in Markdown and as a page to print. Everything in it comes
// from rules, telemetry and people: in Markdown what would be markup is escaped, in the page all of it is. Pure.
import type { Bilingual, IncidentAnswer, TotalsPoint } from '@narrows/contract';
import { zoneOffsetMs } from './zone-time.js';

type Language = 'ko' | 'en';
type Details = Pick<IncidentAnswer, 'incident' | 'timeline' | 'alerts'>;
export interface ReportOptions { language: Language; timeZone: string; agencyName: string }

const WORDS = {
  ko: { incident: '장애', report: '사후 보고', summary: '요약', severity: '심각도', opened: '시작', over: '해소', lasted: '지속', owner: '담당', cause: '원인 판정', confidence: '확신', evidence: '근거', timeline: '경과', alerts: '경보', remedies: '제안된 해결책', lessons: '무엇을 배웠나', actions: '다음에 할 일', write: '(여기에 적으세요)', none: '없음', ongoing: '진행 중', minutes: '분', before: '이전', now: '당시', charts: '그래프', throughput: '처리량 (초당)', response: '응답 시간 p95 (ms)', errors: '오류 (초당)', notReported: '보고되지 않음' },
  en: { incident: 'Incident', report: 'Post-mortem', summary: 'Summary', severity: 'Severity', opened: 'Began', over: 'Over', lasted: 'Lasted', owner: 'Owner', cause: 'Cause as judged', confidence: 'confidence', evidence: 'Evidence', timeline: 'Timeline', alerts: 'Alerts', remedies: 'Remedies proposed', lessons: 'What we learned', actions: 'What to do next', write: '(write here)', none: 'none', ongoing: 'going on', minutes: 'min', before: 'before', now: 'then', charts: 'Charts', throughput: 'Throughput (1/s)', response: 'Response time p95 (ms)', errors: 'Errors (1/s)', notReported: 'not reported' },
} as const;
const SEVERITY = { ko: { critical: '심각', warning: '주의', info: '참고' }, en: { critical: 'critical', warning: 'warning', info: 'info' } } as const;

/** `2026-11-29 20:00:05` in the agency's zone. */
export function localTime(atMs: number, zone: string): string {
  return new Date(atMs + zoneOffsetMs(atMs, zone)).toISOString().slice(0, 19).replace('T', ' ');
}
/** Text that Markdown or HTML would take for markup is shown as it is. */
const plain = (text: string): string => text.replace(/[\\`*_{}[\]<>#|~]/g, '\\$&').replace(/[\r\n]+/g, ' ');

/** Post-mortem as it can be said without a person, with the places that a person must fill. */
export function draftMarkdown({ incident, timeline, alerts }: Details, { language, timeZone, agencyName }: ReportOptions): string {
  const words = WORDS[language];
  const say = (text: Bilingual) => plain(text[language]);
  const time = (atMs: number) => localTime(atMs, timeZone);
  const { cause } = incident;
  const lines = [
    `# ${words.report}: ${plain(agencyName)} ${words.incident} #${incident.number}`, '', `**${say(incident.title)}**`, '',
    `## ${words.summary}`, '',
    `- ${words.severity}: ${SEVERITY[language][incident.severity]}`, `- ${words.opened}: ${time(incident.openedAtMs)} (${plain(timeZone)})`,
    `- ${words.over}: ${incident.resolvedAtMs === null ? words.ongoing : `${time(incident.resolvedAtMs)} (${words.lasted} ${Math.max(1, Math.round((incident.resolvedAtMs - incident.openedAtMs) / 60_000))} ${words.minutes})`}`,
    `- ${words.owner}: ${incident.owner === null ? words.none : plain(incident.owner)}`, '',
    `## ${words.cause}`, '',
    ...(cause ? [`${say(cause.sentence)} (${words.confidence} ${Math.round(cause.confidence * 100)} %)`, '', `### ${words.evidence}`, '', ...cause.evidence.map(({ claim, before, now, unit }) => `- ${say(claim)} (${words.before} ${before ?? words.notReported}, ${words.now} ${now ?? words.notReported} ${plain(unit)})`)] : [words.none]), '',
    `## ${words.timeline}`, '', ...timeline.map(({ atMs, actor, text }) => `- ${time(atMs)} · ${plain(actor)}: ${say(text)}`), '',
    `## ${words.alerts}`, '', ...alerts.map(({ rule, text, firedAtMs, overAtMs }) => `- ${time(firedAtMs)} – ${overAtMs === null ? words.ongoing : time(overAtMs)}: ${text === undefined ? plain(rule) : say(text)}`), '',
    `## ${words.lessons}`, '', words.write, '', `## ${words.actions}`, '', `- [ ] ${words.write}`, '',
  ];
  return lines.join('\n');
}

const html = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');

/** The Markdown that we write and people change: headings, lists, bold; everything else is text. */
export function markdownToHtml(markdown: string): string {
  const inline = (text: string) => html(text).replace(/\\([\\`*_{}[\]#|~]|&lt;|&gt;)/g, (_all, mark: string) => `&#8203;${mark}`).replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>').replaceAll('&#8203;', '');
  const out: string[] = [];
  let inList = false;
  for (const line of markdown.split(/\r?\n/)) {
    const item = /^\s*- (.*)$/.exec(line);
    if (inList !== (item !== null)) {
      inList = item !== null;
      out.push(inList ? '<ul>' : '</ul>');
    }
    const heading = /^(#{1,4}) (.*)$/.exec(line);
    if (item) out.push(`<li>${inline(item[1]!.replace(/^\[ \] /, '☐ ').replace(/^\[x\] /i, '☑ '))}</li>`);
    else if (heading) out.push(`<h${heading[1]!.length}>${inline(heading[2]!)}</h${heading[1]!.length}>`);
    else if (line.trim() !== '') out.push(`<p>${inline(line)}</p>`);
  }
  if (inList) out.push('</ul>');
  return out.join('\n');
}

const CHART = { width: 680, height: 120, left: 46, bottom: 18 } as const;

/** One measure as a line on paper; gaps stay gaps, counts begin at zero. */
export function chartSvg(title: string, points: readonly { atMs: number; value: number | null }[], marks: readonly number[], zone: string): string {
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]));
  const [from, to] = [points[0]?.atMs ?? 0, points.at(-1)?.atMs ?? 1];
  const top = Math.max(1e-9, ...values);
  const x = (atMs: number) => (CHART.left + ((atMs - from) / Math.max(1, to - from)) * (CHART.width - CHART.left)).toFixed(1);
  const y = (value: number) => (4 + (1 - value / top) * (CHART.height - CHART.bottom - 4)).toFixed(1);
  let pen = false;
  const path = points.map(({ atMs, value }) => { const step = value === null ? '' : `${pen ? 'L' : 'M'}${x(atMs)} ${y(value)}`; pen = value !== null; return step; }).join('');
  const lines = marks.filter((at) => at >= from && at <= to).map((at) => `<line x1="${x(at)}" x2="${x(at)}" y1="0" y2="${CHART.height - CHART.bottom}" stroke="#b3261e" stroke-dasharray="3 3"/>`).join('');
  return `<figure><figcaption>${html(title)}</figcaption><svg viewBox="0 0 ${CHART.width} ${CHART.height}" role="img" aria-label="${html(title)}"><line x1="${CHART.left}" x2="${CHART.width}" y1="${y(0)}" y2="${y(0)}" stroke="#999"/>${lines}<path d="${path}" fill="none" stroke="#14558f" stroke-width="1.5"/><text x="0" y="12">${Number(top.toPrecision(3))}</text><text x="0" y="${y(0)}">0</text><text x="${CHART.left}" y="${CHART.height - 3}">${localTime(from, zone).slice(11)}</text><text x="${CHART.width}" y="${CHART.height - 3}" text-anchor="end">${localTime(to, zone).slice(11)}</text></svg></figure>`;
}

const STYLE = 'body{font:14px/1.6 Pretendard,system-ui,sans-serif;color:#111;background:#fff;max-width:44rem;margin:2rem auto;padding:0 1rem;word-break:keep-all;overflow-wrap:anywhere}h1{font-size:1.5rem}h2{font-size:1.15rem;border-bottom:1px solid #bbb;margin-top:1.6em}h3{font-size:1rem}figure{margin:1rem 0;break-inside:avoid}figcaption{font-weight:600}svg{width:100%;height:auto;font:11px system-ui;fill:#333}li{break-inside:avoid}@page{size:A4;margin:18mm}@media print{body{margin:0;max-width:none}}';

export function reportHtml(details: Details, postMortem: string, history: readonly TotalsPoint[], { language, timeZone, agencyName }: ReportOptions): string {
  const words = WORDS[language];
  const marks = [details.incident.openedAtMs, ...(details.incident.resolvedAtMs === null ? [] : [details.incident.resolvedAtMs])];
  const chart = (title: string, valueOf: (point: TotalsPoint) => number | null) => chartSvg(title, history.map((point) => ({ atMs: point.atMs, value: valueOf(point) })), marks, timeZone);
  const charts = history.length > 1 ? `<h2>${words.charts}</h2>${chart(words.throughput, (p) => p.completions)}${chart(words.response, (p) => p.p95Ms)}${chart(words.errors, (p) => p.errors)}` : '';
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${html(agencyName)} #${details.incident.number}</title><style>${STYLE}</style></head><body><main>${markdownToHtml(postMortem)}${charts}</main></body></html>`;
}
