// A comparison → a table for the terminal and a page for people. Pure: the same figures write the same text.
import type { Bilingual } from '@narrows/contract';
import type { NationalDay } from '../day.js';
import type { Lived } from '../simulation/lived.js';
import { REASONS, type Reason } from '../simulation/waiting-line.js';

export interface Compared { id: string; title: Bilingual; lived: Lived; workersAtEnd: number }
export interface Comparison { day: NationalDay; scale: number; seed: number; systems: readonly Compared[] }

const count = (value: number) => Math.round(value).toLocaleString('en');
const minutes = (value: number | undefined) => (value === undefined ? '–' : value.toFixed(1));
const percent = (part: number, whole: number) => (whole === 0 ? '–' : `${(part / whole * 100).toFixed(1)} %`);

/** What is set side by side. */
const ROWS: readonly { title: string; of: (system: Compared) => string }[] = [
  { title: 'people who came', of: ({ lived }) => count(lived.total.arrived) },
  { title: 'booked', of: ({ lived }) => count(lived.total.booked) },
  { title: '… of those who came', of: ({ lived }) => percent(lived.total.booked, lived.total.arrived) },
  { title: 'thrown back, times', of: ({ lived }) => count(lived.total.thrownBack) },
  { title: 'gave up', of: ({ lived }) => count(lived.total.gaveUp) },
  { title: 'sent away by the suspension', of: ({ lived }) => count(lived.total.sentAway) },
  { title: 'minutes in line, mean', of: ({ lived }) => minutes(lived.inLineMinutes?.mean) },
  { title: 'minutes in line, 95 %', of: ({ lived }) => minutes(lived.inLineMinutes?.p95) },
  { title: 'minutes to book, median', of: ({ lived }) => minutes(lived.bookedAfterMinutes?.p50) },
  { title: 'minutes to book, 95 %', of: ({ lived }) => minutes(lived.bookedAfterMinutes?.p95) },
  { title: 'longest line, places', of: ({ lived }) => count(lived.longest.places) },
  { title: '… people in it', of: ({ lived }) => count(lived.longest.people) },
  { title: 'requests', of: ({ lived }) => count(lived.total.requests) },
  { title: 'verified at once, at the end', of: ({ workersAtEnd }) => count(workersAtEnd) },
];

const WHY: Readonly<Record<Reason, string>> = {
  person: 'a person\'s first place', device: 'another device', browser: 'a second browser on the device', one_more: 'one thing more, because the wait was long', address: 'the same browser from another address',
  session: 'the same device with its session lost', thrown_back: 'thrown back and in line again', lost_place: 'the place was lost', returned: 'back after the suspension',
};

type Cell = string;
interface Grid { head: readonly Cell[]; rows: readonly (readonly Cell[])[] }

function sideBySide(systems: readonly Compared[]): Grid {
  return { head: ['', ...systems.map(({ title }) => title.en)], rows: ROWS.map(({ title, of }) => [title, ...systems.map(of)]) };
}

/** Why there were so many places at the longest line of the day as it was. */
function reasons({ lived: { longest } }: Compared): Grid {
  const rows = REASONS.filter((reason) => longest.reasons[reason] > 0)
    .map((reason) => [WHY[reason], count(longest.reasons[reason]), percent(longest.reasons[reason], longest.places), count(longest.left[reason])]);
  const left = Object.values(longest.left).reduce((a, b) => a + b, 0);
  return { head: ['why this place was taken', 'places', 'share', 'of them nobody stands behind'], rows: [...rows, ['all', count(longest.places), '100 %', count(left)]] };
}

function byHour(systems: readonly Compared[], beginMs: number): Grid {
  const hours = Math.max(...systems.map(({ lived }) => lived.byHour.length));
  const hour = (i: number) => new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Seoul', hour: '2-digit', minute: '2-digit' }).format(beginMs + i * 3_600_000);
  return {
    head: ['booked in the hour from', ...systems.map(({ title }) => title.en)],
    rows: Array.from({ length: hours }, (_, i) => [hour(i), ...systems.map(({ lived }) => count(lived.byHour[i]?.booked ?? 0))]),
  };
}

/** The sentence that officials had no answer for. */
function whySo({ lived: { longest } }: Compared): string {
  const own = longest.reasons.person + longest.reasons.returned;
  return `${count(longest.places)} places stood in line for ${count(longest.people)} people: ${(longest.places / Math.max(1, longest.people)).toFixed(1)} each. Only ${count(own)} of them were a person's own first place; the line ranked browser and address.`;
}

/** For the terminal. */
export function whatIfTable(systems: readonly Compared[]): string {
  const [asItWas] = systems;
  return [text(sideBySide(systems)), ...(asItWas && asItWas.lived.longest.places > asItWas.lived.longest.people ? [whySo(asItWas), text(reasons(asItWas))] : [])].join('\n');
}

function text({ head, rows }: Grid): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)));
  const line = (row: readonly Cell[]) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  ').trimEnd();
  return `${line(head)}\n${widths.map((width) => '─'.repeat(width)).join('  ')}\n${rows.map(line).join('\n')}\n`;
}

export function whatIfPage({ day, scale, seed, systems }: Comparison, format: 'html' | 'md'): string {
  const [asItWas] = systems;
  const render = format === 'html' ? html : markdown;
  const title = `What if, on ${day.title.en}`;
  const lines = [
    render.heading(1, title),
    render.paragraph(`The same people (seed ${seed}, ${scale === 1 ? 'at their real number' : `scale ${scale}`}) in ${systems.length} systems, played event by event; nothing here was measured on a real one.`),
    render.table(sideBySide(systems)),
  ];
  if (asItWas) lines.push(render.heading(2, 'Why so many stood in line'), render.paragraph(whySo(asItWas)), render.table(reasons(asItWas)), render.heading(2, 'Served by hour'), render.table(byHour(systems, day.beginMs)));
  return format === 'html' ? page(title, lines.join('\n')) : `${lines.join('\n\n')}\n`;
}

const escaped = (value: string) => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const html = {
  heading: (level: number, value: string) => `<h${level}>${escaped(value)}</h${level}>`,
  paragraph: (value: string) => `<p>${escaped(value)}</p>`,
  table: ({ head, rows }: Grid) => `<div class="wide"><table><thead><tr>${head.map((cell) => `<th scope="col">${escaped(cell)}</th>`).join('')}</tr></thead><tbody>${
    rows.map(([first = '', ...rest]) => `<tr><th scope="row">${escaped(first)}</th>${rest.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`).join('')}</tbody></table></div>`,
};
const markdown = {
  heading: (level: number, value: string) => `${'#'.repeat(level)} ${value}`,
  paragraph: (value: string) => value,
  table: ({ head, rows }: Grid) => [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n'),
};

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>
<style>
:root { color-scheme: light dark; } body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; } .wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; } th, td { padding: 0.3rem 0.8rem; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
td, thead th:not(:first-child) { text-align: right; } tbody th { text-align: left; font-weight: 400; }
</style>
${body}
</html>
`;
}
