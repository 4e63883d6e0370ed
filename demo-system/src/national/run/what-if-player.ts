// One system of a comparison, played in a process of its own. It ends when it has answered, or when nobody waits any more.
import { scaledDay } from '../day.js';
import { dayById } from '../days/all-days.js';
import { Simulation } from '../simulation/simulation.js';
import { parseWhatIf } from './what-if-changes.js';
import type { PlayOrder } from './what-if.js';

process.on('disconnect', () => process.exit(0));
process.once('message', (message) => {
  const { day: id, scale, seed, whatIf, change } = message as PlayOrder;
  const day = dayById(id);
  if (!day) throw new Error(`there is no day ${id}`);
  const changed = parseWhatIf(whatIf, day)[change]?.apply(day) ?? day;
  process.send?.(new Simulation(scaledDay(changed, scale), seed, null).play(), () => process.exit(0));
});
