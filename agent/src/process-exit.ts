// The last second of a process must reach the collector, and the process must end as it would have ended without us: of the
// same signal, with the same code, and within two seconds more at most, even if the collector never answers.
//
//   nothing left to do       beforeExit → flush ≤ 2 s → the loop is empty again → exit
//   SIGTERM, nobody listens  flush ≤ 2 s → the same signal again, now with its default action; a second signal kills at once
//   SIGTERM, app listens     the app decides when it ends; until then what it finishes is flushed every 200 ms
//   process.exit(), a crash  nothing can wait there: up to a second of spans is lost; call `shutdown()` before process.exit()
import type { Agent } from './agent.js';

const FLUSH_MS_MAX = 2_000;
const SHUTDOWN_FLUSH_INTERVAL_MS = 200;
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
type Signal = (typeof SIGNALS)[number];

/** Close within FLUSH_MS_MAX; the process is held open that long and no longer. Never rejects. */
export async function closeInTime(agent: Agent): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => { timer = setTimeout(resolve, FLUSH_MS_MAX); });
  await Promise.race([agent.close(), late]);
  clearTimeout(timer);
  agent.abandon();
}

export function closeAtExit(agent: Agent): void {
  process.once('beforeExit', () => { void closeInTime(agent); });
  for (const signal of SIGNALS) closeOnSignal(agent, signal);
}

function closeOnSignal(agent: Agent, signal: Signal): void {
  const onSignal = () => {
    process.off('newListener', keepFirst);
    process.off(signal, onSignal);
    if (process.listenerCount(signal) > 0) {
      setInterval(() => { void agent.flush(); }, SHUTDOWN_FLUSH_INTERVAL_MS).unref();
    } else {
      void closeInTime(agent).finally(() => process.kill(process.pid, signal));
    }
  };
  // Ours stays the first listener: a `once` listener before it would be gone when the others are counted.
  const keepFirst = (event: string | symbol, listener: unknown) => {
    if (event !== signal || listener === onSignal) return;
    queueMicrotask(() => {
      process.off(signal, onSignal);
      process.prependListener(signal, onSignal);
    });
  };
  process.on(signal, onSignal);
  process.on('newListener', keepFirst);
}
