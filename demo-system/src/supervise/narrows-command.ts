// The product's own command as the demo runs it: where it lies, and the line of JSON that it prints when it is ready.
import { createRequire } from 'node:module';
import path from 'node:path';
import { onEachLine } from './lines.js';
import type { Part } from './part.js';

/** The JavaScript file behind the command `narrows`. */
export function narrowsCommand(): string {
  return path.join(path.dirname(createRequire(import.meta.url).resolve('@narrows/collector/package.json')), 'bin', 'narrows.js');
}

/** What a part says with `--json-ready`; `part` must be one whose output is read. */
export function readyLineOf<T extends { ready: true }>(part: Part): Promise<T> {
  return new Promise((resolve) => {
    if (part.process.stdout) onEachLine(part.process.stdout, (line) => {
      if (!line.startsWith('{')) return;
      const said = JSON.parse(line) as Partial<T>;
      if (said.ready === true) resolve(said as T);
    });
  });
}
