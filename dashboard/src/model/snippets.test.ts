import { expect, it } from 'vitest';
import { placeOf, snippetOf, WATCHED } from './snippets.js';

const INPUT = { endpoint: 'https://narrows.example:4318', key: 'nrw_ingest_x', service: 'booking' };

it('whatever is watched, address and key are filled in, and only what may be left out stands in a comment', () => {
  for (const what of WATCHED) {
    const lines = snippetOf(what, INPUT).split('\n').filter((line) => !line.startsWith('#')).join('\n');
    expect(lines, what).toContain(INPUT.endpoint);
    expect(lines, what).toContain(INPUT.key);
    expect(lines.includes(INPUT.service), what).toBe(placeOf(what) === 'application');
  }
});

it('what goes beside a Collector\'s own configuration replaces nothing in it: its exporter and pipelines have names of their own', () => {
  for (const what of WATCHED.filter((each) => placeOf(each) === 'file')) {
    const [, pipelines = ''] = snippetOf(what, INPUT).split('  pipelines:\n');
    const names = pipelines.split('\n').map((line) => line.trim().split(': ', 1)[0]);
    expect(names.length, what).toBeGreaterThan(0);
    for (const name of names) expect(name, what).toMatch(/^(traces|metrics|logs)\/(narrows|hosts)$/);
    expect(snippetOf(what, INPUT), what).toContain('exporters:\n  otlphttp/narrows:\n');
  }
});
