// How a command that runs until it is told to stop is told: a signal, or a fault of its own. It closes in order, and what
// takes too long is left: what was acknowledged is on disk.
import closeWithGrace from 'close-with-grace';
import type { Logger } from 'pino';

/** After this a stop is no longer graceful. */
const STOP_MS_MAX = 9_500;

/** `reload`: SIGHUP means "read it again" and no longer that the terminal has gone. */
export function stopOnSignal(log: Logger, close: () => Promise<void>, reload?: () => void): void {
  if (reload) process.on('SIGHUP', reload);
  closeWithGrace({ delay: STOP_MS_MAX, skip: reload ? ['beforeExit', 'SIGHUP'] : ['beforeExit'], logger: { error: (...args: unknown[]) => log.error(args, 'stop') } }, async ({ signal, err }) => {
    if (err) log.fatal({ err }, 'stopping because of a fault');
    else log.info({ signal }, 'stopping');
    await close();
    log.info('stopped');
  });
}
