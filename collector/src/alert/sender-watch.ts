// Keeps the book of senders up to date from the store and in the metadata database: who was known before a restart is missed
// after it as well. What is asked of the store is as of the moment up to which everything received is stored; while that
// stands still, nobody is called silent.
import type { UnixMs } from '@narrows/contract';
import type { MetaDb } from '../access/meta-db.js';
import { selectHeard } from '../query/senders.js';
import type { StoreReader } from '../query/question.js';
import { SenderBook, type Sender } from './silence.js';

/** Twice the turn and the way into the store. */
const LOOK_BACK_MS = 40_000;
const FIRST_LOOK_BACK_MS = 10 * 60_000;
const AHEAD_MS = 60_000;
const WRITE_EVERY_MS = 30_000;
/** Rows in one statement: thousands of senders are written twice a minute. */
const ROWS_PER_STATEMENT = 500;

export class SenderWatch {
  readonly book = new SenderBook();
  #lookedMs: UnixMs | null = null;
  #writtenAtMs = 0;
  #written = new Map<string, number>();

  constructor(readonly db: MetaDb, readonly store: StoreReader, readonly listeningSinceMs: UnixMs) {}

  async restore(): Promise<void> {
    this.book.restore(await this.db.selectFrom('sender').selectAll().execute() as Sender[]);
  }

  /** @param receivedAtMs when anything was last received: what was received before the last look was heard by it */
  async look(asOfMs: UnixMs, nowMs: UnixMs, agencies: ReadonlyMap<string, unknown>, receivedAtMs: UnixMs): Promise<void> {
    if (this.#lookedMs === null || receivedAtMs > this.#lookedMs) await this.#hear(asOfMs, nowMs, agencies);
    this.book.sweep(asOfMs);
    if (nowMs - this.#writtenAtMs >= WRITE_EVERY_MS) await this.write(nowMs);
  }

  async #hear(asOfMs: UnixMs, nowMs: UnixMs, agencies: ReadonlyMap<string, unknown>): Promise<void> {
    const fromMs = this.#lookedMs === null ? asOfMs - FIRST_LOOK_BACK_MS : Math.min(asOfMs, this.#lookedMs) - LOOK_BACK_MS;
    const heard = await selectHeard(this.store, { fromMs: Math.max(fromMs, asOfMs - FIRST_LOOK_BACK_MS), toMs: nowMs + AHEAD_MS });
    // A clock ahead of ours has not been heard in the future.
    this.book.hear(heard.filter(({ agency }) => agencies.has(agency)).map((one) => ({ ...one, lastMs: Math.min(one.lastMs, asOfMs) })));
    this.#lookedMs = asOfMs;
  }

  async write(nowMs: UnixMs): Promise<void> {
    this.#writtenAtMs = nowMs;
    const kept = new Map<string, number>();
    const changed: Sender[] = [];
    for (const { agency, kind, service, instance, firstMs, lastMs, gapMs } of this.book.all()) {
      const key = JSON.stringify([agency, kind, service, instance]);
      if (this.#written.get(key) !== lastMs) changed.push({ agency, kind, service, instance, firstMs, lastMs, gapMs: Math.round(gapMs) });
      kept.set(key, lastMs);
    }
    for (let from = 0; from < changed.length; from += ROWS_PER_STATEMENT) {
      await this.db.insertInto('sender').values(changed.slice(from, from + ROWS_PER_STATEMENT)).onConflict((c) => c.columns(['agency', 'kind', 'service', 'instance'])
        .doUpdateSet((e) => ({ firstMs: e.ref('excluded.firstMs'), lastMs: e.ref('excluded.lastMs'), gapMs: e.ref('excluded.gapMs') }))).execute();
    }
    for (const key of this.#written.keys()) if (!kept.has(key)) await this.#delete(key);
    this.#written = kept;
  }

  async #delete(key: string): Promise<void> {
    const [agency = '', kind = '', service = '', instance = ''] = JSON.parse(key) as string[];
    await this.db.deleteFrom('sender').where('agency', '=', agency).where('kind', '=', kind).where('service', '=', service).where('instance', '=', instance).execute();
  }
}
