// Shapes of `judged-run.mjs`, which runs without a build step.
import type { DemoReport } from '../demo-system/dist/observe/report.js';

export interface JudgedRunOptions { scenario: string; seed: number; minutes: number; port?: number; otlpPort?: number }
export declare function judgedRun(options: JudgedRunOptions): Promise<DemoReport>;
export declare function complaints(report: DemoReport): string[];
export declare function figures(report: DemoReport): { saidAfterSeconds: number; onsetOffSeconds: number; confidence: number } | null;
