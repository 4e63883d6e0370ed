// `npm run demo` ends up here: read the command line, start the demo, print where to look, and stop everything on
// Ctrl-C, at the end of the time given, or when a part dies. Exit codes: 0 stopped as asked, 1 something failed,
// 2 the command line was wrong.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Demo } from './demo.js';
import { peopleText } from './observe/people-text.js';
import { parseOptions, USAGE, UsageError, type DemoOptions } from './options.js';
import { whenParentIsGone } from './parent-channel.js';
import { DemoFailure } from './supervise/part.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** A second Ctrl-C within this time is taken for the same one: npm passes it on as well. */
const SAME_SIGNAL_MS = 2_000;

const say = (line: string): void => { process.stdout.write(`${line}\n`); };

const options = readOptions();
if (options) await run(options);

function readOptions(): DemoOptions | null {
  try {
    const parsed = parseOptions(process.argv.slice(2), process.cwd(), ROOT);
    if (parsed === null) say(USAGE);
    return parsed;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`✗ ${error.message}\n`);
    process.exitCode = 2;
    return null;
  }
}

async function run(wanted: DemoOptions): Promise<void> {
  let stoppedAtMs: number | null = null;
  const demo = new Demo(wanted, say, (sentence) => void stop(1, sentence));

  const stop = async (code: number, failure?: string): Promise<void> => {
    if (failure && stoppedAtMs === null) process.stderr.write(`\n✗ ${failure}\n`);
    if (stoppedAtMs !== null) return;
    stoppedAtMs = Date.now();
    if (!failure) say('Stopping …');
    await demo.stop();
    if (!failure) say(`${demo.people === null ? demo.status() : peopleText(demo.people)}\nStopped; nothing is left running.`);
    process.exit(code);
  };
  const interrupt = () => {
    // The impatient are let go; the keeper ends what is left.
    if (stoppedAtMs !== null && Date.now() - stoppedAtMs > SAME_SIGNAL_MS) process.exit(1);
    void stop(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.on(event, (error: unknown) => void stop(1, explain(error)));
  // Started by a script that keeps a line to us: when it is gone, so are we.
  whenParentIsGone(interrupt);

  try {
    const { login, site, control } = await demo.start();
    const dashboard = login === null ? 'its login link is in the log of the collector' : `${login}\n              (this link works once)`;
    say(`\n  Dashboard   ${dashboard}\n  Public site ${site}\n  Control     ${control}  (or: npx narrows-demo fault list)\n\nCtrl-C stops everything.\n`);
    if (!wanted.headless && login !== null) openBrowser(login);
    if (wanted.minutes !== null) setTimeout(() => void stop(0), wanted.minutes * 60_000);
  } catch (error) {
    await stop(1, explain(error));
  }
}

/** One sentence for what was foreseen, the stack for what was not. */
function explain(error: unknown): string {
  if (error instanceof DemoFailure) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Best effort: where there is no browser, the link has been printed. */
function openBrowser(url: string): void {
  const command = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const child = spawn(command, [url], { stdio: 'ignore', detached: true });
  child.on('error', () => say('(No browser could be opened from here; follow the link.)'));
  child.unref();
}
