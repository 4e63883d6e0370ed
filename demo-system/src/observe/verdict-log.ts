// When each verdict was said. The live stream repeats what it says every second; kept is a verdict when it is first
// said, when its confidence crosses one half or has moved by a tenth, and when it comes back after having been gone.
import type { Subject, Verdict } from '@narrows/contract';

export type SaidVerdict = Verdict & { saidAt: number };

const HALF = 0.5;
/** A little under a tenth: 0.9 − 0.8 is 0.09999999999999998. */
const MOVED = 0.1 - 1e-9;

export class VerdictLog {
  readonly #said: SaidVerdict[] = [];
  /** Confidence as last kept, of everything that the last tick said. */
  #current = new Map<string, number>();

  get said(): readonly SaidVerdict[] { return this.#said; }

  /** The verdicts of one tick. Answers those that were kept. */
  observe(verdicts: readonly Verdict[], saidAtMs: number): SaidVerdict[] {
    const current = new Map<string, number>();
    const kept: SaidVerdict[] = [];
    for (const verdict of verdicts) {
      const key = `${verdict.kind} ${keyOf(verdict.subject)}`;
      const before = this.#current.get(key);
      const isNews = before === undefined || (before >= HALF) !== (verdict.confidence >= HALF) || Math.abs(verdict.confidence - before) >= MOVED;
      current.set(key, isNews ? verdict.confidence : before);
      if (isNews) kept.push({ saidAt: saidAtMs, ...verdict });
    }
    this.#current = current;
    this.#said.push(...kept);
    return kept;
  }
}

function keyOf(subject: Subject): string {
  return JSON.stringify(Object.entries(subject).filter(([, value]) => value !== undefined).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
