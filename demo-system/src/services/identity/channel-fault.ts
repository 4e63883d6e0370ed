// Which fault a channel has at a moment of the run. Times are on the crowd's timeline, so that `--speed` moves the
// opening and the outage alike.
import type { ChannelFault } from '../../scenario.js';

/** The fault of `channel` at `second` of the timeline, if it has one. */
export function faultAt(faults: readonly ChannelFault[], channel: string, second: number): ChannelFault | null {
  return faults.find((fault) => fault.channel === channel && second >= fault.fromSeconds && (fault.toSeconds === null || second < fault.toSeconds)) ?? null;
}

/** What the provider of a faulty channel does to one verification. `draw` is uniform in [0, 1). */
export function faultyAnswer(fault: ChannelFault, draw: number): { outcome: 'provider_error' | 'provider_timeout'; afterMs: number } {
  return draw < fault.errorShare
    ? { outcome: 'provider_error', afterMs: fault.errorMs }
    : { outcome: 'provider_timeout', afterMs: fault.hangMs };
}
