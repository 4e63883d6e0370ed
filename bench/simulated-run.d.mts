// Shapes of `simulated-run.mjs`, which runs without a build step.
import type { Lived } from '../demo-system/dist/national/simulation/lived.js';
import type { DemoReport } from '../demo-system/dist/observe/report.js';

export interface SimulatedRunOptions { scenario: 'before' | 'after' | 'channel-outage'; seed: number; beginMs: number; seconds: number; port: number; otlpPort: number; dataDir: string }
export type SimulatedReport = Pick<DemoReport, 'scenario' | 'seed' | 'begin' | 'end' | 'truth' | 'verdicts'> & { lived: Lived };
export declare function simulatedRun(options: SimulatedRunOptions): Promise<SimulatedReport>;
