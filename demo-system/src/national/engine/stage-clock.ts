// What a stage has seen, in a form that Little's law can be held against: how many came and went, the sum of the times they
// were inside, and, measured apart from that, the area under the number inside. L = λ · W must then come out of itself.

export class StageClock {
  came = 0;
  went = 0;
  residenceMsSum = 0;
  inside = 0;
  insideMax = 0;
  #areaMs = 0;
  #changedMs = 0;

  enter(nowMs: number): void {
    this.#advance(nowMs);
    this.came++;
    this.inside++;
    if (this.inside > this.insideMax) this.insideMax = this.inside;
  }

  leave(nowMs: number, enteredMs: number): void {
    this.#advance(nowMs);
    this.went++;
    this.inside--;
    this.residenceMsSum += nowMs - enteredMs;
  }

  /** Mean number inside up to `nowMs`: area over time. */
  meanInside(nowMs: number): number {
    return (this.#areaMs + this.inside * (nowMs - this.#changedMs)) / nowMs;
  }

  #advance(nowMs: number): void {
    this.#areaMs += this.inside * (nowMs - this.#changedMs);
    this.#changedMs = nowMs;
  }
}
