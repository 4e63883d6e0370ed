// What visitors of the smaller sites have in common: one browser, patience, a pace of their own, and trying again when no
// answer came. What they come for is a file of its own for each site.
import type { Random } from '../random.js';
import type { RushScenario } from '../scenario.js';
import type { Answer, Device } from './device.js';
import { Pace } from './pace.js';
import type { PeopleTally, PersonEnd } from './people-tally.js';

export interface VisitSetting { scenario: RushScenario; tally: PeopleTally; random: Random; devices: readonly Device[]; number: number; intendedMs: number }

const RETRY_MS: readonly [number, number] = [1_000, 4_000];

export class Visitor {
  readonly setting: VisitSetting;
  readonly #patienceUntilMs: number;
  readonly #pace: Pace;

  constructor(setting: VisitSetting) {
    this.setting = setting;
    const { patienceMsMedian, patienceSpread } = setting.scenario.crowd;
    this.#patienceUntilMs = setting.intendedMs + setting.random.lognormal(patienceMsMedian, patienceSpread);
    this.#pace = new Pace(setting.intendedMs);
  }

  async think(ms: readonly [number, number]): Promise<void> {
    await this.#pace.pause(this.setting.random.between(...ms));
  }

  /** Ask until the site has answered for good, or patience is out (null). Who met a failure tries again, as people do. */
  async ask(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer | null> {
    const { tally, devices } = this.setting;
    let metSuspension = false;
    while (Date.now() < this.#patienceUntilMs) {
      const answer = await (devices[0] as Device).send(method, path, body, this.#pace.goOn());
      const isClosed = answer.body['outcome'] === 'suspended';
      if (answer.status !== 0 && answer.status < 500 && !isClosed) return answer;
      if (isClosed && !metSuspension) { metSuspension = true; tally.count('metSuspension'); }
      await this.think(RETRY_MS);
      tally.count('reloads');
    }
    return null;
  }
}

export type Visit = (visitor: Visitor) => Promise<PersonEnd>;
