// Shape of `shortfalls.mjs`, which runs without a build step.
import type { Verdict } from './report.mjs';
export declare function shortfalls(missed: readonly Verdict[], median: (name: string, figure: string) => number | null): string[];
