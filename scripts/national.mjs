// `npm run national`: a national day at its real size, through a real collector. Installs and builds what is missing, then hands
// over to the simulator, which starts and stops the collector itself.
import { spawn } from 'node:child_process';
import { NATIONAL_PROCESS } from './national-process.mjs';
import { checkNode, ensureBuilt, ensureInstalled } from './setup.mjs';

checkNode();
await ensureInstalled();
await ensureBuilt();
const day = spawn(NATIONAL_PROCESS.command, [...NATIONAL_PROCESS.args, ...process.argv.slice(2)], {
  env: NATIONAL_PROCESS.env, stdio: ['inherit', 'inherit', 'inherit', 'ipc'], // the line by which the day notices that we are gone
});
// A signal sent to this process alone (not by the terminal to the group) is passed on.
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => day.kill('SIGTERM'));
process.on('SIGINT', () => { if (!process.stdin.isTTY) day.kill('SIGINT'); });
// npm ends without passing every signal on; whoever started us is gone when we get another parent.
const parent = process.ppid;
setInterval(() => { if (process.ppid !== parent) day.kill('SIGTERM'); }, 1_000).unref();
day.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
