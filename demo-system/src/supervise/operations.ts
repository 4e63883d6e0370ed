// What operators can do while the demo runs, as on the days it plays: more servers, more room in a channel, another order
// of the channels, a wider gate, closing the booking and opening it again. Each is checked, done, and told in a sentence.
import type { Operation } from '../parent-channel.js';
import type { ScheduledOperation } from '../scenario.js';
import type { Fleet } from './fleet.js';
import { DemoFailure } from './part.js';

export type OperatorAction = ScheduledOperation['operation'];

const WORKERS_MAX = 10_000;
const GATE_MAX = 100_000;

export const OPERATIONS = ['servers', 'capacity', 'order', 'gate', 'suspend', 'reopen'] as const;

/** Do it in all processes concerned. Answers what was done. Errors: DemoFailure, one sentence. */
export async function operate(action: OperatorAction, fleet: Fleet, channels: readonly string[]): Promise<string> {
  if (action.action === 'servers') {
    await fleet.scale(action.service, action.count);
    return `${action.service} now runs on ${action.count} servers`;
  }
  const sentence = check(action, channels);
  for (const { part } of fleet.of()) part.send({ type: 'operate', operation: action });
  return sentence;
}

function check(operation: Operation, channels: readonly string[]): string {
  const known = (channel: string) => { if (!channels.includes(channel)) throw new DemoFailure(channels.length === 0 ? 'This system has no channels.' : `There is no channel "${channel}". Known ones: ${channels.join(', ')}.`); };
  switch (operation.action) {
    case 'capacity':
      known(operation.channel);
      if (!Number.isInteger(operation.workers) || operation.workers < 1 || operation.workers > WORKERS_MAX) throw new DemoFailure(`A channel has 1 to ${WORKERS_MAX} workers, not ${operation.workers}.`);
      return `${operation.channel} now has ${operation.workers} workers`;
    case 'order':
      operation.channels.forEach(known);
      return `the channels are now listed as ${operation.channels.join(', ')}, then the others`;
    case 'gate':
      if (!(operation.admittedPerSecond > 0 && operation.admittedPerSecond <= GATE_MAX)) throw new DemoFailure(`The gate lets in above 0 to ${GATE_MAX} people a second, not ${operation.admittedPerSecond}.`);
      return `the waiting room now lets in ${operation.admittedPerSecond} people a second`;
    case 'suspend':
      return operation.suspended ? 'booking is suspended' : 'booking is open again';
  }
}

/** What was typed, as an action. Errors: DemoFailure that says how it is typed. */
export function operationOf(name: string, values: readonly string[]): OperatorAction {
  const wrong = (how: string) => new DemoFailure(`Type it as: npx narrows-demo operate ${how}`);
  const [first, second] = values;
  if (name === 'servers') { if (!first || !second || values.length > 2) throw wrong('servers SERVICE COUNT'); return { action: 'servers', service: first, count: Number(second) }; }
  if (name === 'capacity') { if (!first || !second || values.length > 2) throw wrong('capacity CHANNEL WORKERS'); return { action: 'capacity', channel: first, workers: Number(second) }; }
  if (name === 'order') { if (!first) throw wrong('order CHANNEL [CHANNEL …]'); return { action: 'order', channels: values }; }
  if (name === 'gate') { if (!first || second) throw wrong('gate PEOPLE_PER_SECOND'); return { action: 'gate', admittedPerSecond: Number(first) }; }
  if (name === 'suspend' || name === 'reopen') { if (first) throw wrong(name); return { action: 'suspend', suspended: name === 'suspend' }; }
  throw new DemoFailure(`There is no operation "${name}". Known ones: ${OPERATIONS.join(', ')}.`);
}
