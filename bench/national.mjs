// `npm run bench:national`: the national day at its real size through a real collector, and the page about it. Plays the day, sees
// to it that all is stored, asks the store itself for rows and bytes once the collector has stopped, compares what was said with
// what was true, sets the what-ifs beside it, and writes `docs/national-day.md` and its section of `docs/benchmarks.md`. `--day`,
// `--scale` and `--seed` as in `npm run national`.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { NATIONAL_PROCESS } from '../scripts/national-process.mjs';
import { nationalPage } from './national-page.mjs';
import { nationalSection, withNationalSection } from './national-section.mjs';
import { temporaryFolder } from './processes.mjs';
import { askStore, ROWS_AND_BYTES } from './store-facts.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');
const WHAT_IF = 'identity-first,line=people,servers=10,channels=4,no-suspension,identity-first+line=people+servers=10';

const { values } = parseArgs({ options: {
  day: { type: 'string', default: '2021-07-19' }, scale: { type: 'string', default: '1' }, seed: { type: 'string', default: '1' },
  port: { type: 'string', default: '4419' }, 'otlp-port': { type: 'string', default: '4418' }, 'data-in': { type: 'string' },
  /** Something that the reader has to know about this run. */
  note: { type: 'string', default: '' }, write: { type: 'boolean', default: true },
}, allowNegative: true });

/** Resolves to what `--json` wrote. Errors: the exit code. */
async function national(args, json) {
  const began = performance.now();
  const child = spawn(NATIONAL_PROCESS.command, [...NATIONAL_PROCESS.args, '--day', values.day, '--scale', values.scale, '--seed', values.seed, '--json', json, ...args], { env: NATIONAL_PROCESS.env, stdio: 'inherit' });
  const code = await new Promise((resolve) => { child.once('exit', resolve); });
  if (code !== 0) throw new Error(`the national day ended with ${code}`);
  return { ...JSON.parse(fs.readFileSync(json, 'utf8')), wallSeconds: (performance.now() - began) / 1_000 };
}

const folder = values['data-in'] ?? temporaryFolder('narrows-national-');
const data = path.join(folder, 'data');
const run = await national(['--headless', '--port', values.port, '--otlp-port', values['otlp-port'], '--data', data], path.join(folder, 'run.json'));
const [disk] = await askStore(path.join(data, 'collector/store'), ROWS_AND_BYTES({ table: 'otel_traces', database: 'narrows', sent: 'Agency = \'default\'' }));
if (disk.rows !== run.made.traces) throw new Error(`the store has ${disk.rows} rows of ${run.made.traces} spans`);
const whatIfFile = path.join(folder, 'what-if.md');
const whatIf = await national(['--what-if', WHAT_IF, '--report', whatIfFile], path.join(folder, 'what-if.json'));

const machine = {
  commit: execFileSync('git', ['describe', '--always', '--dirty'], { cwd: ROOT, encoding: 'utf8' }).trim(), node: process.version, cores: os.cpus().length, cpu: os.cpus()[0].model,
  memoryGiB: Math.round(os.totalmem() / 2 ** 30), date: new Date().toISOString().slice(0, 10),
};
const page = nationalPage({ run, disk, whatIf: { seconds: whatIf.wallSeconds, page: fs.readFileSync(whatIfFile, 'utf8') }, machine, note: values.note });
if (values.write) {
  fs.writeFileSync(path.join(ROOT, 'docs/national-day.md'), page);
  const benchmarks = path.join(ROOT, 'docs/benchmarks.md');
  fs.writeFileSync(benchmarks, withNationalSection(fs.readFileSync(benchmarks, 'utf8'), nationalSection(page)));
} else process.stdout.write(page);
