// Keeps the public pages of all agencies up to date: every few seconds the newest judged state and the agency's own words go
// into memory and, where a directory is configured, into files. An agency that switches its page off is gone at once.
import type { PipelineDefinition, PublicPageSettings, PublicStatus } from '@narrows/contract';
import { listAgencies, type Agency } from './access/agencies.js';
import type { MetaDb } from './access/meta-db.js';
import type { VerdictWatch } from './alert/verdict-watch.js';
import { readSetting } from './alert/alert-documents.js';
import { publicStatus } from './status/public-status.js';
import type { StatusDoor } from './status/status-door.js';
import { removeStatusFiles, statusFiles, writeStatusFiles } from './status/status-files.js';

const EVERY_MS = 3_000;
/** As for the live tick. */
const DELAY_MS = 2_500;

export interface PublicBoardOptions {
  db: MetaDb; verdicts: VerdictWatch; door: StatusDoor;
  pipelines: (agency: string) => readonly PipelineDefinition[];
  storedThroughMs: () => number; now: () => number;
  /** '' : memory only. */
  directory: string;
  onFault: (error: unknown) => void;
}

export class PublicBoard {
  readonly #options: PublicBoardOptions;
  readonly #shown = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #turning: Promise<void> = Promise.resolve();

  constructor(options: PublicBoardOptions) { this.#options = options; }

  start(): void {
    let busy = false;
    this.#timer = setInterval(() => {
      if (busy) return;
      busy = true;
      this.#turning = this.turn().catch((error: unknown) => this.#options.onFault(error)).finally(() => { busy = false; });
    }, EVERY_MS).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#turning;
  }

  async turn(): Promise<void> {
    const { db, door, directory } = this.#options;
    const agencies = await listAgencies(db);
    for (const agency of agencies) {
      const settings = await readSetting(db, agency.id, 'publicPage');
      const status = settings?.enabled ? await this.stateOf(agency, settings) : null;
      if (!status) continue;
      this.#shown.add(agency.id);
      const files = statusFiles(agency.id, status, agency.timeZone);
      door.put(agency.id, files);
      if (directory !== '') await writeStatusFiles(directory, agency.id, files);
    }
    const there = new Set(agencies.map(({ id }) => id));
    for (const id of this.#shown) if (!there.has(id) || !(await readSetting(db, id, 'publicPage'))?.enabled) await this.#hide(id);
  }

  /** What would be shown now; null where the pipeline is not there. */
  async stateOf(agency: Agency, settings: PublicPageSettings): Promise<PublicStatus | null> {
    const { pipelines, verdicts, storedThroughMs, now } = this.#options;
    const pipeline = pipelines(agency.id).find(({ id }) => id === settings.pipeline);
    if (!pipeline) return null;
    const toMs = Math.floor((Math.min(now(), storedThroughMs()) - DELAY_MS) / 1_000) * 1_000;
    const { atMs, places } = await verdicts.look(agency, pipeline, toMs);
    return publicStatus({ settings, pipeline, measured: { atMs, places }, nowMs: now() });
  }

  async #hide(agency: string): Promise<void> {
    this.#shown.delete(agency);
    this.#options.door.drop(agency);
    if (this.#options.directory !== '') await removeStatusFiles(this.#options.directory, agency);
  }
}
