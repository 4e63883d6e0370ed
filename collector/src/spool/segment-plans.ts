// What was decided about how a segment is loaded, kept beside it from before its first load until it leaves. A load that a
// crash interrupted must be repeated as it was begun, and the decision rests on what only the process that made it knew.
import { join } from 'node:path';
import type { SpoolFiles } from './files.js';
import { replaceFile } from './replace-file.js';

const PLAN_SUFFIX = '.plan';

export class SegmentPlans {
  readonly #files: SpoolFiles;
  readonly #directory: string;
  readonly #known: Set<string>;

  private constructor(files: SpoolFiles, directory: string, known: Set<string>) {
    this.#files = files;
    this.#directory = directory;
    this.#known = known;
  }

  /** Plans of segments that are gone are removed, and those that a crash cut short. */
  static async open(files: SpoolFiles, directory: string, segmentIds: ReadonlySet<string>): Promise<SegmentPlans> {
    const known = new Set<string>();
    for (const name of await files.list(directory)) {
      const [segmentId = '', rest] = name.split(PLAN_SUFFIX);
      if (rest === '' && segmentIds.has(segmentId)) known.add(segmentId);
      else if (rest !== undefined) await files.remove(join(directory, name));
    }
    return new SegmentPlans(files, directory, known);
  }

  async read(segmentId: string): Promise<string | null> {
    return this.#known.has(segmentId) ? (await this.#files.read(this.#path(segmentId))).toString('utf8') : null;
  }

  /** True: durable. False: the disk did not take it, and nothing of it is left. Rejects when that is not certain either. */
  async write(segmentId: string, plan: string): Promise<boolean> {
    const name = segmentId + PLAN_SUFFIX;
    try {
      await (await replaceFile(this.#files, this.#directory, name, [Buffer.from(plan)])).close();
    } catch {
      // A full disk must still be able to empty itself: then without a plan, of which nothing may come back after a crash.
      const left = (await this.#files.list(this.#directory)).filter((one) => one === name || one === `${name}.new`);
      for (const one of left) await this.#files.remove(join(this.#directory, one));
      await this.#files.syncDirectory(this.#directory);
      return false;
    }
    this.#known.add(segmentId);
    return true;
  }

  /** Its segment is gone already: one that stays behind goes at the next start. */
  async remove(segmentId: string): Promise<void> {
    if (this.#known.delete(segmentId)) await this.#files.remove(this.#path(segmentId));
  }

  #path(segmentId: string): string { return join(this.#directory, segmentId + PLAN_SUFFIX); }
}
