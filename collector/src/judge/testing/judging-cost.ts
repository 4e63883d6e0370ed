// What judging costs: a live tick of 50 services and 500 operations, an hour of the same, 2,000 services. Series are those
// of a simulated system, its services copied under other names; every place keeps its traffic.
import type { JudgeInput } from '@narrows/contract';
import { judge } from '../judge.js';
import { placeStates } from '../place-states.js';
import { randomTopology } from './random-topology.js';
import { simulateSystem } from './simulated-system.js';

export interface Cost { what: string; ms: number }

/** So many services of 5 edges each; operations have no series of their own, their calls are the edges. */
function many(input: JudgeInput, services: number, edgesEach: number): JudgeInput {
  const places = input.places.filter(({ stage }) => stage === '');
  const [edge] = input.edges;
  return {
    ...input, pipeline: null,
    places: Array.from({ length: services }, (_, at) => ({ ...places[at % places.length]!, service: `service-${at}` })),
    edges: Array.from({ length: services * edgesEach }, (_, at) => ({ ...edge!, service: `service-${Math.floor(at / edgesEach)}`, peer: `service-${(at * 7 + 1) % services}` })),
    // Four alike, so that the first look at them is all there is, as on most days.
    instances: Array.from({ length: services * 4 }, (_, at) => ({ ...input.instances![(at >> 2) % input.instances!.length]!, service: `service-${at >> 2}`, instance: `instance-${at & 3}` })),
    runtime: Array.from({ length: services * 4 }, (_, at) => ({ ...input.runtime![at % input.runtime!.length]!, service: `service-${at >> 2}`, instance: `instance-${at & 3}` })),
  };
}

/** Processor time as `process.cpuUsage` tells it: the clock of a shared machine counts what others do. */
type CpuMs = () => number;

function medianMs(input: JudgeInput, cpuMs: CpuMs): number {
  const turn = () => {
    const tick = { ...input }; // Each tick has an input of its own, which both arrange once.
    const begin = cpuMs();
    judge(tick);
    placeStates(tick);
    return cpuMs() - begin;
  };
  turn();
  return Array.from({ length: 5 }, turn).sort((a, b) => a - b)[2]!;
}

export function costs(cpuMs: CpuMs): Cost[] {
  const short = simulateSystem({ ...randomTopology(3), seconds: 300 }).input(0, 300);
  const long = simulateSystem({ ...randomTopology(3), perSecond: () => 2, seconds: 3_600 }).input(0, 3_600);
  return [
    { what: 'live tick: 300 s, 50 services, 500 edges', ms: medianMs(many(short, 50, 10), cpuMs) },
    { what: 'one hour, 50 services, 500 edges', ms: medianMs(many(long, 50, 10), cpuMs) },
    { what: '300 s, 2,000 services, 4,000 edges', ms: medianMs(many(short, 2_000, 2), cpuMs) },
  ];
}
