// Standing in line, as people do it: on every browser they have, asking again when they are told to, from another address when
// the phone has changed the network, in a new session when the old one is lost, on one thing more when the wait is long, and
// leaving places behind that nobody stands at. That is how a line of connections grows longer than the people in it.
import type { Outcome } from './day-sink.js';
import { AT } from './people.js';
import { EVENT, type Simulation } from './simulation.js';
import { PLACE, REASONS, type Reason } from './waiting-line.js';

const NONE = -1;

export class LineStep {
  readonly #day: Simulation;

  constructor(day: Simulation) { this.#day = day; }

  /** Come to the line: the first browser now, the others as they are found and opened. */
  join(person: number, reason: Reason = 'person'): void {
    const { people, random, events, nowMs, day } = this.#day;
    this.#stand(person);
    people.opened[person] = 1;
    this.#take(person, people.session[person]!, people.address[person]!, reason);
    let atMs = nowMs;
    for (let i = 1; i < people.browsers[person]!; i++) events.add(atMs += random.line.between(...day.people.thinkMs), EVENT.open, person);
  }

  /** Back to the line after some moments. */
  rejoin(person: number, reason: Reason): void {
    const { people, random, day } = this.#day;
    this.#stand(person);
    people.why[person] = REASONS.indexOf(reason);
    this.#day.actIn(person, random.line.between(...day.people.retryMs));
  }

  /** The moments are over: places that are still there are taken up again, and there is a new one. */
  comeAgain(person: number): void {
    const { people, line, nowMs } = this.#day;
    if (this.#isOutOfPatience(person)) return;
    for (let place = people.place[person]!; place !== NONE; place = line.places.before(place)) {
      if (line.takeUp(place, nowMs)) this.#askAgain(place);
    }
    this.#take(person, people.session[person]!, people.address[person]!, REASONS[people.why[person]!]!);
  }

  /** Somebody in line loads the page again: from another address, with the cookie lost, on one thing more, or just so. */
  reload(person: number): void {
    const { people, line, random, nowMs, day } = this.#day;
    if (people.at[person] !== AT.line || people.reloadMs[person] !== nowMs || this.#isOutOfPatience(person)) return;
    this.#reloadLater(person);
    const place = this.#liveOne(person);
    if (place === NONE) return;
    const { addressChangeShare, sessionLossShare, oneMoreShare, longWaitMs } = day.people;
    const draw = random.line.next();
    line.places.setSeen(place, nowMs);
    if (draw < addressChangeShare) this.#moveTo(person, place, 'address');
    else if (draw < addressChangeShare + sessionLossShare) this.#moveTo(person, place, 'session');
    else if (draw < addressChangeShare + sessionLossShare + oneMoreShare && line.estimatedMs(place) > longWaitMs) {
      this.#take(person, this.#day.newSession(), line.places.address(place), 'one_more');
    } else this.#ask(place, person, 'waiting');
  }

  /** One more browser of somebody who is in line. */
  openNext(person: number): void {
    const { people, line, day } = this.#day;
    const isWorthIt = line.waitForNewMs >= day.people.otherBrowsersWaitMs;
    if (people.at[person] !== AT.line || !isWorthIt || people.opened[person]! >= people.browsers[person]!) return;
    const browser = people.opened[person]!++;
    this.#take(person, this.#day.newSession(), this.#day.newAddress(), browser < people.devices[person]! ? 'device' : 'browser');
  }

  /** Somebody asks about a place. */
  poll(place: number): void {
    const { line, people, nowMs } = this.#day;
    const person = line.places.person(place);
    if (line.places.dueMs(place) !== nowMs || people.at[person] !== AT.line) return;
    const state = line.places.state(place);
    if (state === PLACE.gone || this.#day.suspended) this.#hearItIsGone(person, place);
    else if (state === PLACE.admitted) this.#goIn(person, place);
    else if (!this.#isOutOfPatience(person)) {
      line.places.setSeen(place, nowMs);
      this.#ask(place, person, 'waiting');
      this.#askAgain(place);
    }
  }

  /** A place that nobody asks about any more. */
  forget(place: number): void {
    const { line, nowMs, day } = this.#day;
    const keptMs = line.places.state(place) === PLACE.admitted ? day.line.claimMs : day.line.forgetMs;
    if (line.places.state(place) === PLACE.waiting || nowMs - line.places.seenMs(place) < keptMs) return;
    line.forget(place, nowMs);
  }

  advance(): void {
    const { line, nowMs, suspended } = this.#day;
    if (!suspended) line.advance(nowMs, (place) => this.#admit(place));
  }

  /** The line is cleared. People hear of it when they look again, or from others, in some minutes. */
  clear(): void {
    const { line, people, events, random, nowMs, day } = this.#day;
    line.clear(nowMs);
    for (let person = 0; person < people.count; person++) {
      const place = people.place[person]!;
      if (people.at[person] !== AT.line || place === NONE) continue;
      const dueMs = nowMs + random.line.exponential(day.people.hearMsMean);
      line.places.setDue(place, dueMs);
      events.add(dueMs, EVENT.poll, place);
    }
  }

  /** This person stands in line no more; their places stay until they are forgotten. */
  leaveAll(person: number): void {
    const { people, line, events, day } = this.#day;
    if (people.at[person] === AT.line) this.#day.peopleInLine--;
    for (let place = people.place[person]!; place !== NONE; place = line.places.before(place)) {
      line.places.setDue(place, NONE);
      const state = line.places.state(place);
      if (state === PLACE.gone || state === PLACE.left) continue;
      line.leave(place);
      events.add(line.places.seenMs(place) + (state === PLACE.admitted ? day.line.claimMs : day.line.forgetMs), EVENT.forget, place);
    }
  }

  #stand(person: number): void {
    const { people, nowMs } = this.#day;
    people.at[person] = AT.line;
    people.sinceMs[person] = nowMs;
    this.#day.peopleInLine++;
    this.#reloadLater(person);
  }

  #reloadLater(person: number): void {
    const { people, events, random, nowMs, day } = this.#day;
    if (day.people.reloadMsMean === null) return;
    const atMs = nowMs + random.line.exponential(day.people.reloadMsMean);
    people.reloadMs[person] = atMs;
    events.add(atMs, EVENT.reload, person);
  }

  #take(person: number, session: number, address: number, reason: Reason): void {
    const { line, people, nowMs, day, sink } = this.#day;
    this.#day.count('requests');
    const held = day.line.ranks === 'people' ? this.#liveOne(person) : NONE;
    const place = held === NONE ? line.take(nowMs, person, session, address, reason, people.place[person]!) : held;
    sink?.line(nowMs, { session, address, place, person: this.#known(person) }, true, 'waiting');
    if (held !== NONE) return;
    this.#day.count('places');
    people.place[person] = place;
    this.#askAgain(place);
  }

  /** The place that a line of people has for this person already. */
  #liveOne(person: number): number {
    const { line, people } = this.#day;
    for (let place = people.place[person]!; place !== NONE; place = line.places.before(place)) {
      if (line.places.state(place) === PLACE.waiting || (line.places.state(place) === PLACE.admitted && line.places.dueMs(place) !== NONE)) return place;
    }
    return NONE;
  }

  #known(person: number): number { return this.#day.asker(person).person; }

  #askAgain(place: number): void {
    const { line, events, nowMs } = this.#day;
    const dueMs = nowMs + line.pollAfterMs(place);
    line.places.setDue(place, dueMs);
    events.add(dueMs, EVENT.poll, place);
  }

  #admit(place: number): void {
    const { line, people, events, nowMs, day } = this.#day;
    this.#day.count('admitted');
    const due = line.places.dueMs(place);
    const isExpected = people.at[line.places.person(place)] === AT.line && due >= nowMs && due <= nowMs + day.line.claimMs;
    if (!isExpected) events.add(nowMs + day.line.claimMs, EVENT.forget, place);
  }

  #ask(place: number, person: number, outcome: Outcome): void {
    const { line, sink, nowMs } = this.#day;
    this.#day.count('requests');
    sink?.line(nowMs, { session: line.places.session(place), address: line.places.address(place), place, person: this.#known(person) }, false, outcome);
  }

  #goIn(person: number, place: number): void {
    const { line, people, nowMs } = this.#day;
    this.#ask(place, person, 'admitted');
    this.#day.count('claimed');
    line.places.setState(place, PLACE.gone);
    people.session[person] = line.places.session(place);
    people.address[person] = line.places.address(place);
    this.#day.stoodInLine(nowMs - people.sinceMs[person]!);
    this.leaveAll(person);
    this.#day.completeStep(person);
  }

  #hearItIsGone(person: number, place: number): void {
    const { line, nowMs, suspended } = this.#day;
    this.#ask(place, person, suspended ? 'suspended' : 'unknown');
    line.forget(place, nowMs);
    if (suspended) this.#day.sendAway(person);
    else if (!this.#isOutOfPatience(person)) this.#take(person, line.places.session(place), line.places.address(place), 'lost_place');
  }

  #moveTo(person: number, place: number, reason: 'address' | 'session'): void {
    const { line, events, day } = this.#day;
    if (day.line.ranks === 'people') { this.#ask(place, person, 'waiting'); return; }
    line.places.setDue(place, NONE);
    line.leave(place);
    events.add(line.places.seenMs(place) + day.line.forgetMs, EVENT.forget, place);
    this.#take(person, reason === 'session' ? this.#day.newSession() : line.places.session(place), reason === 'address' ? this.#day.newAddress() : line.places.address(place), reason);
  }

  #isOutOfPatience(person: number): boolean {
    const { people, nowMs } = this.#day;
    if (nowMs < people.patienceUntilMs[person]!) return false;
    this.leaveAll(person);
    this.#day.end(person, AT.gaveUp);
    return true;
  }
}
