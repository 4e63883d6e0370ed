// A deployment that somebody marked, from the metadata database to the verdict: resources that name no version say nothing of it.
import type { InstanceSeries, PipelineDefinition } from '@narrows/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureAgency } from '../access/agencies.js';
import { markedDeployments } from '../access/marked-deployments.js';
import { createMarker } from '../access/markers.js';
import { openMetaDb, type MetaDb } from '../access/meta-db.js';
import { judge } from '../judge/judge.js';
import { caseOf, FAULT_SECOND, FAULTS } from '../judge/testing/fault-cases.js';
import { simulateSystem } from '../judge/testing/simulated-system.js';

const owner = { agency: 'kdca', user: 'kim' };
const whole = { fromMs: 0, toMs: 10_000_000 };
const pipeline: PipelineDefinition = { id: 'rush', name: { ko: '예약', en: 'Booking' }, stages: [{ id: 'reserve', match: { service: 'booking' } }] };
let db: MetaDb;
beforeAll(async () => {
  db = await openMetaDb(':memory:');
  for (const id of ['kdca', 'nps']) await ensureAgency(db, { id, name: id, timeZone: 'Asia/Seoul' }, 0);
});
afterAll(() => db.destroy());
const put = (text: string, at: number, subject: object = {}, kind: 'deployment' | 'action' = 'deployment') => createMarker(db, owner, { text, kind, subject, at }, 10_000_000);

/** One release after the other in the same process: nobody reports which. */
function versionless(instances: readonly InstanceSeries[]): InstanceSeries[] {
  return [...new Set(instances.map(({ service, instance }) => `${service} ${instance}`))].map((key) => {
    const same = instances.filter(({ service, instance }) => `${service} ${instance}` === key);
    return { ...same[0]!, version: '', points: same.flatMap(({ points }) => points).sort((x, y) => x.atMs - y.atMs) };
  });
}

test('a deployment that was marked is the cause of what became worse with it, also where no resource names a version', async () => {
  const { plan, isSubject } = caseOf(FAULTS.find(({ kind }) => kind === 'deploy_regression')!, 2, 'whole');
  const input = simulateSystem({ ...plan, seconds: FAULT_SECOND + 25 }).input(0, FAULT_SECOND + 25);
  const blind = { ...input, instances: versionless(input.instances ?? []) };
  const kinds = (verdicts: ReturnType<typeof judge>) => verdicts.filter(({ confidence }) => confidence >= 0.5).map(({ kind }) => kind);
  expect(kinds(judge(blind))).not.toContain('deploy_regression');
  const { service } = plan.faults[0]!;
  const atMs = input.fromMs + FAULT_SECOND * 1_000;
  await createMarker(db, owner, { text: 'released 2.4.0', kind: 'deployment', subject: { service: service! }, at: atMs }, atMs);
  const range = { fromMs: input.fromMs, toMs: input.toMs };
  const [head] = judge({ ...blind, deployments: await markedDeployments(db, 'kdca', null, range) });
  expect(head).toMatchObject({ kind: 'deploy_regression', since: atMs, subject: { service, attribute: 'service.version=2.4.0' }, remedies: [{ action: 'rollback' }] });
  expect(isSubject(head!.subject)).toBe(true);
  expect(kinds(judge({ ...blind, deployments: await markedDeployments(db, 'nps', null, range) }))).not.toContain('deploy_regression');
});

test('a marker of a stage is one of its service; an action is none, and one that names no place is left out', async () => {
  await put('booking v1.4.2-rc1 out', 5_000_000, { stage: 'reserve' });
  await put('without a number', 5_000_001, { service: 'web' });
  await put('named', 5_000_002, { service: 'web', attribute: 'service.version=2021-07' });
  await put('four more servers', 5_000_003, { service: 'web' }, 'action');
  await put('somewhere 1.0', 5_000_004);
  const range = { fromMs: 5_000_000, toMs: whole.toMs };
  expect(await markedDeployments(db, 'kdca', pipeline, range)).toEqual([
    { atMs: 5_000_000, service: 'booking', version: 'v1.4.2-rc1' }, { atMs: 5_000_001, service: 'web', version: '' }, { atMs: 5_000_002, service: 'web', version: '2021-07' },
  ]);
  expect((await markedDeployments(db, 'kdca', null, range)).map(({ service }) => service)).toEqual(['web', 'web']);
});
