// Proving who one is, as people do it: choose a channel, by its light where there are lights, wait for it, and go on, go back to
// the start, or try again. What a verification ends in is drawn when it begins to be served.
import { lightOf } from '../../services/web/lights.js';
import type { NationalFault } from '../day.js';
import { OUTCOMES, type Outcome } from './day-sink.js';
import { ATTEMPT } from './identity.js';
import { AT } from './people.js';
import { EVENT, type Simulation } from './simulation.js';

/** As the crowd of real processes: people avoid a red light, but not all of them. */
const LIGHT_WEIGHT = { fine: 1, busy: 0.7, stuck: 0.35 } as const;
/** Whoever is turned away for want of room comes again after twice the time at most so many times over. */
const DOUBLINGS_MAX = 6;
/** How fast a channel's recent failures are forgotten, as in the real service. */
const FAILING_MEMORY = 0.05;

export class IdentityStep {
  readonly #day: Simulation;
  readonly #failing: Float64Array;
  readonly #medians: readonly number[];

  constructor(day: Simulation) {
    this.#day = day;
    this.#failing = new Float64Array(day.day.channels.length);
    this.#medians = day.day.channels.map(({ serviceMsMean, serviceSpread }) => serviceMsMean * Math.exp(-(serviceSpread ** 2) / 2));
  }

  ask(person: number): void {
    const { people, identity, nowMs, sink, day, events } = this.#day;
    if (people.attempts[person]! >= day.people.attemptsMax || nowMs >= people.patienceUntilMs[person]!) { this.#day.leaveForGood(person, AT.gaveUp); return; }
    const channel = this.#choose(person);
    this.#day.count('requests');
    if (this.#day.suspended) {
      sink?.refused(nowMs, this.#day.asker(person), 'identity', channel, 'suspended');
      this.#day.sendAway(person);
      return;
    }
    people.attempts[person]!++;
    const begun = identity.begin(nowMs, person, channel);
    const attempt = identity.count - 1;
    sink?.identityBegan(nowMs, attempt, this.#day.asker(person), channel);
    if (begun === null) this.#ended(attempt, 'queue_full');
    else if (begun.served) this.#serve(attempt);
    else events.add(nowMs + day.channels[channel]!.queueTimeoutMs, EVENT.queueTimeout, attempt);
  }

  served(attempt: number): void {
    const { identity, nowMs } = this.#day;
    if (identity.state[attempt] !== ATTEMPT.served) return;
    identity.finish(nowMs, attempt, (next) => this.#serve(next));
    this.#ended(attempt, OUTCOMES[identity.outcome[attempt]!]!);
  }

  queueTimeout(attempt: number): void {
    const { identity, nowMs } = this.#day;
    if (identity.state[attempt] !== ATTEMPT.queued) return;
    identity.giveUp(nowMs, attempt);
    this.#ended(attempt, 'queue_timeout');
  }

  /** A verified person takes out another device, and is told that they are being served already. */
  otherDevice(person: number): void {
    const { people, sink, nowMs } = this.#day;
    this.#day.count('requests');
    this.#day.count('blockedDevices');
    const who = { session: this.#day.newSession(), address: this.#day.newAddress(), place: -1, person };
    sink?.refused(nowMs, who, 'identity', people.favourite[person]!, 'blocked_other_device');
  }

  setServers(servers: number): void {
    const { identity } = this.#day;
    identity.setServers(servers);
    identity.stations.forEach((_, channel) => identity.serveNext(channel, (attempt) => this.#serve(attempt)));
  }

  /** The service is stopped: everybody is sent away. */
  clear(): void {
    const { identity, nowMs, sink } = this.#day;
    identity.clear(nowMs, (attempt) => {
      const person = identity.person[attempt]!;
      sink?.identityEnded(nowMs, attempt, this.#day.asker(person), identity.channel[attempt]!, identity.beganMs[attempt]!, 'suspended');
      this.#day.sendAway(person);
    });
  }

  #choose(person: number): number {
    const { people, day, random, sink, nowMs, identity } = this.#day;
    const favourite = people.favourite[person]!;
    if (!day.people.seesLights) return favourite;
    this.#day.count('requests');
    sink?.channels(nowMs, this.#day.asker(person));
    const weight = (channel: number) => {
      const station = identity.stations[channel]!;
      return LIGHT_WEIGHT[lightOf({ load: station.busy / station.workers, queue: station.queued, failing: this.#failing[channel]! })];
    };
    if (people.attempts[person] === 0 && random.identity.next() < weight(favourite)) return favourite;
    return random.identity.weighted(day.channels.map(({ popularity }, channel) => popularity * weight(channel)));
  }

  #serve(attempt: number): void {
    const { identity, random, day, events, nowMs } = this.#day;
    const channel = identity.channel[attempt]!;
    const spec = day.channels[channel]!;
    const fault = day.faults.find((one) => one.channel === spec.id && nowMs >= one.fromMs && nowMs < one.toMs);
    if (fault) { this.#serveBadly(attempt, fault); return; }
    const draw = random.identity.next();
    const outcome: Outcome = draw < spec.mismatchShare ? 'identity_mismatch' : draw < spec.mismatchShare + spec.providerErrorShare ? 'provider_error' : 'verified';
    identity.outcome[attempt] = OUTCOMES.indexOf(outcome);
    events.add(nowMs + random.identity.lognormal(this.#medians[channel]!, spec.serviceSpread), EVENT.served, attempt);
  }

  #serveBadly(attempt: number, fault: NationalFault): void {
    const { identity, random, events, nowMs } = this.#day;
    const isError = random.identity.next() < fault.errorShare;
    identity.outcome[attempt] = OUTCOMES.indexOf(isError ? 'provider_error' : 'provider_timeout');
    events.add(nowMs + (isError ? fault.errorMs : fault.hangMs), EVENT.served, attempt);
  }

  #ended(attempt: number, outcome: Outcome): void {
    const { identity, people, nowMs, sink, day, random } = this.#day;
    const person = identity.person[attempt]!;
    const channel = identity.channel[attempt]!;
    const isSystems = outcome !== 'verified' && outcome !== 'identity_mismatch';
    this.#failing[channel]! += ((isSystems ? 1 : 0) - this.#failing[channel]!) * FAILING_MEMORY;
    sink?.identityEnded(nowMs, attempt, this.#day.asker(person), channel, identity.beganMs[attempt]!, outcome);
    if (outcome === 'verified') { this.#verified(person); return; }
    if (day.failureThrowsBack) { this.#day.throwBack(person); return; }
    const wasRefused = outcome === 'queue_full' || outcome === 'queue_timeout';
    if (wasRefused) people.attempts[person]!--;
    people.refusals[person] = wasRefused ? Math.min(DOUBLINGS_MAX, people.refusals[person]! + 1) : 0;
    this.#day.actIn(person, random.identity.between(...day.people.retryMs) * 2 ** people.refusals[person]);
  }

  #verified(person: number): void {
    const { people, day, events, random, nowMs } = this.#day;
    this.#day.count('verified');
    people.refusals[person] = 0;
    if (day.otherDevicesBlockedMs !== null) {
      for (let i = 1; i < people.browsers[person]!; i++) events.add(nowMs + random.identity.between(...day.people.thinkMs), EVENT.otherDevice, person);
    }
    this.#day.completeStep(person);
  }
}
