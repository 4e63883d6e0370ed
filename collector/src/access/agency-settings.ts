// What an agency has set for itself, in the metadata: pipelines in their order, and limits, retention and redaction where they are
// others than the collector's.
import type { AgencyLimits, PipelineDefinition } from '@narrows/contract';
import type { MetaDb } from './meta-db.js';

/** Null: as the collector's. */
export interface AgencySetting { agency: string; limits: AgencyLimits | null; retentionDays: number | null; redact: string | null }
export const AS_THE_COLLECTOR: Omit<AgencySetting, 'agency'> = { limits: null, retentionDays: null, redact: null };

export async function readPipelines(db: MetaDb): Promise<Map<string, PipelineDefinition[]>> {
  const rows = await db.selectFrom('pipeline').select(['agency', 'definition']).orderBy('agency').orderBy('position').orderBy('id').execute();
  const byAgency = new Map<string, PipelineDefinition[]>();
  for (const { agency, definition } of rows) byAgency.set(agency, [...byAgency.get(agency) ?? [], JSON.parse(definition) as PipelineDefinition]);
  return byAgency;
}

export const pipelinesOf = async (db: MetaDb, agency: string): Promise<PipelineDefinition[]> => (
  (await db.selectFrom('pipeline').select('definition').where('agency', '=', agency).orderBy('position').orderBy('id').execute()).map((row) => JSON.parse(row.definition) as PipelineDefinition));

/** A new one comes last. */
export async function savePipeline(db: MetaDb, agency: string, pipeline: PipelineDefinition, nowMs: number, position?: number): Promise<void> {
  const known = await db.selectFrom('pipeline').select(['id', 'position']).where('agency', '=', agency).execute();
  const at = position ?? known.find(({ id }) => id === pipeline.id)?.position ?? 1 + Math.max(-1, ...known.map((row) => row.position));
  const row = { position: at, definition: JSON.stringify(pipeline), updatedAtMs: nowMs };
  await db.insertInto('pipeline').values({ agency, id: pipeline.id, ...row }).onConflict((c) => c.columns(['agency', 'id']).doUpdateSet(row)).execute();
}

/** True when there was one. */
export async function deletePipeline(db: MetaDb, agency: string, id: string): Promise<boolean> {
  return (await db.deleteFrom('pipeline').where('agency', '=', agency).where('id', '=', id).executeTakeFirst()).numDeletedRows > 0n;
}

export async function readAgencySettings(db: MetaDb): Promise<AgencySetting[]> {
  const rows = await db.selectFrom('agencySetting').selectAll().execute();
  return rows.map(({ agency, limits, retentionDays, redact }) => ({ agency, limits: limits === null ? null : JSON.parse(limits) as AgencyLimits, retentionDays, redact }));
}

export async function settingOf(db: MetaDb, agency: string): Promise<AgencySetting> {
  return (await readAgencySettings(db)).find((one) => one.agency === agency) ?? { agency, ...AS_THE_COLLECTOR };
}

/** What is left out stays as it is. */
export async function saveSetting(db: MetaDb, agency: string, change: Partial<Omit<AgencySetting, 'agency'>>, nowMs: number): Promise<void> {
  const { limits, retentionDays, redact } = { ...await settingOf(db, agency), ...change };
  const row = { limits: limits === null ? null : JSON.stringify(limits), retentionDays, redact, updatedAtMs: nowMs };
  await db.insertInto('agencySetting').values({ agency, ...row }).onConflict((c) => c.column('agency').doUpdateSet(row)).execute();
}
