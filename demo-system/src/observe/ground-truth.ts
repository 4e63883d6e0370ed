// What was really the matter, as a file that verdicts are held against: one JSON object a line, each with the kind and the
// subject that a right verdict has, and when it began and ended. The file is replaced as a whole at every change, so that
// whoever reads it in mid-run finds whole lines; what still lasts ends with null.
import fs from 'node:fs';
import type { Subject, VerdictKind } from '@narrows/contract';

export interface GroundTruth {
  kind: VerdictKind;
  /** As the subject of a verdict: a verdict is right when it says at least this. */
  subject: Subject;
  /** Unix ms. */
  beginMs: number;
  /** null: it lasts. */
  endMs: number | null;
  /** The fault that was injected; left out where the crowd alone did it. */
  fault?: string;
  /** Other kinds that would say the same thing truthfully. */
  also?: readonly VerdictKind[];
}

/** Replace the file by these truths. */
export function writeGroundTruth(file: string, truths: readonly GroundTruth[]): void {
  const draft = `${file}.${process.pid}.tmp`;
  fs.writeFileSync(draft, truths.map((truth) => `${JSON.stringify(truth)}\n`).join(''));
  fs.renameSync(draft, file);
}

/** The truths of a file. Errors: it is not there, or a line is no truth, with its number. */
export function readGroundTruth(file: string): GroundTruth[] {
  return fs.readFileSync(file, 'utf8').split('\n').filter((line) => line.trim() !== '').map((line, i) => {
    const truth = JSON.parse(line) as GroundTruth;
    if (typeof truth.kind !== 'string' || typeof truth.subject !== 'object' || typeof truth.beginMs !== 'number') throw new Error(`line ${i + 1} of ${file} is no ground truth: ${line.slice(0, 200)}`);
    return truth;
  });
}
