// Every fault there is, by its name, and the sentences for a fault that cannot be begun.
import { channelDown } from './channel-down.js';
import { channelFailing } from './channel-failing.js';
import { channelSlow } from './channel-slow.js';
import { collectorAway } from './collector-away.js';
import { cpuStarved } from './cpu-starved.js';
import { ddosFlood } from './ddos-flood.js';
import { duplicateDevices } from './duplicate-devices.js';
import { eventLoopBlocked } from './event-loop-blocked.js';
import type { Fault } from './fault.js';
import { lockContention } from './lock-contention.js';
import { memoryLeak } from './memory-leak.js';
import { networkDelay } from './network-delay.js';
import { poolExhausted } from './pool-exhausted.js';
import { registryStuck } from './registry-stuck.js';
import { relayCut } from './relay-cut.js';
import { retryStorm } from './retry-storm.js';
import { sessionLoss } from './session-loss.js';
import { slowVersion } from './slow-version.js';
import { wrongClock } from './wrong-clock.js';

export const FAULTS: readonly Fault[] = [
  channelSlow, channelFailing, channelDown, poolExhausted, lockContention, retryStorm, cpuStarved, eventLoopBlocked, memoryLeak, networkDelay,
  ddosFlood, duplicateDevices, wrongClock, slowVersion, registryStuck, sessionLoss, collectorAway, relayCut,
];

/** The fault of that name; undefined where there is none. */
export function faultOf(id: string): Fault | undefined {
  return FAULTS.find((fault) => fault.id === id);
}
