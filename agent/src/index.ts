// What an application may call, if it wants to. Attaching the agent needs none of it:
// `node --import @narrows/agent/register app.js`.
import type { Agent } from './agent.js';
import { closeInTime } from './process-exit.js';

export { AGENT_CONFIG } from './config.js';

let running: Agent | null = null;

/** Called by `register`. */
export function setRunning(agent: Agent): void { running = agent; }

/**
 * Send what is gathered and stop waiting after two seconds. Call it before `process.exit()`; every other ending does it by itself.
 * Without a running agent it does nothing. Never rejects.
 */
export async function shutdown(): Promise<void> {
  if (running) await closeInTime(running);
}
