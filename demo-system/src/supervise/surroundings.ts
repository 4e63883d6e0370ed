// What faults may move around the services of a running demo: processes, the crowd, the collector, the line out of the
// closed network.
import type { Surroundings } from '../faults/fault.js';
import type { Collector } from './collector.js';
import type { Fleet } from './fleet.js';
import { DemoFailure, type Part } from './part.js';
import type { Line } from './relay.js';

const FLOOD_READY_WITHIN_MS = 20_000;

export interface SurroundingsSetting {
  fleet: Fleet;
  /** null: it runs elsewhere. */
  collector: Collector | null;
  /** null: there is no closed network. */
  relayLine: Line | null;
  crowd: () => Part | undefined;
  startFlood: (requestsPerSecond: number) => Part;
}

export function surroundingsOf({ fleet, collector, relayLine, crowd, startFlood }: SurroundingsSetting): Surroundings {
  return {
    processIdsOf: (service) => fleet.of(service).flatMap(({ part }) => part.running && part.pid !== undefined ? [part.pid] : []),
    flood: async (requestsPerSecond) => {
      const flood = startFlood(requestsPerSecond);
      await flood.ready(FLOOD_READY_WITHIN_MS);
      return () => flood.stop();
    },
    devicesEach: (count) => crowd()?.send({ type: 'devices', count }),
    release: (service, release) => fleet.release(service, release),
    collectorLeaves: async () => {
      if (!collector) throw new DemoFailure('The collector runs elsewhere; it is not for the demo to send it away.');
      await collector.leave();
    },
    collectorComesBack: async () => collector?.comeBack(),
    relayLine: { cut: () => relayLine?.cut(), mend: () => relayLine?.mend() },
  };
}
