// The keeper: a tiny process that outlives the supervisor by a few seconds at most. The supervisor tells it which
// processes it has started; when the line between them breaks, because the supervisor ended or was killed with
// `kill -9`, the keeper ends whatever is still there. It is how PostgreSQL and the collector, which know nothing of
// this demo, never stay behind.
import { setTimeout as sleep } from 'node:timers/promises';
import { onParentMessage, whenParentIsGone } from '../parent-channel.js';

const GRACE_MS = 8_000;
const LOOK_EVERY_MS = 100;

const watched = new Map<number, NodeJS.Signals>();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
onParentMessage((message) => {
  if (message.type === 'watch') watched.set(message.pid, message.signal);
  if (message.type === 'unwatch') watched.delete(message.pid);
});
whenParentIsGone(() => { void endAll().then(() => process.exit(0)); });

async function endAll(): Promise<void> {
  for (const [pid, signal] of watched) send(pid, signal);
  for (const until = Date.now() + GRACE_MS; Date.now() < until && [...watched.keys()].some((pid) => send(pid, 0));) await sleep(LOOK_EVERY_MS);
  // Each was started as the leader of its own group: what it started itself goes with it.
  for (const pid of watched.keys()) if (send(pid, 0)) send(-pid, 'SIGKILL');
}

/** Whether there was somebody to signal. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
