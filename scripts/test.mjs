// `npm test`: from a fresh clone to one closing line, `N passed, N failed`. Types, lint and every Vitest project count;
// what follows the command (`npm test -- river`) is handed to Vitest as a filter.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ROOT, bin, checkNode, ensureBuilt, ensureInstalled } from './setup.mjs';

checkNode();
await ensureInstalled();
await ensureBuilt();

const filter = process.argv.slice(2);
const report = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'narrows-test-')), 'report.json');
const run = (args) => spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' }).status === 0;

const checks = filter.length > 0 ? [] : [
  ['types', run([bin('typescript', 'tsc'), '-b'])],
  ['lint', run([bin('oxlint', 'oxlint'), '--type-aware', '--quiet'])],
];
const vitestOk = run([bin('vitest', 'vitest'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...filter]);
const result = fs.existsSync(report) ? JSON.parse(fs.readFileSync(report, 'utf8')) : { numPassedTests: 0, numFailedTests: 0 };
fs.rmSync(path.dirname(report), { recursive: true, force: true });

for (const [name, ok] of checks) process.stdout.write(`${ok ? '✓' : '✗'} ${name}\n`);
const passed = result.numPassedTests + checks.filter(([, ok]) => ok).length;
// A file that fails to load or a hook that throws holds no failed test of its own; it still is a failure.
const failed = Math.max(result.numFailedTests + checks.filter(([, ok]) => !ok).length, vitestOk ? 0 : 1);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed > 0 ? 1 : 0);
