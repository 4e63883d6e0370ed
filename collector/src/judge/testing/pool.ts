// A pool of workers with a line: whoever finds nobody free waits in order, until the wait takes too long. The number of
// workers may change while it is at work. The line's length and the busy workers are the truth that tests compare with.
import type { Timeline } from './timeline.js';

export class Pool {
  busy = 0;
  readonly line: (() => void)[] = [];
  constructor(readonly time: Timeline, public servers: number, readonly timeoutMs: number) {}

  /** `serve` now or in turn, or `refuse` after the time-out. */
  enter(serve: () => void, refuse: () => void): void {
    if (this.busy < this.servers) {
      this.busy += 1;
      serve();
      return;
    }
    const start = () => {
      cancel();
      serve();
    };
    const cancel = this.time.after(this.timeoutMs, () => {
      this.line.splice(this.line.indexOf(start), 1);
      refuse();
    });
    this.line.push(start);
  }

  leave(): void {
    const next = this.busy > this.servers ? undefined : this.line.shift();
    if (next === undefined) this.busy -= 1;
    else next();
  }

  /** Those at work finish their work; new workers take from the line at once. */
  resize(servers: number): void {
    this.servers = servers;
    while (this.busy < this.servers) {
      const next = this.line.shift();
      if (next === undefined) return;
      this.busy += 1;
      next();
    }
  }
}
