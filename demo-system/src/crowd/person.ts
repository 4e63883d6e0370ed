// One person of the crowd that wants a vaccination, from arriving to being booked or giving up: several devices in July,
// patience that runs out, going back to the line when thrown back. What to do next is what the site says comes next.
import type { Random } from '../random.js';
import type { VaccineScenario } from '../scenario.js';
import { detailsOf, type PersonalDetails } from './details.js';
import type { Answer, Device } from './device.js';
import { Pace } from './pace.js';
import type { PeopleTally, PersonEnd } from './people-tally.js';

export interface PersonSetting { scenario: VaccineScenario; tally: PeopleTally; random: Random; devices: readonly Device[]; number: number; intendedMs: number }

/** Weight of a channel's popularity by its light: people avoid a red one, but not all of them. */
const LIGHT_WEIGHT: Readonly<Record<string, number>> = { fine: 1, busy: 0.7, stuck: 0.35 };
const RETRY_MS: readonly [number, number] = [800, 2_500];
const THINK_MS: readonly [number, number] = [400, 1_600];
const SUSPENDED_RETRY_MS: readonly [number, number] = [3_000, 8_000];

/** Go through the reservation as far as it goes. Ends by itself: patience is finite. */
export function livePerson(setting: PersonSetting): Promise<PersonEnd> {
  return new Person(setting).goThrough();
}

class Person {
  readonly #setting: PersonSetting;
  readonly #patienceUntilMs: number;
  readonly #favourite: number;
  readonly #details: PersonalDetails;
  readonly #pace: Pace;
  #device: Device;
  #attempts = 0;
  #metSuspension = false;

  constructor(setting: PersonSetting) {
    const { random, scenario: { crowd, channels, birthDigitsToday }, number, intendedMs } = setting;
    this.#setting = setting;
    this.#patienceUntilMs = intendedMs + random.lognormal(crowd.patienceMsMedian, crowd.patienceSpread);
    this.#favourite = random.weighted(channels.map((channel) => channel.popularity));
    this.#details = detailsOf(number, random, crowd, birthDigitsToday);
    this.#pace = new Pace(intendedMs);
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
      else if (next === 'not_your_day') return 'not_their_day';
      else break;
    }
    return 'gave_up';
  }

  /** All devices stand in line; the first that is let in is the one to go on with. */
  async #waitInLine(): Promise<unknown> {
    const { scenario, devices, tally } = this.#setting;
    const standing = scenario.waitingRoom.rankBy === 'person' ? [this.#device] : devices;
    const race = { over: false };
    tally.count('inLine');
    tally.count('placesInLine', standing.length);
    const next = await Promise.race(standing.map((device) => this.#stand(device, race)));
    race.over = true;
    tally.count('inLine', -1);
    tally.count('placesInLine', -standing.length);
    this.#pace.goOn();
    return next;
  }

  /** One device in line until it is let in, another one was, or patience is out. Answers what the site says comes next. */
  async #stand(device: Device, race: { over: boolean }): Promise<unknown> {
    const { random, scenario, tally } = this.#setting;
    const pace = new Pace(this.#pace.intendedMs);
    const ask = async (method: 'GET' | 'POST') => this.#told(await device.send(method, '/api/waiting-room', undefined, pace.intendedMs), pace);
    let answer = await ask('POST');
    while (!race.over && Date.now() < this.#patienceUntilMs && !isLetIn(answer)) {
      const pollAfterMs = answer.body['pollAfterMs'];
      await pace.pause(typeof pollAfterMs === 'number' ? pollAfterMs : random.between(...RETRY_MS));
      if (race.over) break;
      const reloads = random.next() < scenario.crowd.reloadShare;
      if (reloads) {
        tally.count('reloads');
        await device.send('GET', '/', undefined, pace.intendedMs);
      }
      answer = await ask(answer.body['outcome'] === 'waiting' && !reloads ? 'GET' : 'POST');
    }
    if (isLetIn(answer) && !race.over) {
      race.over = true;
      this.#device = device;
      tally.count('admitted');
    }
    return answer.body['next'];
  }

  async #fillInForm(): Promise<unknown> {
    await this.#pace.pause(this.#setting.random.between(...this.#setting.scenario.crowd.formMs));
    return this.#nextAfter(await this.#send('POST', '/api/form', { details: this.#details }), 'form');
  }

  async #proveIdentity(): Promise<unknown> {
    const { scenario: { crowd }, random, tally, devices } = this.#setting;
    await this.#pace.pause(random.between(...THINK_MS));
    if (this.#attempts >= crowd.attemptsMax) return 'gave_up';
    this.#attempts++;
    const answer = await this.#send('POST', `/api/identity/${await this.#chooseChannel()}`, { details: this.#details });
    if (answer.body['outcome'] === 'verified') {
      tally.count('verified');
      this.#tryOtherDevices(devices.filter((device) => device !== this.#device));
    } else if (answer.body['outcome'] === 'suspended') this.#attempts--;
    else {
      if (answer.body['outcome'] === 'thrown_back') tally.count('thrownBack');
      await this.#pace.pause(random.between(...RETRY_MS));
    }
    return this.#nextAfter(answer, 'identity');
  }

  /** The favourite channel at first; with lights to see, a free one is liked better, and after a failure any other. */
  async #chooseChannel(): Promise<string> {
    const { scenario: { channels, crowd }, random } = this.#setting;
    const favourite = channels[this.#favourite]?.id ?? '';
    if (!crowd.seesLights) return favourite;
    const { body } = await this.#send('GET', '/api/channels');
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
      const pace = new Pace(Date.now());
      void pace.pause(random.between(...THINK_MS)).then(async () => {
        const answer = await device.send('POST', `/api/identity/${scenario.channels[this.#favourite]?.id}`, { details: this.#details }, pace.intendedMs);
        if (answer.body['outcome'] === 'blocked_other_device') tally.count('blockedDevices');
      });
    }
  }

  async #book(): Promise<unknown> {
    const { random } = this.#setting;
    const { body } = await this.#send('GET', '/api/slots');
    const slots = body['slots'] as { slotId: number }[] | undefined ?? [];
    await this.#pace.pause(random.between(...THINK_MS));
    const slot = slots[Math.floor(random.next() * slots.length)];
    if (!slot) { await this.#pace.pause(random.between(...RETRY_MS)); return 'booking'; }
    return this.#nextAfter(await this.#send('POST', '/api/reservations', { slotId: slot.slotId }), 'booking');
  }

  async #send(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
    const answer = await this.#device.send(method, path, body, this.#pace.goOn());
    return this.#told(answer, this.#pace);
  }

  /** Count what only some are told, and wait where the site asks for it. */
  async #told(answer: Answer, pace: Pace): Promise<Answer> {
    const outcome = answer.body['outcome'];
    if (outcome === 'session_lost') this.#setting.tally.count('sessionsLost');
    if (outcome === 'suspended') {
      if (!this.#metSuspension) this.#setting.tally.count('metSuspension');
      this.#metSuspension = true;
      await pace.pause(this.#setting.random.between(...SUSPENDED_RETRY_MS));
    }
    return answer;
  }

  /** What the site says comes next; after no answer, the same step again in a while. */
  async #nextAfter(answer: Answer, step: string): Promise<unknown> {
    if (answer.body['outcome'] === 'not_your_day') return 'not_your_day';
    if (typeof answer.body['next'] === 'string') return answer.body['next'];
    await this.#pace.pause(this.#setting.random.between(...RETRY_MS));
    return step;
  }
}

/** Let in now, or earlier while another device went on: either way the line is behind. */
function isLetIn({ body }: Answer): boolean {
  return typeof body['next'] === 'string' && body['next'] !== 'waiting-room';
}
