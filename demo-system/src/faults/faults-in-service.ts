// The faults of one process: begun and ended at the supervisor's word, each ended the way it was begun.
import { faultOf } from './all-faults.js';
import type { FaultPlan, Undo } from './fault.js';
import type { Levers } from './levers.js';

export class FaultsInService {
  readonly #levers: Levers;
  readonly #undoings = new Map<string, Undo>();

  constructor(levers: Levers) {
    this.#levers = levers;
  }

  /** Answers what went wrong, or null. */
  async change({ plan, active }: { plan: FaultPlan; active: boolean }): Promise<string | null> {
    const key = `${plan.fault} ${plan.target ?? ''}`;
    try {
      const undo = this.#undoings.get(key);
      this.#undoings.delete(key);
      await undo?.();
      const begun = active ? await faultOf(plan.fault)?.inService?.(this.#levers, plan) : undefined;
      if (begun) this.#undoings.set(key, begun);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}
