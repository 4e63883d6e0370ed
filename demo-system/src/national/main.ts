// `npm run national` ends up here: read the command line, play the day into a collector, into files or into a comparison, and
// stop everything on Ctrl-C, at the end, or when something fails.
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { whenParentIsGone } from '../parent-channel.js';
import { explain, inForeground, openBrowser, optionsOrUsage, say, type Stop } from '../supervise/foreground.js';
import { NATIONAL_USAGE, parseNationalOptions, type NationalOptions, type WatchOptions } from './run/national-options.js';
import { recordDay } from './run/record-day.js';
import { WatchedDay } from './run/watch-day.js';
import { runWhatIf } from './run/what-if.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

const options = optionsOrUsage(() => parseNationalOptions(process.argv.slice(2), process.cwd(), ROOT), NATIONAL_USAGE);
if (options?.mode === 'watch') await watch(options);
else if (options) await runHere(options);

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
  await inForeground({ work: (stop) => show(wanted, day, stop), stop: () => day.stop() });
}

async function show(wanted: WatchOptions, day: WatchedDay, stop: Stop): Promise<void> {
  say(`${wanted.day.title.en}, scale ${wanted.scale}, seed ${wanted.seed}`);
  const { apiToken, links, ...report } = await day.run();
  if (wanted.jsonFile !== null) fs.writeFileSync(wanted.jsonFile, `${JSON.stringify(report, null, 2)}\n`);
  const { total } = report.lived;
  say(`✓ ${total.requests} requests in ${report.sentAfterSeconds.toFixed(1)} s, stored ${report.storedAfterSeconds.toFixed(1)} s later; arrived ${total.arrived}, booked ${total.booked}, thrown back ${total.thrownBack}`);
  if (wanted.headless) { await stop(); return; }
  say(`\n  Dashboard   ${links.login ?? 'its login link is in the log of the collector'}\n  The onset   ${links.live}\n              (log in first; the login link works once)\n  API token   ${apiToken}\n\nCtrl-C stops everything.\n`);
  if (links.login !== null) openBrowser(links.login);
}
