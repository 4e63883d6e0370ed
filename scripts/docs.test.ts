// Documents as tests: `docs/errors.md` and `docs/config.md` are written from the tables in the code (with `-u`) and
// compared on every run, so that they cannot grow stale.
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
