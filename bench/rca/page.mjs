// Rows of a run → `docs/rca.md`, written whole, so that no figure on it is typed by hand.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const percent = (share) => `${(share * 100).toFixed(1)} %`;
const rankText = (rank) => (rank === 0 ? 'not named' : String(rank));

function accuracyTable(rows, accuracy, byField) {
  const line = (name, list) => { const { cases, ac1, ac3 } = accuracy(list); return `| ${name} | ${cases} | ${percent(ac1)} | ${percent(ac3)} |`; };
  return byField(rows, 'system').flatMap(([system, list]) => [
    line(`**${system}**, against the day's normal minute`, list),
    line(`${system}, against the moments just before`, list.flatMap(({ pre }) => pre ?? [])),
    line(`${system}, against a baseline of its own choice`, list.map(({ chosen }) => chosen)),
    ...byField(list, 'faultType').map(([type, ofType]) => line(`· ${type}`, ofType)),
  ]).join('\n');
}

export function writePage({ rows, accuracy, byField, brier, reliability, sayings }) {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const quiet = rows.flatMap((row) => row.quiet);
  const took = rows.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  const text = `# Causes on public fault data

Written by \`npm run bench:rca -- FOLDER --write\` at ${commit}, Node ${process.version}, ${os.cpus().length} × ${os.cpus()[0].model}.

${rows.length} labelled cases of two systems that this project has nothing to do with, from the data set of *Nezha: Interpretable Fine-Grained Root Causes
Analysis for Microservices on Multi-modal Observability Data* (Yu et al., FSE 2023, MIT licence). Each case goes as OTLP over HTTP through a
\`narrows serve\` of its own; \`GET /api/v1/verdicts\` is asked for the fault window, and the services are ranked in the order in which the verdicts name
them. AC@k: share of cases whose faulty service is among the first k. The answers are read after everything has been asked.

| | cases | AC@1 | AC@3 |
|---|---|---|---|
${accuracyTable(rows, accuracy, byField)}

**Training and test.** The run fits no parameter, on either system: the same constants of the code judge every case, so leaving a case out or fitting on
one system and testing on the other gives the table above. The constants were set by hand with these cases in view, by what noise reaches in
normal windows; how much that is worth only cases show that nobody has looked at.

## How sure it was

${quiet.length} normal windows were judged too. Said with 0.5 or more: ${quiet.filter((confidence) => confidence >= 0.5).length}. Brier score of the ${sayings.length} first verdicts of faults and quiet windows: ${brier.toFixed(3)}.

| said with | verdicts | mean confidence | right |
|---|---|---|---|
${reliability.map(({ from, to, said, confidence, right }) => `| ${from}–${to} | ${said} | ${confidence.toFixed(2)} | ${percent(right)} |`).join('\n')}

Time of an answer over HTTP: median ${took[Math.floor(took.length / 2)].toFixed(0)} ms, longest ${took.at(-1).toFixed(0)} ms.

## Case by case

| case | fault | faulty service | rank | said first | as | confidence | rank, own baseline |
|---|---|---|---|---|---|---|---|
${rows.map((row) => `| ${row.name} | ${row.faultType} | ${row.service} | ${rankText(row.rank)} | ${row.services[0] ?? '–'} | ${row.kind || '–'} | ${row.confidence.toFixed(2)} | ${rankText(row.chosen.rank)} |`).join('\n')}
`;
  fs.writeFileSync(path.resolve(import.meta.dirname, '../../docs/rca.md'), text);
}
