// `npm run bench:judge`: is the judge right on systems that nobody tuned it for? Every kind of fault and the quiet days on
// random topologies, on the seeds that weights were set on and on others that never were; what remedies promised against
// a run with them; what judging costs. Writes its figures into docs/judging.md between the two marks.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { costs } from '../collector/dist/judge/testing/judging-cost.js';
import { matrix } from '../collector/dist/judge/testing/fault-matrix.js';
import { summaryOf } from '../collector/dist/judge/testing/matrix-summary.js';

const { values, positionals } = parseArgs({ allowPositionals: true, allowNegative: true, options: {
  tuned: { type: 'string', default: '1-12' }, kept: { type: 'string', default: '501-512' }, remedies: { type: 'boolean', default: true }, write: { type: 'boolean', default: true },
} });
const seedsOf = (text) => { const [from, to] = text.split('-').map(Number); return Array.from({ length: to - from + 1 }, (_, at) => from + at); };
const [only] = positionals;

function run(name, seeds) {
  const rows = [];
  for (const row of matrix(seeds, only, values.remedies)) {
    rows.push(row);
    const right = row.kind === 'quiet' ? row.loudest < 0.5 : row.subjectRight && row.kindRight;
    process.stdout.write(`${name} ${right ? '✓' : '✗'} ${row.kind} ${row.name} · seed ${row.seed} · ${row.view} · ${row.got} · told ${row.toldAfter?.toFixed(1) ?? '–'} s · onset ${row.onsetOff?.toFixed(1) ?? '–'} s\n`);
  }
  return rows;
}

const [tuned, kept] = [run('tuned', seedsOf(values.tuned)), run('kept ', seedsOf(values.kept))];
const cost = costs(() => { const { user, system } = process.cpuUsage(); return (user + system) / 1_000; });
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
const text = summaryOf({ tuned, kept, cost, made: `\`npm run bench:judge\` at ${commit}, Node ${process.version}, ${os.cpus().length} × ${os.cpus()[0].model}; tuned on seeds ${values.tuned}, kept back seeds ${values.kept}` });
process.stdout.write(`\n${text}\n`);
if (values.write && only === undefined) {
  const file = path.resolve(import.meta.dirname, '../docs/judging.md');
  const page = fs.readFileSync(file, 'utf8');
  const [begin, end] = ['<!-- figures: begin -->', '<!-- figures: end -->'];
  fs.writeFileSync(file, `${page.slice(0, page.indexOf(begin) + begin.length)}\n${text}\n${page.slice(page.indexOf(end))}`);
}
