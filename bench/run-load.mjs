// Runs the load as a process of its own and reads other processes' clocks at the very moments at which measuring begins
// and ends.
import path from 'node:path';
import { startForked } from './processes.mjs';

const LOAD = path.join(import.meta.dirname, 'load/load.mjs');

/**
 * Send for `warmupSeconds` and then for `seconds`. `read` is called when the warm-up is over and when the last answer is
 * there. Resolves to the load's report with both readings. Errors: the load ended early, or had answers other than 200
 * where `refusalsAllowed` is not set.
 */
export async function runLoad({ endpoint, key, signal = 'traces', items, connections = 8, seed = 1, warmupSeconds = 0, seconds, rate = 0, gzipPool, warmupRequests, refusalsAllowed = false }, read = () => null) {
  const args = Object.entries({ url: endpoint, key, signal, items, connections, seed, warmup: warmupSeconds, seconds, rate, 'gzip-pool': gzipPool, 'warmup-requests': warmupRequests })
    .filter(([, value]) => value !== undefined && value !== '').flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = startForked(LOAD, args);
  let before = null;
  const { report, after } = await new Promise((resolve, reject) => {
    child.on('message', (message) => {
      if (message.mark === 'measuring') before = read();
      else resolve({ report: message.report, after: read() });
    });
    child.once('exit', (code) => reject(new Error(`the load ended with ${code}`)));
  });
  const refused = [report.warmup, report.measured].flatMap((phase) => Object.entries(phase.refused)).map(([answer, times]) => `${times} × ${answer}`);
  if (refused.length > 0 && !refusalsAllowed) throw new Error(`the load was refused: ${refused.join(', ')}`);
  if (report.measured.items === 0) throw new Error('the load had no answer while measuring');
  return { ...report, before, after };
}
