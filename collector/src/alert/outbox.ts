// What is to be sent, kept in the metadata database until the other side has taken it: at least once, over crashes and days of
// absence, each with an id that a receiver can tell a repetition by. One slow receiver holds up nobody else. What cannot be
// sent is given up after a day, or at once where trying again is of no use, and is counted and shown either way.
import type { MetaDb } from '../access/meta-db.js';
import { findChannel } from './alert-documents.js';
import { DeliveryFault } from './delivery-fault.js';
import type { Notice } from './notice.js';
import type { AddressGuard } from './address-guard.js';
import { sendNotice } from './send-notice.js';

const FIRST_RETRY_MS = 5_000;
const RETRY_MAX_MS = 10 * 60_000;
const GIVE_UP_AFTER_MS = 24 * 3600_000;
const AT_ONCE = 8;
const LOOK_EVERY_MS = 1_000;
/** Sent ones are kept this long, to be shown. */
const KEEP_SENT_MS = 30 * 24 * 3600_000;
const SWEEP_EVERY_MS = 3600_000;

export interface OutboxOptions {
  db: MetaDb; guard: AddressGuard;
  now: () => number;
  /** 0–1: receivers that were away are not all called in the same second. */
  random: () => number;
  /** Only one of several collectors sends. */
  isLeader: () => boolean;
  count: (kind: string, result: 'sent' | 'retried' | 'failed') => void;
  onFault: (error: unknown) => void;
}
export interface NewDelivery { id: string; agency: string; channel: string; incident: string; notice: Notice }

/** Put it down. One that is there already is left as it is: the same thing is said once. */
export async function queueDelivery(db: MetaDb, { id, agency, channel, incident, notice }: NewDelivery, nowMs: number): Promise<boolean> {
  const row = { id, agency, channel, incident, payload: JSON.stringify(notice), state: 'waiting' as const, attempts: 0, nextAtMs: nowMs, createdAtMs: nowMs, sentAtMs: null, lastError: null };
  const done = await db.insertInto('delivery').values(row).onConflict((c) => c.column('id').doNothing()).executeTakeFirst();
  return (done.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Pause before the next try: 5 s, doubled, ten minutes at most, and up to half of it more. */
export function retryDelayMs(attempts: number, random: number): number {
  return Math.min(RETRY_MAX_MS, FIRST_RETRY_MS * 2 ** Math.min(attempts - 1, 20)) * (1 + random / 2);
}

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #underWay = new Map<string, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #sweptAtMs = 0;

  constructor(options: OutboxOptions) { this.#options = options; }

  start(): void {
    this.#timer = setInterval(() => { this.#looking = this.#looking.then(() => this.look()).catch((error: unknown) => this.#options.onFault(error)); }, LOOK_EVERY_MS).unref();
  }

  /** What is under way is waited for; what waits stays in the database. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
    await Promise.all(this.#underWay.values());
  }

  /** Send what is due. Deliveries to one channel go one after the other. */
  async look(): Promise<void> {
    const { db, now, isLeader } = this.#options;
    if (!isLeader() || this.#underWay.size >= AT_ONCE) return;
    const due = await db.selectFrom('delivery').select(['id', 'channel']).where('state', '=', 'waiting').where('nextAtMs', '<=', now()).orderBy('nextAtMs').limit(10 * AT_ONCE).execute();
    for (const { id, channel } of due) {
      if (this.#underWay.has(channel) || this.#underWay.size >= AT_ONCE) continue;
      this.#underWay.set(channel, this.#deliver(id).catch(this.#options.onFault).finally(() => { this.#underWay.delete(channel); }));
    }
    if (now() - this.#sweptAtMs > SWEEP_EVERY_MS) {
      this.#sweptAtMs = now();
      await db.deleteFrom('delivery').where('state', '!=', 'waiting').where('createdAtMs', '<', now() - KEEP_SENT_MS).execute();
    }
  }

  async #deliver(id: string): Promise<void> {
    const { db, guard, now, random, count } = this.#options;
    const row = await db.selectFrom('delivery').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row || row.state !== 'waiting') return;
    const channel = await findChannel(db, row.agency, row.channel);
    const attempts = row.attempts + 1;
    const update = (values: { state?: 'sent' | 'failed'; nextAtMs?: number; sentAtMs?: number; lastError: string | null }) => db.updateTable('delivery').set({ attempts, ...values }).where('id', '=', id).execute();
    if (!channel || !channel.enabled) {
      count(channel?.kind ?? 'gone', 'failed');
      await update({ state: 'failed', lastError: channel ? 'the channel is switched off' : 'the channel is gone' });
      return;
    }
    try {
      await sendNotice(guard, channel, JSON.parse(row.payload) as Notice, id, now());
      count(channel.kind, 'sent');
      await update({ state: 'sent', sentAtMs: now(), lastError: null });
    } catch (error) {
      if (!(error instanceof DeliveryFault)) throw error;
      const giveUp = !error.retryable || now() - row.createdAtMs > GIVE_UP_AFTER_MS;
      count(channel.kind, giveUp ? 'failed' : 'retried');
      await update(giveUp ? { state: 'failed', lastError: error.message } : { nextAtMs: now() + retryDelayMs(attempts, random()), lastError: error.message });
    }
  }
}
