// One answer for everybody who asks within a short time: asked once, shared while it is fresh, never asked twice at
// the same moment. An error is told to those who waited for it and not kept.

/** Wrap `ask` so that its answer is shared for `keepMs`. */
export function shareFor<T>(keepMs: number, ask: () => Promise<T>, now: () => number = Date.now): () => Promise<T> {
  let answer: Promise<T> | null = null;
  let freshUntilMs = 0;
  return () => {
    if (answer !== null && now() < freshUntilMs) return answer;
    const asked = ask();
    answer = asked;
    // Until the answer is here, everybody waits for the same one.
    freshUntilMs = Number.POSITIVE_INFINITY;
    asked.then(() => { freshUntilMs = now() + keepMs; }, () => { answer = null; });
    return asked;
  };
}
