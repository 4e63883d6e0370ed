// `npm run national` ends up here: read the command line, play the day into a collector, into files or into a comparison, and
// stop everything on Ctrl-C, at the end, or when something fails. Exit codes: 0 done, 1 something failed, 2 the command line was wrong.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../options.js';
import { whenParentIsGone } from '../parent-channel.js';
import { DemoFailure } from '../supervise/part.js';
import { NATIONAL_USAGE, parseNationalOptions, type NationalOptions, type WatchOptions } from './run/national-options.js';
import { recordDay } from './run/record-day.js';
import { WatchedDay } from './run/watch-day.js';
import { runWhatIf } from './run/what-if.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** A second Ctrl-C within this time is taken for the same one: npm passes it on as well. */
const SAME_SIGNAL_MS = 2_000;
const say = (line: string): void => { process.stdout.write(`${line}\n`); };

const options = readOptions();
if (options?.mode === 'watch') await watch(options);
else if (options) await runHere(options);

function readOptions(): NationalOptions | null {
  try {
    const parsed = parseNationalOptions(process.argv.slice(2), process.cwd(), ROOT);
    if (parsed === null) say(NATIONAL_USAGE);
    return parsed;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`✗ ${error.message}\n`);
    process.exitCode = 2;
    return null;
  }
}

/** What needs no collector, and so leaves nothing running. */
async function runHere(wanted: Exclude<NationalOptions, WatchOptions>): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));
  whenParentIsGone(() => process.exit(1));
  try {
    const report = wanted.mode === 'record' ? await recordDay(wanted, say) : await runWhatIf(wanted, say);
    if (wanted.jsonFile !== null) fs.writeFileSync(wanted.jsonFile, `${JSON.stringify(report, null, 2)}\n`);
    if (process.connected) process.disconnect();
  } catch (error) {
    process.stderr.write(`✗ ${explain(error)}\n`);
    process.exit(1);
  }
}

async function watch(wanted: WatchOptions): Promise<void> {
  const day = new WatchedDay(wanted, say);
  let stoppedAtMs: number | null = null;
  const stop = async (code: number, failure?: string): Promise<void> => {
    if (stoppedAtMs !== null) return;
    stoppedAtMs = Date.now();
    if (failure) process.stderr.write(`\n✗ ${failure}\n`);
    await day.stop();
    if (!failure) say('Stopped; nothing is left running.');
    process.exit(code);
  };
  const interrupt = () => {
    if (stoppedAtMs !== null && Date.now() - stoppedAtMs > SAME_SIGNAL_MS) process.exit(1);
    void stop(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.on(event, (error: unknown) => void stop(1, explain(error)));
  whenParentIsGone(interrupt);
  try {
    say(`${wanted.day.title.en}, scale ${wanted.scale}, seed ${wanted.seed}`);
    const { apiToken, links, ...report } = await day.run();
    if (wanted.jsonFile !== null) fs.writeFileSync(wanted.jsonFile, `${JSON.stringify(report, null, 2)}\n`);
    const { total } = report.lived;
    say(`✓ ${total.requests} requests in ${report.sentAfterSeconds.toFixed(1)} s, stored ${report.storedAfterSeconds.toFixed(1)} s later; arrived ${total.arrived}, booked ${total.booked}, thrown back ${total.thrownBack}`);
    if (wanted.headless) { await stop(0); return; }
    say(`\n  Dashboard   ${links.login ?? 'its login link is in the log of the collector'}\n  The onset   ${links.live}\n              (log in first; the login link works once)\n  API token   ${apiToken}\n\nCtrl-C stops everything.\n`);
    if (links.login !== null) openBrowser(links.login);
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
  const child = spawn(process.platform === 'darwin' ? 'open' : 'xdg-open', [url], { stdio: 'ignore', detached: true });
  child.on('error', () => say('(No browser could be opened from here; follow the link.)'));
  child.unref();
}
