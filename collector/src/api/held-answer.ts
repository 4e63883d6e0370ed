/** An answer that may be some seconds old. Once there is one, nobody waits for the next: it is asked for between two ticks. */
export class HeldAnswer<T> {
  #answer: { value: T; ofMs: number } | undefined;
  #dueToMs: number | undefined;
  #underWay = false;

  constructor(readonly everyMs: number, readonly ask: (toMs: number) => Promise<T>) {}

  async at(toMs: number): Promise<T> {
    this.#answer ??= { value: await this.ask(toMs), ofMs: toMs };
    if (toMs - this.#answer.ofMs >= this.everyMs) this.#dueToMs = toMs;
    return this.#answer.value;
  }

  /** Ask anew where that is due. Never rejects: the old answer stays, and stays due. */
  renew(onError: (error: unknown) => void): void {
    const toMs = this.#dueToMs;
    if (toMs === undefined || this.#underWay) return;
    this.#underWay = true;
    this.ask(toMs).then((value) => { this.#answer = { value, ofMs: toMs }; this.#dueToMs = undefined; }, onError).finally(() => { this.#underWay = false; });
  }
}
