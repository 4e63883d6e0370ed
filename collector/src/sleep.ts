// Waiting that can be cut short.
import { setTimeout as delay } from 'node:timers/promises';

/** Returns early when the signal says so. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
