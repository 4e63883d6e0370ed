// Outcomes of the outside clients → the page `docs/clients.md`. A row is one client over one protocol: `leftOut` says why
// it was not run, `failure` what its process said, `signals` what the store said of each signal (`✓` or what is missing).

const SIGNALS = ['traces', 'metrics', 'logs'];

/** Something that was sent did not arrive as it was sent. */
export function isWrong({ failure, signals = {} }) {
  return failure !== undefined && failure !== null || Object.values(signals).some((text) => text !== '✓');
}

export function clientPage(rows, { commit, date, items }) {
  const sent = rows.filter(({ leftOut }) => leftOut === undefined);
  return `# Clients that others wrote

Written by \`npm run clients\` at ${commit}, ${date}. Each client sends ${items} spans, ${items} counted and recorded values and ${items} log records to a
collector, set up as its users set it up. The SDKs send gzip; telemetrygen does not compress. ✓ means that the store holds exactly what
was sent: as many rows, the right sums of an attribute, distinct trace ids and bodies, errors, events, counter and histogram totals.

| client | runtime | protocol | traces | metrics | logs | result |
|---|---|---|---|---|---|---|
${rows.map(rowText).join('\n')}

${sent.length - sent.filter(isWrong).length} of ${sent.length} arrived as sent, ${rows.length - sent.length} left out.
`;
}

function rowText(row) {
  const result = row.leftOut ? `left out: ${row.leftOut}` : row.failure ?? (isWrong(row) ? 'wrong' : 'all arrived');
  return `| ${[row.client, row.runtime ?? '–', row.protocol, ...SIGNALS.map((signal) => row.signals?.[signal] ?? '–'), result].join(' | ')} |`;
}
