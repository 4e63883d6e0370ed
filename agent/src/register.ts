// `node --import @narrows/agent/register app.js`: reads the settings, hooks `import` and `require`, starts the agent before the
// application's first line. Whatever goes wrong here is one line on stderr; the application starts in any case.
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { createAddHookMessageChannel } from 'import-in-the-middle';
import { readAgentConfig, type AgentConfig } from './config.js';
import { DeliveryLedger } from './delivery-ledger.js';

const ATTACHED = Symbol.for('narrows.agent');
// console.error, unlike process.stderr.write, survives a closed stderr.
const warn = (line: string) => { console.error(line); };

/** Once a process; worker threads inherit `--import` and are left alone, such as pino's transport. */
function attachOnce(): boolean {
  if (!isMainThread || ATTACHED in globalThis) return false;
  Object.defineProperty(globalThis, ATTACHED, { value: true });
  return true;
}

/** Only the modules that an instrumentation asks for are wrapped: it tells the hook thread of each over the channel. */
async function start(config: AgentConfig): Promise<void> {
  const { registerOptions, waitForAllMessagesAcknowledged } = createAddHookMessageChannel();
  register('import-in-the-middle/hook.mjs', import.meta.url, registerOptions);
  // Imported after the hook is registered, and not at all where the agent is switched off.
  const [{ startAgent }, { closeAtExit }, { setRunning }] = await Promise.all([import('./agent.js'), import('./process-exit.js'), import('./index.js')]);
  const agent = startAgent(config, new DeliveryLedger({ monotonicMs: () => performance.now(), write: warn }));
  closeAtExit(agent);
  setRunning(agent);
  await waitForAllMessagesAcknowledged();
}

if (attachOnce()) {
  try {
    const { config, mistakes } = readAgentConfig(process.env);
    if (mistakes.length > 0) warn(`narrows agent: these settings are wrong and take their defaults:\n  ${mistakes.join('\n  ')}`);
    if (!config.disabled) await start(config);
  } catch (error) {
    warn(`narrows agent: it could not start and is off: ${error instanceof Error ? error.message : String(error)}`);
  }
}
