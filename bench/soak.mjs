// `npm run soak`: is G1 true, and G3 and G4 with it? A real collector under several writers is killed at random moments, a
// hundred times, while its engine is killed, frozen and made to forget; then the store is asked for every single item
// that was acknowledged, and every rollup is told anew from the raw rows. Prints one line of JSON; the seed repeats the
// order of blows, not the machine's timing.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openStore } from '../collector/dist/store/store.js';
import { SeededRandom } from './load/seeded-random.mjs';
import { sleep } from './processes.mjs';
import { CollectorUnderFire } from './soak/collector-under-fire.mjs';
import { rollupsAndOracles } from './soak/rollups-from-raw.mjs';
import { ITEMS_PER_REQUEST, Writer } from './soak/writers.mjs';

const { values } = parseArgs({ options: {
  kills: { type: 'string', default: '100' }, writers: { type: 'string', default: '6' }, seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  keep: { type: 'boolean', default: false },
} });
const LIFE_MS = { min: 150, spread: 2_600 };
const DRAIN_SECONDS_MAX = 300;
/** The table of a signal, and where an item's id is in it. */
const ITEMS = {
  traces: [['otel_traces', 'SpanId']], logs: [['otel_logs', 'SpanId']],
  metrics: [['otel_metrics_sum', "Attributes['soak.id']"], ['otel_metrics_gauge', "Attributes['soak.id']"]],
};

const seed = Number(values.seed);
const random = new SeededRandom(seed);
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'narrows-soak-'));
const collector = new CollectorUnderFire(dir);
process.stdout.write(`seed ${seed}, ${values.kills} kills, ${values.writers} writers, ${dir}\n`);

await collector.start();
const writers = Array.from({ length: Number(values.writers) }, (_, index) => new Writer({
  index, key: collector.key, endpoint: () => collector.endpoint, relay: index === Number(values.writers) - 1, random: new SeededRandom(seed + index + 1),
}));
const faults = Promise.race(writers.map((writer) => writer.running));
await Promise.race([fire(), faults]);
await Promise.all(writers.map((writer) => writer.stop()));
await collector.drained(DRAIN_SECONDS_MAX);
await collector.stop();

const summary = { seed, kills: collector.kills, engineKills: collector.engineKills, engineFreezes: collector.engineStops, logsForgotten: collector.forgotten, ...await findings() };
process.stdout.write(`${JSON.stringify(summary)}\n`);
const isExact = summary.lost === 0 && summary.duplicated === 0 && summary.unknown === 0 && summary.rollupsWrong.length === 0;
if (!values.keep && isExact) fs.rmSync(dir, { recursive: true });
process.exit(isExact ? 0 : 1);

/** Blow by blow: a life of random length, with something done to the engine in every second one. */
async function fire() {
  while (collector.kills < Number(values.kills)) {
    const lifeMs = LIFE_MS.min + random.below(LIFE_MS.spread);
    const blow = random.below(6);
    await sleep(lifeMs / 2);
    if (blow === 0) collector.killEngine();
    const frozen = blow === 1 ? collector.freezeEngine(lifeMs / 2) : null;
    await sleep(lifeMs / 2);
    await collector.kill();
    await frozen;
    if (random.below(4) === 0) collector.forget();
    await collector.start();
    if (collector.kills % 10 === 0) process.stdout.write(`${collector.kills} kills, ${total('acknowledged')} requests acknowledged\n`);
  }
}

function total(count) { return writers.reduce((sum, writer) => sum + writer[count], 0); }

async function findings() {
  const store = await openStore({ mode: 'embedded', path: collector.storeDir });
  const found = { acknowledged: total('acknowledged') * ITEMS_PER_REQUEST, sentAgain: total('repeated'), refused: total('refused'), stored: 0, lost: 0, duplicated: 0, unknown: 0 };
  for (const [index, writer] of writers.entries()) {
    const prefix = (index + 1).toString(16).padStart(4, '0');
    const rows = await Promise.all(ITEMS[writer.signal].map(([table, id]) => store.query(`
      SELECT substring(${id}, 5, 8) AS request, count() AS items, uniqExact(${id}) AS different FROM ${table} WHERE startsWith(${id}, '${prefix}') GROUP BY request`, {}, { timeoutMs: 120_000 })));
    const differentOf = new Map();
    for (const { request, items, different } of rows.flat()) {
      found.stored += items;
      found.duplicated += items - different;
      differentOf.set(Number.parseInt(request, 16), (differentOf.get(Number.parseInt(request, 16)) ?? 0) + different);
    }
    for (let number = 0; number < writer.acknowledged; number++) found.lost += ITEMS_PER_REQUEST - (differentOf.get(number) ?? 0);
    found.unknown += [...differentOf.keys()].filter((number) => number >= writer.acknowledged).length;
  }
  const rollups = await rollupsAndOracles(store);
  found.rollupRows = rollups.reduce((sum, { stored }) => sum + stored.length, 0);
  found.rollupsWrong = rollups.filter(({ stored, expected }) => JSON.stringify(stored) !== JSON.stringify(expected)).map(({ table }) => table);
  await store.close();
  return found;
}
