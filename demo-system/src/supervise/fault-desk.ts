// Where faults are begun and ended while the demo runs: by the scenario's timeline, by a person on the control page or at
// the command line. The desk checks what is asked, tells the processes concerned, waits until they have done it, and
// writes down what is true from that moment on.
import type { GroundTruth } from '../observe/ground-truth.js';
import type { TruthKeeper } from '../observe/truth.js';
import { FAULTS, faultOf } from '../faults/all-faults.js';
import type { Fault, FaultPlace, FaultPlan, FaultyService, Surroundings, Undo } from '../faults/fault.js';
import { frontOf, type System } from '../system.js';
import type { Fleet, Instance } from './fleet.js';
import { DemoFailure } from './part.js';

const ANSWER_WITHIN_MS = 10_000;

export interface FaultWish { fault: string; target?: string | undefined; amount?: number | undefined; seconds?: number | undefined }
export interface ActiveFault { plan: FaultPlan; truth: GroundTruth; endsAtMs: number | null }

interface Begun extends ActiveFault { undo: Undo | null; timer: NodeJS.Timeout | undefined }

export interface FaultDeskSetting { system: System; pipeline: string; channels: readonly string[]; fleet: Fleet; surroundings: Surroundings; truth: TruthKeeper }

export class FaultDesk {
  readonly #setting: FaultDeskSetting;
  readonly #begun = new Map<string, Begun>();
  readonly #asked = new Map<number, (error: string | null) => void>();
  #lastId = 0;

  constructor(setting: FaultDeskSetting) {
    this.#setting = setting;
  }

  get active(): readonly ActiveFault[] {
    return [...this.#begun.values()].map(({ plan, truth, endsAtMs }) => ({ plan, truth, endsAtMs }));
  }

  /** Every fault that this system can have, with what it may befall. */
  get possible(): readonly (Fault & { targets: readonly string[] })[] {
    return FAULTS.map((fault) => ({ ...fault, targets: this.#targetsOf(fault) })).filter((fault) => this.#setting.system.services.some((service) => fault.fits(service)));
  }

  /** Begin a fault; it ends by itself after `seconds`, if given. Errors: DemoFailure, one sentence. */
  async start(wish: FaultWish): Promise<ActiveFault> {
    const { fault, plan } = this.#check(wish);
    const key = keyOf(plan);
    if (this.#begun.has(key)) throw new DemoFailure(`${nameOf(plan)} is going on already; stop it first, or wait.`);
    const place = this.#placeOf(fault, plan);
    await this.#tell(fault, plan, true);
    const undo = await fault.around?.(this.#setting.surroundings, plan) ?? null;
    const truth = this.#setting.truth.begin({ ...fault.truth(place), beginMs: Date.now(), fault: fault.id });
    const timer = wish.seconds === undefined ? undefined : setTimeout(() => void this.stop(plan.fault, plan.target ?? undefined).catch(() => undefined), wish.seconds * 1_000);
    this.#begun.set(key, { plan, truth, undo, timer, endsAtMs: wish.seconds === undefined ? null : Date.now() + wish.seconds * 1_000 });
    return { plan, truth, endsAtMs: this.#begun.get(key)?.endsAtMs ?? null };
  }

  /** End a fault; without a target, wherever it goes on. Errors: DemoFailure when it does not go on. */
  async stop(id: string, target?: string): Promise<void> {
    const meant = [...this.#begun.values()].filter(({ plan }) => plan.fault === id && (target === undefined || plan.target === target));
    if (!faultOf(id)) throw new DemoFailure(unknownFault(id));
    if (meant.length === 0) throw new DemoFailure(`${nameOf({ fault: id, target: target ?? null })} is not going on.`);
    for (const { plan, truth, undo, timer } of meant) {
      clearTimeout(timer);
      this.#begun.delete(keyOf(plan));
      const fault = faultOf(plan.fault);
      if (fault) await this.#tell(fault, plan, false);
      await undo?.();
      this.#setting.truth.end(truth, Date.now());
    }
  }

  async stopAll(): Promise<void> {
    for (const id of new Set([...this.#begun.values()].map(({ plan }) => plan.fault))) await this.stop(id);
  }

  /** The end of the demo: what was begun ends with it, and only processes that are held still are let go first. */
  async letGo(): Promise<void> {
    for (const { plan, truth, undo, timer } of this.#begun.values()) {
      clearTimeout(timer);
      if (faultOf(plan.fault)?.holdsProcesses) await undo?.();
      this.#setting.truth.end(truth, Date.now());
    }
    this.#begun.clear();
  }

  /** A new instance has the faults of its service from the start. */
  async reach(instance: Instance): Promise<void> {
    for (const { plan } of this.#begun.values()) {
      const fault = faultOf(plan.fault);
      if (fault?.inService && this.#servicesOf(fault, plan).includes(instance.spec.name)) await this.#ask(instance, plan, true);
    }
  }

  /** A process has done what it was asked, or says why it could not. */
  answered(id: number, error: string | null): void {
    this.#asked.get(id)?.(error);
  }

  #check({ fault: id, target, amount, seconds }: FaultWish): { fault: Fault; plan: FaultPlan } {
    const fault = this.possible.find((one) => one.id === id);
    if (!faultOf(id)) throw new DemoFailure(unknownFault(id));
    if (!fault) throw new DemoFailure(`${id} cannot befall this system; it has no part that could have it.`);
    if (fault.target === 'none' && target !== undefined) throw new DemoFailure(`${id} befalls the system as a whole; leave the target "${target}" out.`);
    if (fault.target !== 'none' && (target === undefined || !fault.targets.includes(target))) {
      throw new DemoFailure(`${id} needs a ${fault.target}${target === undefined ? '' : `, and "${target}" is none that can have it`}. Possible: ${fault.targets.join(', ')}.`);
    }
    const { min, max, unit } = fault.amount;
    const strength = amount ?? fault.amount.default;
    if (!(strength >= min && strength <= max)) throw new DemoFailure(`${id} takes an amount (${unit}) from ${min} to ${max}, not ${amount}.`);
    if (seconds !== undefined && !(seconds > 0 && seconds <= 86_400)) throw new DemoFailure(`A fault lasts from above 0 to 86400 seconds, not ${seconds}.`);
    return { fault, plan: { fault: id, target: target ?? null, amount: strength } };
  }

  #targetsOf(fault: Fault): readonly string[] {
    if (fault.target === 'none') return [];
    if (fault.target === 'channel') return this.#setting.channels;
    return this.#setting.system.services.filter((service) => fault.fits(service)).map(({ name }) => name);
  }

  #placeOf(fault: Fault, plan: FaultPlan): FaultPlace {
    const { system, pipeline } = this.#setting;
    const fitting = system.services.filter((service) => fault.fits(service));
    const service: FaultyService | null = (fault.target === 'service' ? system.services.find(({ name }) => name === plan.target) : fitting.find(({ stage }) => stage !== null) ?? fitting[0]) ?? null;
    return {
      pipeline, service, channel: fault.target === 'channel' ? plan.target : null, front: frontOf(system),
      stageOfChannels: system.services.find(({ channels }) => channels)?.stage ?? null,
      floodedStage: system.floodedStage,
      waitingStage: system.services.find(({ name }) => name === 'waiting-room')?.stage ?? null,
    };
  }

  #servicesOf(fault: Fault, plan: FaultPlan): readonly string[] {
    const { system } = this.#setting;
    if (fault.strikes === 'front') return [frontOf(system).name];
    return fault.target === 'service' ? [plan.target ?? ''] : system.services.filter((service) => fault.fits(service)).map(({ name }) => name);
  }

  async #tell(fault: Fault, plan: FaultPlan, active: boolean): Promise<void> {
    if (!fault.inService) return;
    const instances = this.#servicesOf(fault, plan).flatMap((name) => this.#setting.fleet.of(name));
    await Promise.all(instances.filter(({ part }) => part.running).map((instance) => this.#ask(instance, plan, active)));
  }

  async #ask(instance: Instance, plan: FaultPlan, active: boolean): Promise<void> {
    const id = ++this.#lastId;
    const error = await new Promise<string | null>((resolve) => {
      const timer = setTimeout(() => resolve('it did not answer'), ANSWER_WITHIN_MS);
      const done = (what: string | null) => { clearTimeout(timer); resolve(what); };
      this.#asked.set(id, done);
      void instance.part.ended.then(() => done(null));
      instance.part.send({ type: 'fault', id, plan, active });
    });
    this.#asked.delete(id);
    if (error !== null) throw new DemoFailure(`${nameOf(plan)} could not be ${active ? 'begun' : 'ended'} in ${instance.part.name}: ${error}.`);
  }
}

function unknownFault(id: string): string {
  return `There is no fault "${id}". Known ones: ${FAULTS.map((fault) => fault.id).join(', ')}.`;
}

function keyOf({ fault, target }: FaultPlan): string {
  return `${fault} ${target ?? ''}`;
}

function nameOf({ fault, target }: Pick<FaultPlan, 'fault' | 'target'>): string {
  return target === null ? fault : `${fault} of ${target}`;
}
