// The times at which somebody means to do something. A pause ends at a moment that was fixed when it began, and what is
// sent then is timed from that moment: a crowd that is late itself, or held up, does not call the site fast for it.
import { setTimeout as sleep } from 'node:timers/promises';

export class Pace {
  #intendedMs: number;
  /** Whether nothing was sent yet at the moment that was fixed. */
  #fresh = true;

  constructor(intendedMs: number) {
    this.#intendedMs = intendedMs;
  }

  /** When the next thing was meant to happen. */
  get intendedMs(): number { return this.#intendedMs; }

  /** Pause from now on; the next thing is meant to happen when the pause is over. */
  async pause(ms: number): Promise<void> {
    this.#intendedMs = Date.now() + ms;
    this.#fresh = true;
    await sleep(ms);
  }

  /** When the next thing is meant to happen: at the end of a pause, or at once after an answer. */
  goOn(): number {
    if (!this.#fresh) this.#intendedMs = Date.now();
    this.#fresh = false;
    return this.#intendedMs;
  }
}
