// Which clinics have seats left, from PostgreSQL, and only where the registry has vaccine. Everybody asks the same
// questions, so each answer is made at most once a second and shared.
import { REGIONS } from '../booking/schema.js';
import { createRegistryClient } from '../registry/registry-client.js';
import { shareFor } from '../share-for.js';
import { whoAsks } from '../asker.js';
import { Database } from '../database.js';
import { describeSpan, startService } from '../service.js';

const CONNECTIONS_MAX = 4;
const SLOTS_KEPT_MS = 1_000;
const STOCK_KEPT_MS = 5_000;
const SLOTS_SHOWN = 24;

export interface OpenSlot { slotId: number; startsAt: string; clinic: { ko: string; en: string }; region: string; seatsLeft: number }

/**
 * Seats are spread evenly over the clinics: each clinic's emptiest slot first, the emptiest clinics before the others, and
 * only then the second slot of any.
 */
const OPEN_SLOTS = `
  with open as (
    select slots.id as "slotId", slots.starts_at as "startsAt", count(*)::int as "seatsLeft", region,
      json_build_object('ko', name_ko, 'en', name_en)::jsonb as clinic,
      row_number() over (partition by clinics.id order by count(*) desc, slots.starts_at) as nth
    from seats join slots on slots.id = seats.slot_id join clinics on clinics.id = slots.clinic_id join stock using (region)
    where seats.booking_id is null and stock.doses > 0 and ($1::text is null or region = $1)
    group by slots.id, clinics.id)
  select "slotId", "startsAt", "seatsLeft", region, clinic from open order by nth, "seatsLeft" desc, "slotId" limit ${SLOTS_SHOWN}`;

await startService(async (app, { environment, levers }) => {
  const database = new Database(app, levers, CONNECTIONS_MAX);
  const registry = createRegistryClient(environment.registryUrl);
  const stock = shareFor(STOCK_KEPT_MS, () => registry.get<{ available: boolean }>('/stock'));
  const slotsOf = (region: string | null) => shareFor(SLOTS_KEPT_MS, () => database.use(async (client) => (await client.query<OpenSlot>(OPEN_SLOTS, [region])).rows));
  const openSlots = new Map([null, ...REGIONS.map(({ id }) => id)].map((region) => [region, slotsOf(region)]));

  app.get<{ Querystring: { region?: string } }>('/slots', { onRequest: async (request) => describeSpan({ step: 'clinics', ...whoAsks(request.headers) }) }, async (request) => {
    const { available } = await stock();
    return { slots: available ? await openSlots.get(request.query.region ?? null)?.() ?? [] : [] };
  });

  return async () => { registry.close(); await database.close(); };
});
