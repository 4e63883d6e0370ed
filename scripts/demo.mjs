// `npm run demo`: from a fresh clone to a crowd in front of a narrow door. Installs and builds what is missing, then
// hands over to the demo system, which starts PostgreSQL, the collector, the services and the crowd. Ctrl-C reaches
// the whole process group; this process only waits, so that the last word is the demo's.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { ROOT, checkNode, ensureBuilt, ensureInstalled } from './setup.mjs';

const args = process.argv.slice(2);
checkNode();
if (!args.includes('--help')) process.stdout.write('Narrows: a reservation system, a crowd, and the page that shows where it is narrow.\n');
await ensureInstalled();
await ensureBuilt();

const demo = spawn(process.execPath, [path.join(ROOT, 'demo-system', 'dist', 'main.js'), ...args], {
  cwd: ROOT, stdio: ['inherit', 'inherit', 'inherit', 'ipc'], // the line by which the demo notices that we are gone
});
// A signal sent to this process alone (not by the terminal to the group) is passed on.
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => demo.kill('SIGTERM'));
process.on('SIGINT', () => { if (!process.stdin.isTTY) demo.kill('SIGINT'); });
// npm ends without passing every signal on; whoever started us is gone when we get another parent.
const parent = process.ppid;
setInterval(() => { if (process.ppid !== parent) demo.kill('SIGTERM'); }, 1_000).unref();
demo.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
