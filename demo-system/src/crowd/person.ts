// One person of the crowd from arriving to being booked or giving up: several devices in July, patience that runs out,
// going back to the line when thrown back. What to do next is what the site says comes next.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random.js';
import type { Scenario } from '../scenario.js';
import type { PeopleTally } from './people-tally.js';
import type { Answer, Device } from './device.js';

export interface PersonSetting { scenario: Scenario; tally: PeopleTally; random: Random; devices: readonly Device[]; number: number }

/** Weight of a channel's popularity by its light: people avoid a red one, but not all of them. */
const LIGHT_WEIGHT: Readonly<Record<string, number>> = { fine: 1, busy: 0.7, stuck: 0.35 };
const RETRY_MS: readonly [number, number] = [800, 2_500];
const THINK_MS: readonly [number, number] = [400, 1_600];

/** Live one person's day. Ends by itself: patience is finite. */
export async function livePerson(setting: PersonSetting): Promise<void> {
  const person = new Person(setting);
  setting.tally.arrived();
  const began = Date.now();
  const end = await person.goThrough();
  setting.tally.ended(end, Date.now() - began);
}

export type PersonEnd = 'booked' | 'gave_up' | 'not_eligible';

class Person {
  readonly #setting: PersonSetting;
  readonly #patienceUntilMs: number;
  readonly #favourite: number;
  readonly #details: { name: string; birth: string; phone: string };
  #device: Device;
  #attempts = 0;

  constructor(setting: PersonSetting) {
    const { random, scenario: { crowd, channels }, number } = setting;
    this.#setting = setting;
    this.#patienceUntilMs = Date.now() + random.lognormal(crowd.patienceMsMedian, crowd.patienceSpread);
    this.#favourite = random.weighted(channels.map((channel) => channel.popularity));
    this.#details = { name: `시민${number}`, birth: birthOf(random), phone: `010-${digits(random)}-${digits(random)}` };
    this.#device = setting.devices[0] as Device;
  }

  async goThrough(): Promise<PersonEnd> {
    let next: unknown = this.#setting.scenario.order[0];
    while (Date.now() < this.#patienceUntilMs) {
      if (next === 'waiting-room') next = await this.#waitInLine();
      else if (next === 'form') next = await this.#fillInForm();
      else if (next === 'identity') next = await this.#proveIdentity();
      else if (next === 'booking') next = await this.#book();
      else if (next === 'done') return 'booked';
      else if (next === 'ended') return 'not_eligible';
      else break;
    }
    return 'gave_up';
  }

  /** All devices stand in line; the first that is let in is the one to go on with. */
  async #waitInLine(): Promise<unknown> {
    const { scenario, devices, tally } = this.#setting;
    const standing = scenario.waitingRoom.rankBy === 'person' ? [this.#device] : devices;
    const race = { over: false };
    tally.inLine(1);
    const next = await Promise.race(standing.map((device) => this.#stand(device, race)));
    race.over = true;
    tally.inLine(-1);
    return next;
  }

  /** One device in line until it is let in, another one was, or patience is out. Answers what the site says comes next. */
  async #stand(device: Device, race: { over: boolean }): Promise<unknown> {
    let answer = await device.send('POST', '/api/waiting-room');
    while (!race.over && Date.now() < this.#patienceUntilMs && !isLetIn(answer)) {
      const pollAfterMs = answer.body['pollAfterMs'];
      await sleep(typeof pollAfterMs === 'number' ? pollAfterMs : this.#setting.random.between(...RETRY_MS));
      if (race.over) break;
      answer = await device.send(answer.body['outcome'] === 'waiting' ? 'GET' : 'POST', '/api/waiting-room');
    }
    if (isLetIn(answer) && !race.over) {
      race.over = true;
      this.#device = device;
      this.#setting.tally.admitted();
    }
    return answer.body['next'];
  }

  async #fillInForm(): Promise<unknown> {
    await sleep(this.#setting.random.between(...this.#setting.scenario.crowd.formMs));
    return this.#nextAfter(await this.#device.send('POST', '/api/form', { details: this.#details }), 'form');
  }

  async #proveIdentity(): Promise<unknown> {
    const { scenario: { crowd }, random, tally, devices } = this.#setting;
    await sleep(random.between(...THINK_MS));
    if (this.#attempts >= crowd.attemptsMax) return 'gave_up';
    this.#attempts++;
    const answer = await this.#device.send('POST', `/api/identity/${await this.#chooseChannel()}`, { details: this.#details });
    if (answer.body['outcome'] === 'verified') {
      tally.verified();
      this.#tryOtherDevices(devices.filter((device) => device !== this.#device));
    } else {
      if (answer.body['outcome'] === 'thrown_back') tally.thrownBack();
      await sleep(random.between(...RETRY_MS));
    }
    return this.#nextAfter(answer, 'identity');
  }

  /** The favourite channel at first; with lights to see, a free one is liked better, and after a failure any other. */
  async #chooseChannel(): Promise<string> {
    const { scenario: { channels, crowd }, random } = this.#setting;
    const favourite = channels[this.#favourite]?.id ?? '';
    if (!crowd.seesLights) return favourite;
    const { body } = await this.#device.send('GET', '/api/channels');
    const lights = new Map((body['channels'] as { id: string; light: string }[] | undefined ?? []).map(({ id, light }) => [id, light]));
    const weightOf = (id: string) => LIGHT_WEIGHT[lights.get(id) ?? 'fine'] ?? 1;
    if (this.#attempts === 1 && random.next() < weightOf(favourite)) return favourite;
    return channels[random.weighted(channels.map(({ id, popularity }) => popularity * weightOf(id)))]?.id ?? favourite;
  }

  /** In August people still take out their other phone, and are told that they are being served already. */
  #tryOtherDevices(others: readonly Device[]): void {
    const { scenario, random, tally } = this.#setting;
    if (scenario.otherDevicesBlockedMs === null) return;
    for (const device of others) {
      void sleep(random.between(...THINK_MS)).then(async () => {
        const answer = await device.send('POST', `/api/identity/${scenario.channels[this.#favourite]?.id}`, { details: this.#details });
        if (answer.body['outcome'] === 'blocked_other_device') tally.blockedDevice();
      });
    }
  }

  async #book(): Promise<unknown> {
    const { random } = this.#setting;
    const { body } = await this.#device.send('GET', '/api/slots');
    const slots = body['slots'] as { slotId: number }[] | undefined ?? [];
    await sleep(random.between(...THINK_MS));
    const slot = slots[Math.floor(random.next() * slots.length)];
    if (!slot) { await sleep(random.between(...RETRY_MS)); return 'booking'; }
    return this.#nextAfter(await this.#device.send('POST', '/api/reservations', { slotId: slot.slotId }), 'booking');
  }

  /** What the site says comes next; after no answer, the same step again in a while. */
  async #nextAfter(answer: Answer, step: string): Promise<unknown> {
    if (typeof answer.body['next'] === 'string') return answer.body['next'];
    await sleep(this.#setting.random.between(...RETRY_MS));
    return step;
  }
}

/** Let in now, or earlier while another device went on: either way the line is behind. */
function isLetIn({ body }: Answer): boolean {
  return typeof body['next'] === 'string' && body['next'] !== 'waiting-room';
}

const two = (value: number) => String(value).padStart(2, '0');

/** Six digits of a birth date between 1962 and 1966: the age group of July 2021. */
function birthOf(random: Random): string {
  return `${two(62 + Math.floor(random.next() * 5))}${two(1 + Math.floor(random.next() * 12))}${two(1 + Math.floor(random.next() * 28))}`;
}

function digits(random: Random): string {
  return String(Math.floor(random.next() * 10_000)).padStart(4, '0');
}
