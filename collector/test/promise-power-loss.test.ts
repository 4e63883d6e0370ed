// G2, and what it rests on: a model drives the spool, a store that forgets, relays and a clock through random actions on a
// disk that drops what was not synced, at any operation. The claims are always the same: what was acknowledged is stored,
// nothing is stored twice, what a relay sends again after days is known, the books balance, and it always starts.
// NARROWS_POWER_RUNS=100000 makes it long; NARROWS_POWER_SEED repeats a run whose seed was printed.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DecodedRequest, SegmentLoad } from '@narrows/contract';
import type { Departure, ItemGroup } from '../dist/spool/queued-items.js';
import type { Spool } from '../dist/spool/spool.js';
import { MemoryDisk, uncachedSegments } from './memory-disk.js';
import { batchesIn, bundleOf, openOn, requestOf } from './spool-fixture.js';

const RUNS = Number(process.env.NARROWS_POWER_RUNS ?? 1_500);
const SEED = Number(process.env.NARROWS_POWER_SEED ?? Math.floor(Date.now() % 2 ** 31));
const DAY_MS = 86_400_000;
const RELAYS = 2;

type Faulty = 'append' | 'sync' | 'truncate' | 'create' | 'rename' | 'remove' | 'syncDirectory' | 'read';
type Action =
  | { do: 'append'; ids: number[]; bytes: number } | { do: 'bundle'; ids: number[] } | { do: 'relay'; relay: number; replyLost: boolean }
  | { do: 'seal' } | { do: 'load'; how: 'whole' | 'not released' | 'half' | 'refused' }
  | { do: 'fail'; operation: Faulty } | { do: 'clock'; byMs: number } | { do: 'kill' }
  | { do: 'losePower'; after: number; kept: number; zeroed: number; keepsNames: boolean };
const share = fc.constantFrom(0, 0, 0.3, 0.7, 1);
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 7, arbitrary: fc.record({ do: fc.constant('append' as const), ids: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }), bytes: fc.integer({ min: 4, max: 400 }) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('bundle' as const), ids: fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 5 }) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('relay' as const), relay: fc.integer({ min: 0, max: RELAYS - 1 }), replyLost: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('seal' as const) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('load' as const), how: fc.constantFrom('whole' as const, 'whole' as const, 'not released' as const, 'half' as const, 'refused' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fail' as const), operation: fc.constantFrom<Faulty>('append', 'sync', 'truncate', 'create', 'rename', 'remove', 'syncDirectory', 'read') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clock' as const), byMs: fc.constantFrom(-DAY_MS, DAY_MS, 700_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('kill' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('losePower' as const), after: fc.integer({ min: 0, max: 14 }), kept: share, zeroed: share, keepsNames: fc.boolean() }) },
);

/** Keeps rows for good and its memory of loads until the power goes; then it looks at the rows, if told that it should. */
class ForgetfulStore {
  readonly rows: { table: string; batch: number; key: string }[] = [];
  #loads = new Set<string>();

  load(load: SegmentLoad): void {
    const token = `${load.segmentId}:${load.table}`;
    const rows = load.blocks.flatMap((block, index) => {
      const { batchId, receivedAtMs } = load.batches![index]!;
      return batchesIn(block).map((batch) => ({ table: load.table, batch, key: `${batchId} ${receivedAtMs}` }));
    });
    const isHere = load.again && rows.some((row) => this.rows.some((other) => other.table === row.table && other.key === row.key));
    if (!isHere && !this.#loads.has(token)) this.rows.push(...rows);
    this.#loads.add(token);
  }

  losePower(): void { this.#loads = new Set(); }
  batches(table: string): number[] { return this.rows.filter((row) => row.table === table).map(({ batch }) => batch); }
}

class World {
  readonly disk = new MemoryDisk();
  readonly store = new ForgetfulStore();
  readonly acknowledged = new Set<number>();
  readonly quarantined = new Set<number>();
  #nowMs = 1_790_000_000_000;
  /** Direct senders do not send again across a jump of the clock: the window is a time. */
  #era = 0;
  #bundles = 0;
  readonly #sequences = Array.from({ length: RELAYS }, () => 1);
  #spool: Spool | null = null;
  #pid = 1;
  #loss: { kept: number; zeroedShare: number; keepsNames: boolean } | null = null;
  /** Entered minus left, as the spool told it. */
  #booked = 0;

  /** `uncached`: segments are written in blocks. */
  constructor(private readonly uncached: boolean) {}

  async step(action: Action): Promise<void> {
    if (action.do === 'losePower') {
      this.disk.losePowerAfter(action.after);
      this.#loss = { kept: action.kept, zeroedShare: action.zeroed, keepsNames: action.keepsNames };
    } else if (action.do === 'fail') this.disk.failNext(action.operation);
    else if (action.do === 'clock') { this.#nowMs += action.byMs; this.#era++; }
    else if (action.do === 'kill') await this.#end(() => { this.disk.kill(); });
    else await this.#withSpool((spool) => this.#do(spool, action));
  }

  async finish(): Promise<void> {
    await this.#powerOff();
    let waiting = true;
    while (waiting) await this.#withSpool(async (spool) => {
      waiting = spool.stats().waitingSegments > 0;
      if (waiting) await this.#load(spool, 'whole');
    });
    await this.#withSpool((spool) => { expect(spool.queued(), 'left over').toEqual([]); return Promise.resolve(); });
    await this.#end(() => { this.disk.kill(); });
  }

  async #do(spool: Spool, action: Action): Promise<void> {
    if (action.do === 'append') await Promise.all(action.ids.map((id) => this.#append(spool, requestOf(this.#era * 10 + id, action.bytes, this.#nowMs))));
    else if (action.do === 'bundle') await this.#bundle(spool, action.ids.map((id) => this.#era * 10 + id));
    else if (action.do === 'relay') await this.#relay(spool, action.relay, action.replyLost);
    else if (action.do === 'seal') await spool.seal();
    else if (action.do === 'load') await this.#load(spool, action.how);
    expect(spool.queued().reduce((sum, { items }) => sum + items, 0), 'the books').toBe(this.#booked);
  }

  /** As the pipeline does it: together what may be, and the others alone. */
  async #bundle(spool: Spool, ids: number[]): Promise<void> {
    const together = ids.filter((id) => spool.mayBundle(BigInt(id)));
    const alone = together.length > 1 ? ids.filter((id) => !together.includes(id)) : ids;
    await Promise.all([
      ...together.length > 1 ? [this.#append(spool, bundleOf(together, 1_000_000_000 + ++this.#bundles, this.#nowMs))] : [],
      ...alone.map((id) => this.#append(spool, requestOf(id, 64, this.#nowMs))),
    ]);
  }

  /** In order, and the same again until it hears that it was taken. */
  async #relay(spool: Spool, relay: number, replyLost: boolean): Promise<void> {
    const sequence = this.#sequences[relay]!;
    const taken = await this.#append(spool, { ...requestOf(1_000_000 * (relay + 1) + sequence, 40, this.#nowMs), origin: { relay: `relay-${relay}`, sequence } });
    if (taken && !replyLost) this.#sequences[relay] = sequence + 1;
  }

  async #append(spool: Spool, request: DecodedRequest): Promise<boolean> {
    try {
      await spool.append(request);
      for (const { batchId } of request.bundled ?? [request]) this.acknowledged.add(Number(batchId));
      return true;
    } catch (error) {
      if ((error as { code?: string }).code !== 'SPOOL_FULL') throw error;
      return false;
    }
  }

  async #load(spool: Spool, how: 'whole' | 'not released' | 'half' | 'refused'): Promise<void> {
    if (spool.stats().waitingSegments === 0) return;
    const segment = await Promise.race([spool.nextSealed(), new Promise<null>((resolve) => { setTimeout(resolve, 20, null); })]);
    if (!segment) { await this.#powerOff(); return; } // Everything in it was skipped, or the disk does not give it.
    const loads = segment.loads();
    if (how === 'refused') {
      for (const load of loads) for (const batch of load.blocks.flatMap(batchesIn)) this.quarantined.add(batch);
      await spool.quarantine(segment.segmentId);
      return;
    }
    for (const load of how === 'half' ? loads.slice(0, 1) : loads) this.store.load(load);
    if (how === 'whole') await spool.release(segment.segmentId);
  }

  async #withSpool(work: (spool: Spool) => Promise<void>): Promise<void> {
    try {
      this.#spool ??= await this.#open();
      await work(this.#spool);
    } catch (error) {
      // Without power, or with a disk that fails, a process ends; whoever supervises it starts the next.
      if ((error as { code?: string }).code !== 'EIO') throw error;
      await this.#powerOff();
    }
  }

  async #open(): Promise<Spool> {
    const sum = (groups: readonly ItemGroup[]): number => groups.reduce((total, { items }) => total + items, 0);
    const files = this.disk.files();
    const spool = await openOn(this.disk, ++this.#pid, {
      files: this.uncached ? uncachedSegments(files) : files,
      segmentBytesMax: 800, liveFirst: this.#pid % 2 === 0, now: () => this.#nowMs,
      book: { entered: (group) => { this.#booked += group.items; }, left: (groups: readonly ItemGroup[], _how: Departure) => { this.#booked -= sum(groups); } },
    });
    this.#booked = sum(spool.queued());
    return spool;
  }

  #powerOff(): Promise<void> {
    return this.#end(() => {
      const { kept, ...rest } = this.#loss ?? { kept: 0 };
      this.disk.restart(kept, rest);
      this.store.losePower();
      this.#loss = null;
    });
  }

  async #end(how: () => void): Promise<void> {
    const dead = this.#spool;
    // The one thing not promised: a journal that could not be written forgets the window at a restart, and says so.
    if (dead?.stats().journalFailures) this.#era++;
    how();
    this.#spool = null;
    await dead?.close().catch(() => undefined); // Its disk is gone: only its timers are meant.
  }
}

const twice = (batches: readonly number[]): number[] => batches.filter((batch, index) => batches.indexOf(batch) !== index);

test(`whatever happens, an acknowledged batch is stored once, in every table (seed ${SEED}, ${RUNS} runs)`, async () => {
  await fc.assert(fc.asyncProperty(fc.array(action, { maxLength: 45 }), fc.boolean(), async (actions, uncached) => {
    const world = new World(uncached);
    for (const each of actions) await world.step(each);
    await world.finish();
    for (const table of ['otel_traces', 'otel_logs']) {
      const stored = world.store.batches(table);
      expect(twice(stored), `${table}: stored twice`).toEqual([]);
      const kept = new Set([...stored, ...world.quarantined]);
      expect([...world.acknowledged].filter((batch) => !kept.has(batch)), `${table}: acknowledged and lost`).toEqual([]);
    }
  }), { numRuns: RUNS, seed: SEED });
}, 3_600_000);
