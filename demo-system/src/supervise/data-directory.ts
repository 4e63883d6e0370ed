// The demo's data directory. Every run begins with an empty one, so that yesterday's crowd is not judged again today;
// only a directory that is empty or that a demo has made is emptied, told by a marker file with the owner's process id.
import fs from 'node:fs';
import path from 'node:path';
import { DemoFailure } from './part.js';

const MARKER = '.narrows-demo';
/** What was true, one JSON object a line. */
export const TRUTH_FILE = 'truth.jsonl';
/** Where a running demo can be spoken to. */
export const CONTROL_FILE = 'control.json';

export interface DataDirectory { root: string; collector: string; postgres: string; pipelines: string; logs: string; relay: string; truth: string; control: string }

/** Take the directory for process `pid`. Errors: DemoFailure when it holds something else or another demo uses it. */
export function takeDataDirectory(root: string, pid: number, isAlive: (pid: number) => boolean): DataDirectory {
  const marker = path.join(root, MARKER);
  if (fs.existsSync(marker)) {
    const owner = Number(fs.readFileSync(marker, 'utf8'));
    if (owner > 0 && owner !== pid && isAlive(owner)) throw new DemoFailure(`Another demo (process ${owner}) uses ${root}; stop it, or choose another place with --data.`);
  } else if (fs.existsSync(root) && fs.readdirSync(root).length > 0) {
    throw new DemoFailure(`${root} is not empty and was not made by the demo; choose an empty or a new folder with --data.`);
  }
  const inside = (name: string) => path.join(root, name);
  const directory = { root, collector: inside('collector'), postgres: inside('postgres'), pipelines: inside('pipelines'), logs: inside('logs'), relay: inside('relay'), truth: inside(TRUTH_FILE), control: inside(CONTROL_FILE) };
  fs.mkdirSync(root, { recursive: true });
  fs.writeFileSync(marker, String(pid));
  for (const part of [directory.collector, directory.postgres, directory.pipelines, directory.logs, directory.relay, directory.truth, directory.control]) fs.rmSync(part, { recursive: true, force: true });
  for (const part of [directory.collector, directory.pipelines, directory.logs]) fs.mkdirSync(part);
  return directory;
}

/** Leave the data where it is, for the next demo to find and empty. */
export function releaseDataDirectory(directory: DataDirectory): void {
  fs.writeFileSync(path.join(directory.root, MARKER), '0');
  fs.rmSync(directory.control, { force: true });
}
