// `npm run bench:rca -- FOLDER`: does the product name the faulty service on systems nobody tuned it for? Each case of a
// folder of public fault data goes through a real collector; the verdicts of its fault window are asked for twice, against
// the case's own normal window and without a baseline, so that the product chooses. Normal windows are asked for too: there
// nothing must be said with 0.5 or more. The answers (label.json) are read after everything has been asked.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { caseFolders, readCase, readLabel } from './rca/case-folder.mjs';
import { withCase } from './rca/case-run.mjs';
import { writePage } from './rca/page.mjs';
import { accuracy, brier, byField, rankOf, reliability, servicesOf } from './rca/ranking.mjs';

const { values, positionals } = parseArgs({ allowPositionals: true, allowNegative: true, options: {
  only: { type: 'string' }, every: { type: 'string', default: '1' }, write: { type: 'boolean', default: false }, quiet: { type: 'boolean', default: true }, keep: { type: 'string' },
} });
if (positionals.length !== 1) {
  process.stderr.write('usage: npm run bench:rca -- FOLDER [--only TEXT] [--every N] [--no-quiet] [--keep FILE] [--write]\n');
  process.exit(2);
}
const QUIET_PART_MIN_MS = 15_000;

const folders = caseFolders(positionals[0]).filter((folder) => values.only === undefined || path.basename(folder).includes(values.only)).filter((_, i) => i % Number(values.every) === 0);
const asQuestion = ({ fromMs, toMs }, baseline) => ({ from: fromMs, to: toMs, ...(baseline && { baselineFrom: baseline.fromMs, baselineTo: baseline.toMs }) });

/** Nearest normal window before the fault, and where there is none the day's. */
const baselineOf = ({ normal }) => normal.day ?? normal.pre;

/** Normal windows against normal windows: the second half of the longest against its first, and one window against the other. */
function quietQuestions({ normal }) {
  const windows = Object.values(normal).sort((a, b) => (b.toMs - b.fromMs) - (a.toMs - a.fromMs));
  const [{ fromMs, toMs }] = windows;
  const half = Math.round((fromMs + toMs) / 2);
  const questions = [asQuestion({ fromMs: half, toMs }, { fromMs, toMs: half })];
  const [day, pre] = [normal.day, normal.pre];
  if (day && pre && pre.toMs - pre.fromMs >= QUIET_PART_MIN_MS) questions.push(asQuestion(pre, day));
  return questions;
}

async function runCase(folder) {
  const parsed = readCase(folder);
  return withCase(parsed, async (ask) => {
    const given = await ask(asQuestion(parsed.fault, baselineOf(parsed)));
    const pre = parsed.normal.pre && parsed.normal.day ? await ask(asQuestion(parsed.fault, parsed.normal.pre)) : null;
    const chosen = await ask(asQuestion(parsed.fault));
    const quiet = [];
    for (const question of values.quiet ? quietQuestions(parsed) : []) quiet.push((await ask(question)).verdicts);
    return { name: parsed.name, system: parsed.system, folder, given, pre, chosen, quiet };
  });
}

// `--keep FILE`: answers are kept there, and a later run goes on with the cases that are not in it yet.
const kept = values.keep !== undefined && fs.existsSync(values.keep) ? JSON.parse(fs.readFileSync(values.keep, 'utf8')) : [];
/** Answers against labels, which are read here for the first time. */
function scoreOf(answers) {
  const rows = answers.map(({ name, system, folder, given, pre, chosen, quiet }) => {
    const { service, faultType } = readLabel(folder);
    const scored = (answer) => ({ rank: rankOf(servicesOf(answer.verdicts), service), kind: answer.verdicts[0]?.kind ?? '', confidence: answer.verdicts[0]?.confidence ?? 0, services: servicesOf(answer.verdicts).slice(0, 3) });
    return { name, system, faultType, service, ...scored(given), tookMs: given.tookMs, pre: pre && scored(pre), chosen: scored(chosen), quiet: quiet.map((verdicts) => verdicts[0]?.confidence ?? 0) };
  });
  const sayings = [
    ...rows.filter(({ confidence }) => confidence > 0).map(({ confidence, rank }) => ({ confidence, right: rank === 1 })),
    ...rows.flatMap(({ quiet }) => quiet.filter((confidence) => confidence > 0).map((confidence) => ({ confidence, right: false }))),
  ];
  return { rows, sayings };
}

const answers = kept.filter(({ folder }) => folders.includes(folder));
for (const folder of folders.filter((one) => !answers.some((answer) => answer.folder === one))) {
  const answer = await runCase(folder);
  answers.push(answer);
  if (values.keep !== undefined) fs.writeFileSync(values.keep, JSON.stringify(answers));
  process.stdout.write(`${answer.name}  ${answer.given.tookMs.toFixed(0)} ms  ${answer.given.verdicts.slice(0, 3).map((v) => `${v.subject.service} ${v.kind} ${v.confidence.toFixed(2)}`).join(' · ') || 'nothing said'}\n`);
}

const { rows, sayings } = scoreOf(answers);
const loudQuiet = rows.flatMap(({ name, quiet }) => quiet.filter((confidence) => confidence >= 0.5).map((confidence) => ({ name, confidence })));

const percent = (share) => `${(share * 100).toFixed(1)} %`;
process.stdout.write('\n');
for (const row of rows.filter(({ rank, chosen }) => rank !== 1 || chosen.rank !== 1)) process.stdout.write(`not first: ${row.name} ${row.faultType} ${row.service}: rank ${row.rank} (${row.services.join(', ')}), own baseline ${row.chosen.rank} (${row.chosen.services.join(', ')})\n`);
for (const [system, ofSystem] of byField(rows, 'system')) {
  const named = (what, list) => { const { cases, ac1, ac3 } = accuracy(list); process.stdout.write(`${what}: AC@1 ${percent(ac1)}  AC@3 ${percent(ac3)}  (${cases} cases)\n`); };
  named(`${system}, baseline given (the day's normal minute)`, ofSystem);
  named(`${system}, baseline given (just before)`, ofSystem.flatMap(({ pre }) => pre ?? []));
  named(`${system}, baseline of its own choice`, ofSystem.map(({ chosen }) => chosen));
  for (const [type, ofType] of byField(ofSystem, 'faultType')) named(`  ${type}`, ofType);
}
process.stdout.write(`quiet windows: ${rows.flatMap(({ quiet }) => quiet).length}, said with 0.5 or more: ${loudQuiet.length}${loudQuiet.map(({ name, confidence }) => ` ${name} ${confidence.toFixed(2)}`).join(',')}\nBrier score of first verdicts: ${brier(sayings).toFixed(3)}\n`);
process.stdout.write('No parameter is fitted by this run: every case and either system is judged by the same constants of the code.\n');
if (values.write) writePage({ rows, sayings, accuracy, byField, brier: brier(sayings), reliability: reliability(sayings) });
