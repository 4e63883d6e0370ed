// The public page as its agency sets it up: whether it is there, which stages it shows, announcements, and the light by hand,
// which always ends. Every change stands in the audit log with who made it.
import { NarrowsError, PublicPageAnswerSchema, PublicPageSettingsSchema, ROUTES, type FieldFault, type PipelineDefinition, type PublicPageSettings, type PublicStatus } from '@narrows/contract';
import type { Agency } from '../access/agencies.js';
import type { MetaDb } from '../access/meta-db.js';
import { readSetting, writeSetting } from '../alert/alert-documents.js';
import { createFormCheck, fault } from '../alert/form-check.js';
import { personOf } from './authorization.js';
import { describe, type App } from './route-question.js';

export interface PublicPageRoutesOptions {
  db: MetaDb;
  pipelines: (agency: string) => readonly PipelineDefinition[];
  board: { stateOf(agency: Agency, settings: PublicPageSettings): Promise<PublicStatus | null> };
  publicUrl: () => string;
  now: () => number;
}

const checkSettings = createFormCheck(PublicPageSettingsSchema);
/** A light by hand is for hours: whoever forgets it shall not tell the public something false tomorrow. */
const OVERRIDE_MS_MAX = 24 * 3600_000;

export function addPublicPageRoutes(app: App, { db, pipelines, board, publicUrl, now }: PublicPageRoutesOptions): void {
  const answerOf = async (agency: Agency, settings: PublicPageSettings) => (
    { settings, address: `${publicUrl()}/status/${encodeURIComponent(agency.id)}`, preview: await board.stateOf(agency, settings) });
  app.get(ROUTES.publicPage, describe('The public page: how it is set up, and what it shows now', PublicPageAnswerSchema), async (request) => {
    const { agency } = personOf(request);
    return answerOf(agency, await readSetting(db, agency.id, 'publicPage') ?? defaultsOf(agency, pipelines(agency.id)));
  });
  app.put(ROUTES.publicPage, describe('Change the public page', PublicPageAnswerSchema), async (request) => {
    const { agency } = personOf(request);
    const checked = checkSettings(request.body);
    const faults = 'faults' in checked ? checked.faults : senseOf(checked.value, pipelines(agency.id), now());
    if (faults.length > 0 || !('value' in checked)) throw new NarrowsError('FORM_INVALID', faults.map(({ field, en }) => `${field}: ${en}`).join('; ').slice(0, 2_000), { fields: faults });
    await writeSetting(db, agency.id, 'publicPage', checked.value);
    return answerOf(agency, checked.value);
  });
}

function defaultsOf(agency: Agency, defined: readonly PipelineDefinition[]): PublicPageSettings {
  return { enabled: false, pipeline: defined[0]?.id ?? '', agencyName: { ko: agency.name, en: agency.name }, stages: [], announcements: [], override: null };
}

function senseOf({ enabled, pipeline, stages, override, announcements }: PublicPageSettings, defined: readonly PipelineDefinition[], nowMs: number): FieldFault[] {
  const found = defined.find(({ id }) => id === pipeline);
  const faults: FieldFault[] = [];
  if (enabled && !found) faults.push(fault('pipeline', '이 기관에 없는 파이프라인입니다', 'is no pipeline of this agency'));
  if (found && stages.some((id) => !found.stages.some((stage) => stage.id === id))) faults.push(fault('stages', '이 파이프라인에 없는 단계가 있습니다', 'names a stage that the pipeline does not have'));
  if (override && (override.untilMs <= nowMs || override.untilMs > nowMs + OVERRIDE_MS_MAX)) faults.push(fault('override.untilMs', '지금부터 24시간 안에 끝나야 합니다', 'must end within the next 24 hours'));
  if (override && override.text.ko.trim() === '') faults.push(fault('override.text.ko', '무엇을 알릴지 적으세요', 'say what the public is told'));
  announcements.forEach(({ text }, i) => { if (text.ko.trim() === '' && text.en.trim() === '') faults.push(fault(`announcements.${i}.text`, '비워 둘 수 없습니다', 'must not be empty')); });
  return faults;
}
