// Which clinics have seats left, from PostgreSQL, and only where the registry has vaccine. Everybody asks the same
// question, so the answer is made at most once a second and shared.
import { Pool } from 'pg';
import { createRegistryClient } from '../registry/registry-client.js';
import { shareFor } from '../share-for.js';
import { describeSpan, startService, whoAsks } from '../service.js';

const CONNECTIONS_MAX = 4;
const SLOTS_KEPT_MS = 1_000;
const STOCK_KEPT_MS = 5_000;
const SLOTS_SHOWN = 24;

export interface OpenSlot { slotId: number; startsAt: string; clinic: { ko: string; en: string }; region: { ko: string; en: string }; seatsLeft: number }

/** The emptiest slots first: seats are spread evenly over the clinics. */
const OPEN_SLOTS = `
  select slots.id as "slotId", slots.starts_at as "startsAt", count(*)::int as "seatsLeft",
    json_build_object('ko', name_ko, 'en', name_en) as clinic, json_build_object('ko', region_ko, 'en', region_en) as region
  from seats join slots on slots.id = seats.slot_id join clinics on clinics.id = slots.clinic_id
  where seats.booking_id is null
  group by slots.id, clinics.id order by count(*) desc, slots.starts_at, slots.id limit ${SLOTS_SHOWN}`;

await startService(async (app, { environment }) => {
  const pool = new Pool({ connectionString: environment.databaseUrl, max: CONNECTIONS_MAX });
  pool.on('error', (error) => app.log.error(error, 'an idle database connection was lost'));
  const registry = createRegistryClient(environment.registryUrl);
  const stock = shareFor(STOCK_KEPT_MS, () => registry.get<{ available: boolean }>('/stock'));
  const openSlots = shareFor(SLOTS_KEPT_MS, async () => (await pool.query<OpenSlot>(OPEN_SLOTS)).rows);

  app.get('/slots', { onRequest: async (request) => describeSpan({ step: 'clinics', ...whoAsks(request.headers) }) }, async () => {
    const { available } = await stock();
    return { slots: available ? await openSlots() : [] };
  });

  return async () => { registry.close(); await pool.end(); };
});
