// Shapes of `report.mjs`, which runs without a build step.
export interface Sample { case: string; subject: string; round: number; figures: Record<string, number> }
export interface Spread { min: number; median: number; max: number }
export interface Verdict extends Spread { case: string; figure: string; ofPeer?: boolean; atMost?: number; atLeast?: number; kept: boolean | null }
export declare function spread(values: readonly number[]): Spread | null;
export declare function ratios(samples: readonly Sample[], name: string, figure: string): number[];
export declare function verdicts(samples: readonly Sample[]): Verdict[];
