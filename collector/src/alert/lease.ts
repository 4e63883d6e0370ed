// Several collectors share the metadata; one of them evaluates rules and sends. Whoever holds the lease writes it down again
// before it ends; when it no longer can, the next one takes over.
import type { MetaDb } from '../access/meta-db.js';

export const LEASE_MS = 20_000;

/** True: it is ours until `nowMs + LEASE_MS`. */
export async function holdLease(db: MetaDb, name: string, holder: string, nowMs: number): Promise<boolean> {
  const untilMs = nowMs + LEASE_MS;
  const made = await db.insertInto('lease').values({ name, holder, untilMs }).onConflict((c) => c.column('name').doNothing()).executeTakeFirst();
  if ((made.numInsertedOrUpdatedRows ?? 0n) > 0n) return true;
  const renewed = await db.updateTable('lease').set({ holder, untilMs }).where('name', '=', name)
    // A lease that ends further ahead than any can was written by a clock that was wrong.
    .where((e) => e.or([e('holder', '=', holder), e('untilMs', '<', nowMs), e('untilMs', '>', nowMs + 10 * LEASE_MS)])).executeTakeFirst();
  return renewed.numUpdatedRows > 0n;
}

export async function releaseLease(db: MetaDb, name: string, holder: string): Promise<void> {
  await db.deleteFrom('lease').where('name', '=', name).where('holder', '=', holder).execute();
}
