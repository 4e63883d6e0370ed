// A national day, played: people arrive, stand in line, fill in the form, prove who they are, book, are thrown back and try
// again, event by event, each of them. In: a day and a seed. Out: what people lived through, the day second by second, and
// every request to a sink. The same day and seed play the same to the last event; a sink changes nothing.
import { createRandom, type Random } from '../../random.js';
import { serversAt, type NationalDay } from '../day.js';
import { EventQueue } from '../engine/event-queue.js';
import { StageClock } from '../engine/stage-clock.js';
import type { Asker, DaySink, Outcome, PoolSample } from './day-sink.js';
import { arrivalsMs, drawTraits } from './arrivals-and-traits.js';
import { Identity } from './identity.js';
import { IdentityStep } from './identity-step.js';
import { LineStep } from './line-step.js';
import { LivedTally, type Count, type Lived } from './lived.js';
import { AT, People, type End } from './people.js';
import { SecondSeries } from './second-series.js';
import { WaitingLine } from './waiting-line.js';

export const EVENT = { arrival: 0, act: 1, open: 2, poll: 3, forget: 4, advance: 5, second: 6, served: 7, queueTimeout: 8, suspend: 9, reopen: 10, servers: 11, otherDevice: 12, reload: 13 } as const;

const ADVANCE_EVERY_MS = 100;
const SECOND_MS = 1_000;
const BUCKET_MS = 4;
/** Oldest open verifications that a sink hears of each second. */
const OLDEST_TOLD = 10;

/** What all steps of the day share. */
export class Simulation {
  readonly people = new People();
  readonly line: WaitingLine;
  readonly identity: Identity;
  readonly events: EventQueue;
  readonly seconds = new SecondSeries();
  readonly clocks = { form: new StageClock(), booking: new StageClock() };
  /** People with at least one place in line. */
  peopleInLine = 0;
  suspended = false;
  nowMs = 0;
  readonly random: { readonly line: Random; readonly form: Random; readonly identity: Random; readonly booking: Random };
  /** Index of the step at which people say who they are. */
  readonly #naming: number;
  #sessions = 0;
  #addresses = 0;
  readonly #lived = new LivedTally();
  readonly #arrivals: Iterator<number>;
  readonly #traits: Random;
  readonly #popularities: readonly number[];
  readonly #lineStep: LineStep;
  readonly #identityStep: IdentityStep;
  #told: Partial<Record<Count, number>> = {};

  /** `sink` null: nobody listens, as in a what-if. */
  constructor(readonly day: NationalDay, seed: number, readonly sink: DaySink | null) {
    const random = createRandom(seed).fork('national');
    this.random = { line: random.fork('line'), form: random.fork('form'), identity: random.fork('identity'), booking: random.fork('booking') };
    this.events = new EventQueue(day.durationMs, BUCKET_MS, 4_096);
    this.line = new WaitingLine(day.line);
    this.identity = new Identity(day, serversAt(day, 0));
    this.#arrivals = arrivalsMs(day, random.fork('arrivals'));
    this.#traits = random.fork('people');
    this.#popularities = day.channels.map(({ popularity }) => popularity);
    this.#naming = day.order.findIndex((step) => step === 'form' || step === 'identity');
    this.#lineStep = new LineStep(this);
    this.#identityStep = new IdentityStep(this);
    this.#scheduleTheDay();
  }

  get lived(): Lived { return this.#lived.report(); }
  /** Play up to a moment of the day. Answers whether anything is left. */
  playUntil(untilMs: number): boolean {
    const until = Math.min(untilMs, this.day.durationMs);
    while (this.events.next(until)) {
      this.nowMs = this.events.atMs;
      this.#play(this.events.kind, this.events.subject);
    }
    this.nowMs = until;
    return until < this.day.durationMs;
  }

  play(): Lived {
    this.playUntil(this.day.durationMs);
    return this.lived;
  }

  count(what: Count): void { this.#lived.count(what); }
  stoodInLine(ms: number): void { this.#lived.stoodInLine(ms); }
  newSession(): number { return this.#sessions++; }
  newAddress(): number { return this.#addresses++; }

  /** The person as a request shows them: known by name only once they have said who they are. */
  asker(person: number, place = -1): Asker {
    const { people } = this;
    const known = people.position[person]! >= this.#naming;
    return { session: people.session[person]!, address: people.address[person]!, place, person: known ? person : -1 };
  }

  /** The person acts next in so many ms. */
  actIn(person: number, ms: number): void {
    const dueMs = this.nowMs + ms;
    this.people.dueMs[person] = dueMs;
    this.events.add(dueMs, EVENT.act, person);
  }

  goOn(person: number): void {
    const { people, day, random } = this;
    const step = day.order[people.position[person]!];
    people.sinceMs[person] = this.nowMs;
    if (step === 'waiting-room') { this.#lineStep.join(person); return; }
    if (step === 'form') {
      people.at[person] = AT.form;
      this.clocks.form.enter(this.nowMs);
      this.actIn(person, random.form.between(...day.people.formMs));
    } else if (step === 'identity') {
      people.at[person] = AT.identity;
      this.actIn(person, random.identity.between(...day.people.thinkMs));
    } else {
      people.at[person] = AT.choosing;
      this.clocks.booking.enter(this.nowMs);
      this.actIn(person, random.booking.between(...day.people.thinkMs));
    }
  }

  completeStep(person: number): void {
    this.people.position[person]!++;
    this.goOn(person);
  }

  /** As after a failed verification in July. */
  throwBack(person: number): void {
    this.count('thrownBack');
    this.#leaveInside(person);
    this.people.position[person] = 0;
    this.#lineStep.rejoin(person, 'thrown_back');
  }

  /** Told that bookings are suspended: some come again when they are not. */
  sendAway(person: number): void {
    const { people, day, random } = this;
    this.count('sentAway');
    this.#leaveInside(person);
    this.#lineStep.leaveAll(person);
    const { suspension } = day;
    if (suspension === null || random.line.next() >= day.people.returnShare) { this.end(person, AT.gaveUp); return; }
    people.at[person] = AT.away;
    const againMs = Math.max(this.nowMs, suspension.toMs) + random.line.exponential(day.people.returnMsMean);
    people.patienceUntilMs[person] = againMs + random.line.lognormal(day.people.patienceMsMedian, day.people.patienceSpread);
    this.actIn(person, againMs - this.nowMs);
  }

  end(person: number, how: End): void {
    this.people.at[person] = how;
    this.people.dueMs[person] = -1;
    this.count(how === AT.booked ? 'booked' : how === AT.gaveUp ? 'gaveUp' : 'notEligible');
    if (how === AT.booked) this.#lived.bookedAfter(this.nowMs - this.people.arrivedMs[person]!);
  }
  /** Whoever is past the line takes room there until they leave it. */
  #leaveInside(person: number): void {
    const line = this.day.order.indexOf('waiting-room');
    if (this.people.position[person]! > line) this.line.inside--;
  }
  leaveForGood(person: number, how: End): void {
    this.#leaveInside(person);
    this.end(person, how);
  }

  #scheduleTheDay(): void {
    const { day, events } = this;
    this.#scheduleArrival();
    events.add(0, EVENT.advance, 0);
    events.add(SECOND_MS, EVENT.second, 0);
    for (const { atMs } of day.servers) if (atMs > 0) events.add(atMs, EVENT.servers, 0);
    if (day.suspension) {
      events.add(day.suspension.fromMs, EVENT.suspend, 0);
      events.add(day.suspension.toMs, EVENT.reopen, 0);
    }
  }

  #scheduleArrival(): void {
    const next = this.#arrivals.next();
    if (!next.done) this.events.add(next.value, EVENT.arrival, 0);
  }

  #play(kind: number, subject: number): void {
    switch (kind) {
      case EVENT.arrival: this.#arrive(); return;
      case EVENT.act: if (this.people.dueMs[subject] === this.nowMs) this.#act(subject); return;
      case EVENT.open: this.#lineStep.openNext(subject); return;
      case EVENT.poll: this.#lineStep.poll(subject); return;
      case EVENT.reload: this.#lineStep.reload(subject); return;
      case EVENT.forget: this.#lineStep.forget(subject); return;
      case EVENT.advance: this.#lineStep.advance(); this.events.add(this.nowMs + ADVANCE_EVERY_MS, EVENT.advance, 0); return;
      case EVENT.served: this.#identityStep.served(subject); return;
      case EVENT.queueTimeout: this.#identityStep.queueTimeout(subject); return;
      case EVENT.otherDevice: this.#identityStep.otherDevice(subject); return;
      case EVENT.servers: this.#identityStep.setServers(serversAt(this.day, this.nowMs)); return;
      case EVENT.suspend: this.#suspend(); return;
      case EVENT.reopen: this.suspended = false; return;
      default: this.#second();
    }
  }

  #arrive(): void {
    this.#scheduleArrival();
    const person = this.people.add(this.nowMs);
    drawTraits(this.day, this.people, person, this.#traits, this.#popularities);
    this.people.session[person] = this.newSession();
    this.people.address[person] = this.newAddress();
    this.count('arrived');
    this.count('requests');
    this.sink?.journey(this.nowMs, this.asker(person));
    if (this.suspended) this.sendAway(person);
    else this.goOn(person);
  }

  #act(person: number): void {
    const { people } = this;
    if (people.at[person] === AT.away) {
      this.count('requests');
      people.session[person] = this.newSession();
      this.sink?.journey(this.nowMs, this.asker(person));
      people.position[person] = 0;
      people.opened[person] = 0;
      if (this.day.order[0] === 'waiting-room') this.#lineStep.join(person, 'returned');
      else this.goOn(person);
    } else if (people.at[person] === AT.line) this.#lineStep.comeAgain(person);
    else if (people.at[person] === AT.form) this.#handInForm(person);
    else if (people.at[person] === AT.identity) this.#identityStep.ask(person);
    else if (people.at[person] === AT.choosing || people.at[person] === AT.booking) this.#book(person);
  }

  #handInForm(person: number): void {
    const { random, day, nowMs, clocks, people } = this;
    clocks.form.leave(nowMs, people.sinceMs[person]!);
    this.count('requests');
    if (this.suspended) { this.#refuse(person, 'form'); return; }
    if (random.form.next() < day.people.formLossShare) {
      this.sink?.refused(nowMs, this.asker(person), 'form', -1, 'wrong_step');
      this.throwBack(person);
      return;
    }
    const outcome: Outcome = random.form.next() < day.people.notEligibleShare ? 'not_eligible' : 'eligible';
    this.sink?.form(nowMs, this.asker(person), outcome);
    if (outcome === 'eligible') this.completeStep(person);
    else this.leaveForGood(person, AT.notEligible);
  }

  #book(person: number): void {
    const { random, day, nowMs, people } = this;
    this.count('requests');
    if (this.suspended) { this.clocks.booking.leave(nowMs, people.sinceMs[person]!); this.#refuse(person, 'booking'); return; }
    if (people.at[person] === AT.choosing) {
      people.at[person] = AT.booking;
      this.sink?.slots(nowMs, this.asker(person));
      this.actIn(person, random.booking.between(...day.people.thinkMs));
      return;
    }
    const outcome: Outcome = random.booking.next() < day.people.slotFullShare ? 'slot_full' : 'booked';
    this.sink?.booking(nowMs, this.asker(person), outcome);
    if (outcome === 'booked') {
      this.clocks.booking.leave(nowMs, people.sinceMs[person]!);
      this.leaveForGood(person, AT.booked);
    } else {
      people.at[person] = AT.choosing;
      this.actIn(person, random.booking.between(...day.people.retryMs));
    }
  }

  #refuse(person: number, step: 'form' | 'booking'): void {
    this.sink?.refused(this.nowMs, this.asker(person), step, -1, 'suspended');
    this.sendAway(person);
  }

  #suspend(): void {
    this.suspended = true;
    this.#lineStep.clear();
    this.#identityStep.clear();
  }

  #second(): void {
    const { line, identity, nowMs, day } = this;
    this.events.add(nowMs + SECOND_MS, EVENT.second, 0);
    const pools = identity.pools();
    const sum = (read: (pool: PoolSample) => number) => pools.reduce((all, pool) => all + read(pool), 0);
    const servers = serversAt(day, nowMs - SECOND_MS);
    this.seconds.add({
      waiting: line.waiting, peopleInLine: this.peopleInLine, inside: line.inside, identityQueued: sum(({ queue }) => queue), identityBusy: sum(({ busy }) => busy),
      identityWorkers: sum(({ workers }) => workers), servers, requests: this.#since('requests'), verified: this.#since('verified'), thrownBack: this.#since('thrownBack'), booked: this.#since('booked'),
    });
    this.#lived.secondOver(nowMs);
    this.#lived.lookAtLine(nowMs, line, this.peopleInLine);
    this.sink?.second({ atMs: nowMs, waiting: line.waiting, servers, pools, oldestAttempts: identity.oldestOpen(OLDEST_TOLD) });
  }

  /** How many since it was asked last. */
  #since(what: Count): number {
    const all = this.#lived.counted(what);
    const before = this.#told[what] ?? 0;
    this.#told[what] = all;
    return all - before;
  }
}
