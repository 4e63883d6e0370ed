// What a remedy promises against what it brings: the same system with that one change is simulated again, and the stays
// and completions at its subject are counted once things are steady.
import type { Remedy } from '@narrows/contract';
import { FAULT_SECOND, type FaultCase } from './fault-cases.js';
import { simulateSystem } from './simulated-system.js';
import type { Fault, SystemPlan } from './system-plan.js';

const SETTLED_SECOND = FAULT_SECOND + 20;
const END_SECOND = 200;

/** The plan in which the remedy has been applied; null for one that a simulation cannot apply. */
export function remediedPlan({ plan }: FaultCase, { action, subject, amount }: Remedy): SystemPlan | null {
  const name = subject.stage ?? subject.service;
  const faults = (change: (fault: Fault) => Fault) => ({ ...plan, faults: plan.faults.map(change) });
  switch (action) {
    case 'add_instances': return { ...plan, services: plan.services.map((each) => (each.name === name ? { ...each, instances: each.instances + amount } : each)) };
    case 'add_connections_per_instance': return faults((fault) => (fault.connectionsEach === undefined ? fault : { ...fault, connectionsEach: fault.connectionsEach + amount }));
    case 'add_channel_capacity': {
      const servers = plan.stages.find(({ id }) => id === subject.stage)?.channels.find(({ id }) => id === subject.channel)?.servers ?? 1;
      return faults((fault) => (fault.serversLeft === undefined ? fault : { ...fault, serversLeft: (Math.max(1, Math.round(servers * fault.serversLeft)) + amount) / servers }));
    }
    case 'fix_dependency': case 'rollback': case 'restart_instance': case 'block_duplicates': return { ...plan, faults: plan.faults.filter(({ scalability }) => scalability !== undefined) };
    case 'limit_retries': return { ...plan, services: plan.services.map((each) => ({ ...each, calls: each.calls.map((call) => (call.peer === subject.dependency ? { ...call, retries: amount } : call)) })) };
    case 'disable_channel': return { ...plan, stages: plan.stages.map((stage) => (stage.id === subject.stage ? { ...stage, channels: stage.channels.filter(({ id }) => id !== subject.channel) } : stage)) };
    default: return null;
  }
}

/** How far the promise is off, as shares of what came: mean stay and completions a second. */
export function promiseAgainst(fault: FaultCase, remedy: Remedy): { wait: number | null; throughput: number | null } | null {
  const plan = remediedPlan(fault, remedy);
  if (plan === null || remedy.predicted.waitAfter === null) return null;
  const { subject, action } = remedy;
  const key = subject.channel !== undefined && action !== 'disable_channel' ? `${subject.stage}/${subject.channel}` : fault.kind === 'retry_storm' ? fault.place : subject.stage ?? subject.service ?? fault.place;
  const { truth } = simulateSystem({ ...plan, seconds: END_SECOND });
  const stays = (truth.stays.get(key) ?? []).filter(({ second }) => second >= SETTLED_SECOND);
  if (stays.length < 50) return null;
  const meanMs = stays.reduce((sum, { ms }) => sum + ms, 0) / stays.length;
  const perSecond = stays.filter(({ error }) => !error).length / (END_SECOND - SETTLED_SECOND);
  const { waitAfter, throughput } = remedy.predicted;
  return { wait: waitAfter / meanMs - 1, throughput: throughput === null ? null : throughput / perSecond - 1 };
}
