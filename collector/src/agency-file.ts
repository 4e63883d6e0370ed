// A whole agency as one YAML file: its name and zone, its parts, pipelines, limits, retention and redaction. A file goes in and a plan
// comes out: what would be created, changed or removed; applying the same file again changes nothing. No secret is in it: keys are
// named, and made where they are missing.
import { AgencyLimitsSchema, NarrowsError, personalDataKinds, SIGNALS, type AgencyLimits, type PipelineDefinition, type Signal } from '@narrows/contract';
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { parseDocument, stringify } from 'yaml';
import { ensureAgency, changeAgency, findAgency, isTimeZone } from './access/agencies.js';
import { deletePipeline, pipelinesOf, savePipeline, saveSetting, settingOf } from './access/agency-settings.js';
import { createCredential, listCredentials } from './access/credentials.js';
import type { MetaDb } from './access/meta-db.js';
import { checkPipeline } from './pipeline-files.js';

const AgencyFileSchema = Type.Object({
  agency: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }),
  name: Type.String({ minLength: 1, maxLength: 80 }),
  timeZone: Type.Optional(Type.String()),
  projects: Type.Optional(Type.Record(Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }), Type.String({ minLength: 1, maxLength: 80 }), { maxProperties: 200 })),
  keys: Type.Optional(Type.Array(Type.Object({ name: Type.String({ minLength: 1, maxLength: 80 }), project: Type.Optional(Type.String()), signals: Type.Optional(Type.Array(Type.Enum([...SIGNALS]), { minItems: 1 })) }, { additionalProperties: false }), { maxItems: 100 })),
  retentionDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 3_650 })),
  redact: Type.Optional(Type.String()),
  limits: Type.Optional(AgencyLimitsSchema),
  pipelines: Type.Optional(Type.Array(Type.Unknown(), { maxItems: 50 })),
}, { additionalProperties: false });
type AgencyFileText = Static<typeof AgencyFileSchema>;
export interface AgencyFile extends Omit<AgencyFileText, 'pipelines'> { pipelines: PipelineDefinition[] }
const validator = Compile(AgencyFileSchema);

/** One thing that is not as the file says. */
export interface Difference { what: string; before: string | null; after: string | null }
export interface Applied { differences: Difference[]; /** Secrets of keys that were made, shown once. */ keys: { name: string; secret: string }[] }

/** Errors: CONFIG_INVALID, with everything that is wrong in the text. */
export function readAgencyFile(text: string): AgencyFile {
  const document = parseDocument(text);
  if (document.errors.length > 0) throw invalid(document.errors.map((error) => error.message.split('\n')[0] ?? error.message));
  const content: unknown = document.toJS();
  if (!validator.Check(content)) throw invalid(validator.Errors(content).map((error) => `${error.instancePath.slice(1).replaceAll('/', '.') || '(document)'}: ${error.message}`));
  const mistakes: string[] = [];
  const pipelines = (content.pipelines ?? []).flatMap((candidate, i) => {
    const read = checkPipeline(candidate);
    if (!Array.isArray(read)) return [read];
    mistakes.push(...read.map((mistake) => `pipelines.${i}.${mistake}`));
    return [];
  });
  if (content.timeZone !== undefined && !isTimeZone(content.timeZone)) mistakes.push(`timeZone: "${content.timeZone}" is no IANA time zone`);
  if (content.redact !== undefined) personalDataKinds(content.redact);
  for (const key of content.keys ?? []) if (key.project !== undefined && !Object.hasOwn(content.projects ?? {}, key.project)) mistakes.push(`keys: "${key.name}" belongs to the part "${key.project}", which is not in projects`);
  if (mistakes.length > 0) throw invalid(mistakes);
  return { ...content, pipelines };
}
const invalid = (mistakes: readonly string[]) => new NarrowsError('CONFIG_INVALID', `agency file:\n  ${mistakes.join('\n  ')}`);

/** What stands, in the form of a file. Errors: NOT_FOUND. */
export async function exportAgency(db: MetaDb, id: string): Promise<string> {
  const file = await currentFile(db, id);
  if (!file) throw new NarrowsError('NOT_FOUND', `There is no agency "${id}".`);
  return stringify(file, { lineWidth: 140 });
}

async function currentFile(db: MetaDb, id: string): Promise<AgencyFile | null> {
  const agency = await findAgency(db, id);
  if (!agency) return null;
  const [projects, credentials, setting, pipelines] = await Promise.all([
    db.selectFrom('project').select(['id', 'name']).where('agency', '=', id).orderBy('id').execute(), listCredentials(db, id), settingOf(db, id), pipelinesOf(db, id),
  ]);
  const keys = credentials.filter((key) => key.kind === 'ingest' && key.revokedAtMs === null)
    .map(({ name, project, signals }) => ({ name, ...project !== null && { project }, ...signals !== null && { signals: signals.split(',') as Signal[] } }));
  return {
    agency: id, name: agency.name, timeZone: agency.timeZone,
    ...projects.length > 0 && { projects: Object.fromEntries(projects.map((one) => [one.id, one.name])) },
    ...keys.length > 0 && { keys: keys.filter(({ name }, i) => keys.findIndex((one) => one.name === name) === i) },
    ...setting.retentionDays !== null && { retentionDays: setting.retentionDays }, ...setting.redact !== null && { redact: setting.redact }, ...setting.limits !== null && { limits: setting.limits },
    pipelines,
  };
}

/** What the file would change. A key that is not in the file is left alone: somebody may send with it. */
export async function planAgency(db: MetaDb, file: AgencyFile): Promise<Difference[]> {
  const current = await currentFile(db, file.agency);
  const differences: Difference[] = [];
  const compare = (what: string, before: unknown, after: unknown): void => {
    const [from, to] = [before, after].map((value) => (value === undefined || value === null ? null : typeof value === 'string' ? value : JSON.stringify(value)));
    if (from !== to) differences.push({ what, before: from ?? null, after: to ?? null });
  };
  compare('name', current?.name, file.name);
  if (file.timeZone !== undefined) compare('timeZone', current?.timeZone, file.timeZone);
  for (const field of ['retentionDays', 'redact', 'limits'] as const) compare(field, current?.[field], file[field]);
  for (const id of new Set([...Object.keys(current?.projects ?? {}), ...Object.keys(file.projects ?? {})])) compare(`projects.${id}`, current?.projects?.[id], file.projects?.[id]);
  for (const key of file.keys ?? []) if (!current?.keys?.some(({ name }) => name === key.name)) differences.push({ what: `keys.${key.name}`, before: null, after: key.signals?.join(', ') ?? 'all signals' });
  for (const id of new Set([...current?.pipelines ?? [], ...file.pipelines].map((pipeline) => pipeline.id))) {
    compare(`pipelines.${id}`, current?.pipelines.find((pipeline) => pipeline.id === id), file.pipelines.find((pipeline) => pipeline.id === id));
  }
  return differences;
}

/** Bring an agency to what its file says. */
export async function applyAgency(db: MetaDb, file: AgencyFile, { timeZone, nowMs }: { timeZone: string; nowMs: number }): Promise<Applied> {
  const differences = await planAgency(db, file);
  const { agency: id } = file;
  await ensureAgency(db, { id, name: file.name, timeZone: file.timeZone ?? timeZone }, nowMs);
  await changeAgency(db, id, { name: file.name, ...file.timeZone !== undefined && { timeZone: file.timeZone } });
  await saveSetting(db, id, { retentionDays: file.retentionDays ?? null, redact: file.redact ?? null, limits: (file.limits as AgencyLimits | undefined) ?? null }, nowMs);
  for (const [project, name] of Object.entries(file.projects ?? {})) await db.insertInto('project').values({ agency: id, id: project, name }).onConflict((c) => c.columns(['agency', 'id']).doUpdateSet({ name })).execute();
  for (const { what } of differences.filter((one) => one.after === null)) {
    const [kind, name] = [what.slice(0, what.indexOf('.')), what.slice(what.indexOf('.') + 1)];
    if (kind === 'projects') await db.deleteFrom('project').where('agency', '=', id).where('id', '=', name).execute();
    if (kind === 'pipelines') await deletePipeline(db, id, name);
  }
  for (const [position, pipeline] of file.pipelines.entries()) await savePipeline(db, id, pipeline, nowMs, position);
  const keys: Applied['keys'] = [];
  for (const key of file.keys ?? []) {
    if (!differences.some(({ what }) => what === `keys.${key.name}`)) continue;
    keys.push({ name: key.name, secret: (await createCredential(db, { kind: 'ingest', agency: id, name: key.name, signals: key.signals, project: key.project }, nowMs)).secret });
  }
  return { differences, keys };
}
