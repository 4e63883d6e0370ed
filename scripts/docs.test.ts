// Documents as tests: `docs/errors.md` and `docs/config.md` are written from the tables in the code (with `-u`) and
// compared on every run, so that they cannot grow stale; `docs/guarantees.md` may claim only what a test claims by its
// title; and no link leads nowhere.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { AGENT_CONFIG } from '../agent/src/config.js';
import { COLLECTOR_CONFIG } from '../collector/src/config.js';
import { RELAY_CONFIG } from '../collector/src/relay-config.js';
import { type ConfigTable, ERRORS } from '@narrows/contract';
import { ENVIRONMENT as DEMO_CONFIG } from '../demo-system/src/environment.js';

const cell = (text: unknown) => String(text).replaceAll('|', '\\|');

test('docs/errors.md lists every error with its statuses and what to do', async () => {
  const rows = Object.entries(ERRORS).map(([code, spec]) => `| \`${code}\` | ${spec.http} | ${spec.grpc} | ${spec.retryable ? 'yes' : 'no'} | ${cell(spec.doc)} |`);
  const page = `# Errors

Every error that Narrows answers with. OTLP requests get a \`google.rpc.Status\` in their own encoding; the query API answers
\`{ "error": { code, message, whatToDo, requestId } }\`. Retryable means that the same bytes may succeed later: such an answer carries
\`Retry-After\`, over gRPC \`RetryInfo\`. Others will fail again however often they are sent.

| code | HTTP | gRPC | retry | what to do |
|---|---|---|---|---|
${rows.join('\n')}
`;
  await expect(page).toMatchFileSnapshot('../docs/errors.md');
});

test('docs/config.md lists every variable with its default, unit and bounds', async () => {
  const section = (title: string, table: ConfigTable) => `## ${title}

| variable | default | unit | bounds | what it does |
|---|---|---|---|---|
${Object.values(table).map((entry) => {
    const bounds = entry.oneOf ? entry.oneOf.join(', ') : [entry.min, entry.max].some((v) => v !== undefined) ? `${entry.min ?? ''} – ${entry.max ?? ''}` : '';
    return `| \`${entry.env}\` | ${entry.default === '' ? '–' : `\`${cell(entry.default)}\``} | ${entry.unit ?? ''} | ${cell(bounds)} | ${cell(entry.sentence)} |`;
  }).join('\n')}
`;
  const page = `# Configuration

One table for each package, read once at the start; all mistakes are reported together. A blank variable counts as not set. Options on the
command line (\`--help\`) win over variables.

${section('Collector (`narrows serve`)', COLLECTOR_CONFIG)}
${section('Relay (`narrows relay`)', RELAY_CONFIG)}
${section('Agent (`--import @narrows/agent/register`)', AGENT_CONFIG)}
The standard \`OTEL_*\` variables (service name, resource attributes, endpoint, headers, protocol, sampler, batch sizes, metric interval,
propagators, \`OTEL_SDK_DISABLED\`) are honoured and win over the agent's own.

${section('Demo system', DEMO_CONFIG)}`;
  await expect(page).toMatchFileSnapshot('../docs/config.md');
});

const ROOT = path.resolve(import.meta.dirname, '..');
const read = (file: string): string => fs.readFileSync(path.join(ROOT, file), 'utf8');
const filesIn = (folder: string, ending: string): string[] => fs.readdirSync(path.join(ROOT, folder)).filter((name) => name.endsWith(ending)).map((name) => `${folder}/${name}`);
const GUARANTEES = 'docs/guarantees.md';
const SECURITY = 'docs/security.md';

/** A title as it stands in the source behind a quotation mark; "…" in the claim is any part of it. */
function titlePattern(claim: string): RegExp {
  const parts = claim.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll("'", "\\\\?'"));
  return new RegExp(`['\`]${parts.join('[^\\n]*?')}`);
}

test.each([[GUARANTEES, 80], [SECURITY, 15]])('%s names only tests that exist, by their titles', (document, claimsMin) => {
  let source = '';
  let file = '';
  let claims = 0;
  for (const [, link, claim] of read(document).matchAll(/\]\(\.\.\/([^)]+\.tsx?)\)|“([^”]+)”/g)) {
    if (link !== undefined) {
      file = link;
      source = read(file);
    } else {
      expect(titlePattern(claim!).test(source), `${file} has no test “${claim}”`).toBe(true);
      claims++;
    }
  }
  expect(claims).toBeGreaterThan(claimsMin);
});

test('docs/guarantees.md has every promise, and every test that was written for one', () => {
  const page = read(GUARANTEES);
  for (let promise = 1; promise <= 12; promise++) expect(page).toContain(`### G${promise} · `);
  for (const file of filesIn('collector/test', '.test.ts').filter((name) => /\/(promise|fuzz|fairness|conservation|canary|thinning)/.test(name))) expect(page, file).toContain(`(../${file})`);
});

test('links between the documents lead somewhere, and ARCHITECTURE.md lists every decision', () => {
  const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'agent/README.md', 'demo-system/README.md', ...filesIn('docs', '.md'), ...filesIn('docs/adr', '.md')];
  for (const page of pages) {
    for (const [, target] of read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)) {
      expect(fs.existsSync(path.join(ROOT, path.dirname(page), target!)), `${page} → ${target}`).toBe(true);
    }
  }
  const decisions = read('ARCHITECTURE.md');
  for (const decision of filesIn('docs/adr', '.md')) expect(decisions).toContain(`(${decision})`);
});
