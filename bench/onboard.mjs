// `npm run onboard`: the browser's journey through the onboarding of an agency, with a real client in each of the four languages.
// `npm test` has it with Node, Python, and what else the machine has; this fetches. What a machine lacks or cannot fetch is said, and left out.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const { status } = spawnSync('npx', ['vitest', 'run', '--project', 'process', 'test/onboarding.test.ts'], {
  cwd: path.resolve(import.meta.dirname, '..'), stdio: 'inherit', env: { ...process.env, NARROWS_CLIENTS: 'all' }, shell: process.platform === 'win32',
});
process.exitCode = status ?? 1;
