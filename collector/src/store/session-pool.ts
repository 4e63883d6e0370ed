// Sessions of the engine that wait for the next statement of their kind. Opening one and setting it up costs as much as a
// small question; the live page asks the same dozen every second. A session is used again only for a statement with
// exactly the settings it was opened with, only after a SELECT, which cannot change a session, and never after an error.
const IDLE_MAX = 12;
const SELECTS = /^\s*(?:SELECT|WITH)\b/i;

export class SessionPool<S> {
  readonly #open: () => S;
  readonly #close: (session: S) => void;
  /** Longest unused first. */
  readonly #idle: { prologue: string; session: S }[] = [];

  constructor(open: () => S, close: (session: S) => void) {
    this.#open = open;
    this.#close = close;
  }

  /**
   * Run a statement in a session whose settings are those of `prologue`; a new one still has to be told them.
   *
   * Errors: those of `work`; its session is then closed.
   */
  async use<T>(prologue: string, sql: string, work: (session: S, isNew: boolean) => Promise<T>): Promise<T> {
    const at = this.#idle.findLastIndex((each) => each.prologue === prologue);
    const held = at < 0 ? undefined : this.#idle.splice(at, 1)[0];
    const session = held?.session ?? this.#open();
    let isReusable = false;
    try {
      const result = await work(session, held === undefined);
      isReusable = SELECTS.test(sql);
      return result;
    } finally {
      if (isReusable) this.#keep(prologue, session);
      else this.#close(session);
    }
  }

  #keep(prologue: string, session: S): void {
    this.#idle.push({ prologue, session });
    if (this.#idle.length > IDLE_MAX) this.#close(this.#idle.shift()!.session);
  }
}
