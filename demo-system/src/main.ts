// `npm run demo` ends up here: read the command line, start the demo, print where to look, and stop everything on
// Ctrl-C, at the end of the time given, or when a part dies.
import { fileURLToPath } from 'node:url';
import { Demo } from './demo.js';
import { peopleText } from './observe/people-text.js';
import { parseOptions, USAGE, type DemoOptions } from './options.js';
import { inForeground, openBrowser, optionsOrUsage, say, type Stop } from './supervise/foreground.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const options = optionsOrUsage(() => parseOptions(process.argv.slice(2), process.cwd(), ROOT), USAGE);
if (options) await run(options);

async function run(wanted: DemoOptions): Promise<void> {
  let stopped: Stop | null = null;
  const demo = new Demo(wanted, say, (sentence) => void stopped?.(sentence));
  await inForeground({
    work: async (stop) => {
      stopped = stop;
      const { login, site, control } = await demo.start();
      const dashboard = login === null ? 'its login link is in the log of the collector' : `${login}\n              (this link works once)`;
      say(`\n  Dashboard   ${dashboard}\n  Public site ${site}\n  Control     ${control}  (or: npx narrows-demo fault list)\n\nCtrl-C stops everything.\n`);
      if (!wanted.headless && login !== null) openBrowser(login);
      if (wanted.minutes !== null) setTimeout(() => void stop(), wanted.minutes * 60_000);
    },
    stop: () => demo.stop(),
    said: () => say(demo.people === null ? demo.status() : peopleText(demo.people)),
  });
}
