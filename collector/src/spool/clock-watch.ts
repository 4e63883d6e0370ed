// Notices when the machine's clock jumps: the time of day moves by more than the time that has passed. Nothing in the spool
// orders by the clock; what a jump does touch is the duplicate window, so it is counted and can be asked for.
const JUMP_MS_MIN = 30_000;

export class ClockWatch {
  readonly #now: () => number;
  readonly #uptimeMs: () => number;
  #offsetMs: number;
  jumps = 0;

  /** `uptimeMs` never jumps: time since some moment, by a clock of its own. */
  constructor(now: () => number, uptimeMs: () => number) {
    this.#now = now;
    this.#uptimeMs = uptimeMs;
    this.#offsetMs = now() - uptimeMs();
  }

  look(): void {
    const offsetMs = this.#now() - this.#uptimeMs();
    if (Math.abs(offsetMs - this.#offsetMs) < JUMP_MS_MIN) return;
    this.jumps++;
    this.#offsetMs = offsetMs;
  }
}
