// The file that `--json` asks for: what was true, what was said and when, and how people fared. It is written beside
// its place and then moved there, so that whoever reads it in mid-run finds a whole one.
import fs from 'node:fs';
import type { PeopleCounts } from '../parent-channel.js';
import type { GroundTruth } from './ground-truth.js';
import type { SaidVerdict } from './verdict-log.js';

export interface DemoReport {
  scenario: string;
  seed: number;
  /** Unix ms: when the crowd began to come, and up to when this was written. */
  begin: number;
  end: number;
  truth: readonly GroundTruth[];
  verdicts: readonly SaidVerdict[];
  people: PeopleCounts;
  /** How often the collector had to be started again. */
  collectorRestarts: number;
}

/** Replace the file by this report. */
export function writeReport(file: string, report: DemoReport): void {
  const draft = `${file}.${process.pid}.tmp`;
  fs.writeFileSync(draft, `${JSON.stringify(report, null, 2)}\n`);
  fs.renameSync(draft, file);
}
