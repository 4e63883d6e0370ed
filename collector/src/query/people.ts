// "Are the waiters people, or devices, and what were they told?" Distinct persons, browsers and addresses of the last
// minute from sketches (within about 1 %), and the mix of outcomes.
import type { People } from '@narrows/contract';
import type { Asker } from './question.js';

const PEOPLE_WINDOW_SECONDS = 60;
const BUCKET_SECONDS = 10;

/** Without the figures on waiting, which come from the places. A count is null where no attribute names what it counts. */
export async function selectPeople(asker: Asker, pipeline: string | null, atMs: number): Promise<Omit<People, 'waiting' | 'waitingDeliberate'>> {
  const to = Math.ceil(atMs / 1_000);
  const from = Math.floor((to - PEOPLE_WINDOW_SECONDS) / BUCKET_SECONDS) * BUCKET_SECONDS;
  const rows = await asker.query<{ whole: number; outcome: string; count: number; persons: number; sessions: number; addresses: number }>(`
    SELECT toFloat64(grouping(Outcome)) AS whole, toString(Outcome) AS outcome, toFloat64(sum(Count)) AS count,
      toFloat64(uniqCombined64Merge(Persons)) AS persons, toFloat64(uniqCombined64Merge(Sessions)) AS sessions, toFloat64(uniqCombined64Merge(Clients)) AS addresses
    FROM rollup_people_10s
    WHERE Agency = {agency:String} AND At >= toDateTime({from:UInt32}, 'UTC') AND At < toDateTime({to:UInt32}, 'UTC')
      ${pipeline === null ? '' : 'AND Pipeline = {pipeline:String}'}
    GROUP BY GROUPING SETS ((Outcome), ())
    ORDER BY count DESC LIMIT 33`, { from, to, ...(pipeline === null ? {} : { pipeline }) });
  const whole = rows.find((r) => r.whole === 1);
  const counted = (count: number | undefined) => (count ? count : null);
  return {
    persons: counted(whole?.persons), sessions: counted(whole?.sessions), addresses: counted(whole?.addresses),
    outcomes: rows.filter((r) => r.whole === 0 && r.outcome !== '').map(({ outcome, count }) => ({ outcome, count })),
  };
}
