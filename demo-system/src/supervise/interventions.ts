// Everything that is done to a running demo, by whomever: faults and operations from the control page, the command line and
// the scenario's own timeline. All of it goes through one desk, is said in a line, and what becomes true by it is kept.
import type { Surroundings } from '../faults/fault.js';
import type { GroundTruth } from '../observe/ground-truth.js';
import type { TruthKeeper } from '../observe/truth.js';
import type { PeopleCounts } from '../parent-channel.js';
import { channelsOf, type Scenario } from '../scenario.js';
import { systemOf } from '../system.js';
import { startControlServer } from './control-server.js';
import { FaultDesk } from './fault-desk.js';
import type { Fleet } from './fleet.js';
import { operate, type OperatorAction } from './operations.js';
import { followTimeline } from './timeline.js';

export interface InterventionsSetting {
  scenario: Scenario;
  fleet: Fleet;
  surroundings: Surroundings;
  truth: TruthKeeper;
  people: () => PeopleCounts | null;
  say: (line: string) => void;
}

export class Interventions {
  readonly desk: FaultDesk;
  readonly #setting: InterventionsSetting;
  #suspension: GroundTruth | null = null;
  #timers: NodeJS.Timeout[] = [];
  #control: { close(): Promise<void> } | null = null;
  #closing = false;

  constructor(setting: InterventionsSetting) {
    const { scenario, fleet, surroundings, truth } = setting;
    this.#setting = setting;
    this.desk = new FaultDesk({ system: systemOf(scenario.system), pipeline: scenario.pipeline, channels: channelsOf(scenario), fleet, surroundings, truth });
  }

  /** Open the control desk. Answers its address. Errors: DemoFailure when the port is in use. */
  async open({ port, file, site }: { port: number; file: string; site: string }): Promise<string> {
    const { scenario, fleet, truth, people } = this.#setting;
    const control = await startControlServer({
      port, file, desk: this.desk, operate: (action) => this.#operate(action),
      state: () => ({
        scenario: scenario.id, title: scenario.title, site, people: people(), truth: truth.truths, channels: channelsOf(scenario),
        services: systemOf(scenario.system).services.map(({ name }) => ({ name, instances: fleet.of(name).length, version: fleet.of(name)[0]?.release.version ?? '' })),
      }),
    });
    this.#control = control;
    return control.url;
  }

  /** From now on the scenario's own faults and operations come at their times. */
  follow(clock: { beganAtMs: number; speed: number }): void {
    this.#timers = followTimeline(this.#setting.scenario, clock, {
      start: async (wish) => { await this.desk.start(wish); },
      stop: (id, target) => this.desk.stop(id, target),
      operate: async (action) => { await this.#operate(action); },
      trouble: (sentence) => { if (!this.#closing) this.#setting.say(`! ${sentence}`); },
    });
  }

  /** Nothing is done any more, and no process is held that is to end. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#control?.close();
    await this.desk.letGo();
    if (this.#suspension) this.#setting.truth.end(this.#suspension, Date.now());
  }

  async #operate(action: OperatorAction): Promise<string> {
    const { scenario, fleet, say } = this.#setting;
    const done = await operate(action, fleet, channelsOf(scenario));
    say(`# The operators: ${done}.`);
    if (action.action === 'suspend') this.#observeSuspension(action.suspended);
    return done;
  }

  /** A suspension is a change in what people are told. One that was there from the start has changed nothing. */
  #observeSuspension(suspended: boolean): void {
    const { truth, people, scenario } = this.#setting;
    if (suspended && this.#suspension === null && (people()?.arrived ?? 0) > 0) {
      this.#suspension = truth.begin({ kind: 'outcome_shift', subject: { pipeline: scenario.pipeline }, beginMs: Date.now(), also: ['errors', 'surge'] });
    }
    if (suspended || this.#suspension === null) return;
    truth.end(this.#suspension, Date.now());
    this.#suspension = null;
  }
}
