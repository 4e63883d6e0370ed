// `npm run seeds`: does the judge say the right thing on real processes, seed after seed? Runs each scenario with
// several seeds, one after the other, and writes `docs/judged-runs.md`. Times are by the demo's clock: from the moment
// the pools inside the services were in trouble to the moment the verdict was first said on the live stream.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { complaints, figures, judgedRun } from './judged-run.mjs';

/** Scenarios in which all that happens takes longer than a minute, or that are run once where others are run often. */
const MINUTES = { suspension: 1.9, 'wrong-clock': 1.5, 'pledge-shop': 2.2, primary: 1, commission: 1, 'online-class': 1 };
const minutesOf = (scenario) => values.minutes ?? String(MINUTES[scenario] ?? 1);

const { values } = parseArgs({ options: {
  runs: { type: 'string', default: '10' }, first: { type: 'string', default: '1' }, minutes: { type: 'string' },
  scenario: { type: 'string', multiple: true, default: ['before', 'after', 'channel-outage', ...Object.keys(MINUTES)] }, write: { type: 'boolean', default: true },
}, allowNegative: true });

const rows = [];
let wrongRuns = 0;
// `--scenario before:10` runs one scenario more often than the others.
for (const [scenario, runs = values.runs] of values.scenario.map((text) => text.split(':'))) {
  for (let seed = Number(values.first); seed < Number(values.first) + Number(runs); seed++) {
    const report = await judgedRun({ scenario, seed, minutes: minutesOf(scenario) });
    const wrong = complaints(report);
    if (wrong.length > 0) wrongRuns++;
    const f = figures(report);
    const loudest = Math.max(0, ...report.verdicts.map((verdict) => verdict.confidence));
    rows.push(`| ${scenario} | ${seed} | ${f ? f.saidAfterSeconds.toFixed(1) : '–'} | ${f ? f.onsetOffSeconds.toFixed(1) : '–'} | ${loudest.toFixed(2)} | ${wrong.join('; ') || 'right'} |`);
    process.stdout.write(`${rows.at(-1)}\n`);
  }
}
if (values.write) {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  fs.writeFileSync(path.resolve(import.meta.dirname, '../docs/judged-runs.md'), `# Judged runs

Written by \`npm run seeds\` at ${commit}, Node ${process.version}, ${os.cpus().length} × ${os.cpus()[0].model}. Each row is one headless run of the demo on real
processes, one to two minutes long. *Said after*: seconds from the onset inside the services' pools to the first right verdict above 0.5 on the live
stream. *Onset off*: the verdict's \`since\` against that onset. *Loudest*: the highest confidence of any verdict of the run.

| scenario | seed | said after (s) | onset off (s) | loudest | judged |
|---|---|---|---|---|---|
${rows.join('\n')}
`);
}
process.stdout.write(`${rows.length - wrongRuns} of ${rows.length} runs judged right\n`);
process.exit(wrongRuns > 0 ? 1 : 0);
