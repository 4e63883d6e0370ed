// Shapes of `judged-run.mjs`, which runs without a build step.
import type { DemoReport } from '../demo-system/dist/observe/report.js';

export interface JudgedRunOptions { scenario: string; seed: number; minutes: number; port?: number; otlpPort?: number }
export declare function judgedRun(options: JudgedRunOptions): Promise<DemoReport>;
/** Of a run on real processes, or of a simulated one. */
export type Judged = Pick<DemoReport, 'truth' | 'verdicts'>;
export declare function complaints(report: Judged): string[];
export declare function rightlySaid(report: Judged): string[];
export declare function figures(report: Judged): { saidAfterSeconds: number; onsetOffSeconds: number; confidence: number } | null;
