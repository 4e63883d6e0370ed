// The national day's figures as they stand in `docs/benchmarks.md` too: `npm run bench:national` puts them there, and
// `npm run bench:ingest`, which writes the page anew, takes them over. Pure: text in, text out.

const BEGIN = '<!-- national day: begin -->';
const END = '<!-- national day: end -->';
const TABLE_HEAD = '| what | | asked | |';

/** The section made of `docs/national-day.md`; empty where that page holds no figures. */
export function nationalSection(nationalPage) {
  const lines = nationalPage.split('\n');
  const from = lines.indexOf(TABLE_HEAD);
  if (from < 0) return '';
  const length = lines.slice(from).findIndex((line) => !line.startsWith('|'));
  const written = lines.find((line) => line.startsWith('Written by')) ?? '';
  return [BEGIN, '## The national day', '', `A whole day of a country through the collector: [national-day.md](national-day.md). ${written}`, '', ...lines.slice(from, length < 0 ? undefined : from + length), END].join('\n');
}

/** `page` with this section in the place of the one before, or at its end. */
export function withNationalSection(page, section) {
  const [before, after = ''] = page.includes(BEGIN) ? [page.slice(0, page.indexOf(BEGIN)), page.slice(page.indexOf(END) + END.length)] : [page];
  return `${[before.trim(), section, after.trim()].filter(Boolean).join('\n\n')}\n`;
}
