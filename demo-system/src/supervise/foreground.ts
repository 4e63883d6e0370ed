// A command in the foreground of a terminal, as the demo and the national day are. In: what it does, and how it is stopped. It
// is stopped once, on Ctrl-C, at its end, when something fails or when whoever started it is gone, and then nothing is left
// running. Exit codes: 0 stopped as asked, 1 something failed, 2 the command line was wrong.
import { spawn } from 'node:child_process';
import { UsageError } from '../options.js';
import { whenParentIsGone } from '../parent-channel.js';
import { DemoFailure } from './part.js';

/** A second Ctrl-C within this time is taken for the same one: npm passes it on as well. */
const SAME_SIGNAL_MS = 2_000;

export const say = (line: string): void => { process.stdout.write(`${line}\n`); };

/** What was typed; null where it asked for help, or was wrong and has been told so. */
export function optionsOrUsage<T>(parse: () => T | null, usage: string): T | null {
  try {
    const parsed = parse();
    if (parsed === null) say(usage);
    return parsed;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`✗ ${error.message}\n`);
    process.exitCode = 2;
    return null;
  }
}

/** Ends the process, once everything is stopped; with a failure by exit code 1 and that sentence. */
export type Stop = (failure?: string) => Promise<void>;

/** Do `work`; whatever it throws stops everything. `stop` ends what was started, and is called once; then `said` may say how it went. */
export async function inForeground({ work, stop, said = () => undefined }: { work: (stop: Stop) => Promise<void>; stop: () => Promise<void>; said?: () => void }): Promise<void> {
  let stoppedAtMs: number | null = null;
  const stopOnce: Stop = async (failure) => {
    if (stoppedAtMs !== null) return;
    stoppedAtMs = Date.now();
    if (failure === undefined) say('Stopping …');
    else process.stderr.write(`\n✗ ${failure}\n`);
    await stop();
    if (failure === undefined) { said(); say('Stopped; nothing is left running.'); }
    process.exit(failure === undefined ? 0 : 1);
  };
  const interrupt = () => {
    // The impatient are let go; the keeper ends what is left.
    if (stoppedAtMs !== null && Date.now() - stoppedAtMs > SAME_SIGNAL_MS) process.exit(1);
    void stopOnce();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.on(event, (error: unknown) => void stopOnce(explain(error)));
  // Started by a script that keeps a line to us: when it is gone, so are we.
  whenParentIsGone(interrupt);
  try {
    await work(stopOnce);
  } catch (error) {
    await stopOnce(explain(error));
  }
}

/** One sentence for what was foreseen, the stack for what was not. */
export function explain(error: unknown): string {
  if (error instanceof DemoFailure) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Best effort: where there is no browser, the link has been printed. */
export function openBrowser(url: string): void {
  const child = spawn(process.platform === 'darwin' ? 'open' : 'xdg-open', [url], { stdio: 'ignore', detached: true });
  child.on('error', () => say('(No browser could be opened from here; follow the link.)'));
  child.unref();
}
