import { expect, test, vi } from 'vitest';
import { judge } from './judge.js';
import { caseOf, FAULT_SECOND, FAULTS, QUIET } from './testing/fault-cases.js';
import { beginOf } from './testing/fault-matrix.js';
import { promiseAgainst } from './testing/remedied-plan.js';
import { simulateSystem } from './testing/simulated-system.js';
import type { Fault, SystemPlan } from './testing/system-plan.js';

vi.setConfig({ testTimeout: 60_000 });

const SEED = 2;
const JUDGED_SECOND = FAULT_SECOND + 25;
const build = (name: string) => {
  const found = [...FAULTS, ...QUIET].find((each) => each.name === name);
  if (found === undefined) throw new Error(`no case ${name}`);
  return caseOf(found, SEED, 'whole');
};
const judged = (plan: SystemPlan) => judge(simulateSystem({ ...plan, seconds: JUDGED_SECOND }).input(0, JUDGED_SECOND));
const withFaults = (name: string, change: (fault: Fault) => Fault) => { const { plan } = build(name); return { ...plan, faults: plan.faults.map(change) }; };
const kindsAloud = (plan: SystemPlan) => judged(plan).filter(({ confidence }) => confidence >= 0.5).map(({ kind }) => kind);

test.each([
  'by lost capacity', 'outside', 'past the peak', 'of a process', 'of a service', 'after a blip', 'several devices', 'told otherwise', 'one of several', 'one channel', 'new version', 'silent service',
])('%s: the kind and its subject stand at the head, with a remedy and evidence that can be opened', (name) => {
  const fault = build(name);
  const [head] = judged(fault.plan);
  expect(head).toMatchObject({ kind: fault.kind });
  expect(fault.isSubject(head!.subject)).toBe(true);
  expect(head!.confidence).toBeGreaterThanOrEqual(0.5);
  expect(head!.remedies.length).toBeGreaterThan(0);
  expect(head!.evidence.every(({ link }) => link.startsWith('/'))).toBe(true);
  expect(head!.sentence.ko).not.toBe(head!.sentence.en);
});

test.each(FAULTS.filter(({ kind }) => kind === 'saturation'))('where the matrix says saturation $name, a line does stand soon after', (found) => {
  for (let seed = 1; seed <= 4; seed++) {
    const fault = caseOf(found, seed, 'whole');
    const { truth } = simulateSystem({ ...fault.plan, seconds: FAULT_SECOND + 60 });
    expect([seed, beginOf(fault, truth) - FAULT_SECOND < 20]).toEqual([seed, true]);
  }
});

test.each([7, 11, 13])('seen through ended spans alone, one full channel is said within ten seconds, when its stage is not full yet (seed %i)', (seed) => {
  const fault = caseOf(FAULTS.find(({ name }) => name === 'of a channel')!, seed, 'ended spans');
  const system = simulateSystem({ ...fault.plan, seconds: FAULT_SECOND + 15 });
  const told = Math.floor(beginOf(fault, system.truth)) + 10;
  const [head] = judge(system.input(0, told));
  expect(head).toMatchObject({ kind: 'saturation' });
  expect(fault.isSubject(head!.subject)).toBe(true);
  expect(head!.confidence).toBeGreaterThanOrEqual(0.5);
  expect(Math.abs((head!.since - system.beginMs) / 1_000 - beginOf(fault, system.truth))).toBeLessThanOrEqual(5);
});

test.each([[3, 'ended spans'], [11, 'whole'], [19, 'no pipeline']] as const)('contention is said within ten seconds where its fall is plain by then (seed %i, %s)', (seed, view) => {
  const fault = caseOf(FAULTS.find(({ kind }) => kind === 'contention')!, seed, view);
  const system = simulateSystem({ ...fault.plan, seconds: FAULT_SECOND + 20 });
  const [head] = judge(system.input(0, Math.floor(beginOf(fault, system.truth)) + 10));
  expect(head).toMatchObject({ kind: 'contention' });
  expect(head!.confidence).toBeGreaterThanOrEqual(0.5);
});

test.each([['of a pool', 4, 'ended spans'], ['of a pool', 10, 'ended spans'], ['of a channel', 13, 'ended spans'], ['of a channel', 22, 'whole']] as const)('%s, seed %i: what is promised from %s is kept', (name, seed, view) => {
  const fault = caseOf(FAULTS.find((each) => each.name === name)!, seed, view);
  const [head] = judge(simulateSystem({ ...fault.plan, seconds: JUDGED_SECOND }).input(0, JUDGED_SECOND));
  expect(fault.isSubject(head!.subject)).toBe(true);
  expect(Math.abs(promiseAgainst(fault, head!.remedies[0]!)!.wait!)).toBeLessThan(0.2);
});

test('where the number at work merely breathes before its peak, more people are a surge and no contention', () => {
  const fault = caseOf(FAULTS.find(({ kind }) => kind === 'surge')!, 19, 'whole');
  const said = judge(simulateSystem({ ...fault.plan, seconds: JUDGED_SECOND }).input(0, JUDGED_SECOND)).map(({ kind }) => kind);
  expect(said).toEqual(['surge']);
});

test('when a crowd has gone, the few that end late are no line', () => {
  const { plan } = caseOf(QUIET.find(({ name }) => name === 'lull')!, 9, 'other SDKs');
  const system = simulateSystem({ ...plan, seconds: FAULT_SECOND + 15 });
  for (let second = FAULT_SECOND; second <= FAULT_SECOND + 15; second += 1) expect(judge(system.input(0, second)).filter(({ confidence }) => confidence >= 0.5)).toEqual([]);
});

test('servers that were lost are no contention', () => {
  expect(judged(build('by lost capacity').plan).map(({ kind }) => kind)).not.toContain('contention');
});

test('a storm of retries that is over has left no errors, and nobody is silent while it lasts', () => {
  for (const seed of [5, 7, 8]) for (const view of ['whole', 'ended spans'] as const) {
    const fault = caseOf(FAULTS.find(({ kind }) => kind === 'retry_storm')!, seed, view);
    const system = simulateSystem({ ...fault.plan, seconds: 130 });
    const over = Math.ceil((system.truth.lines.get(fault.place)!.findLastIndex((length) => length > 2) + 1) / 5);
    const aloud = (second: number) => judge(system.input(0, second)).filter(({ confidence }) => confidence >= 0.5).map(({ kind }) => kind);
    expect(aloud(FAULT_SECOND + 8)).toEqual(['retry_storm']);
    if (over <= 110) expect([seed, view, aloud(over + 20)]).toEqual([seed, view, []]);
  }
});

test('a remedy reckons with those whom callers hold back', () => {
  const fault = caseOf(FAULTS.find(({ name }) => name === 'by lost capacity')!, 5, 'no pipeline');
  const usual = simulateSystem({ ...fault.plan, faults: [], seconds: 80 }).input(20, 80).places.find(({ service }) => service === fault.place)!;
  const perSecond = usual.points.reduce((sum, { completions }) => sum + completions, 0) / 60;
  const [head] = judged(fault.plan);
  expect(head).toMatchObject({ kind: 'saturation', remedies: [{ action: 'add_instances' }] });
  const arriving = head!.evidence.find(({ measure }) => measure === 'arrivals')!.now!;
  expect(arriving).toBeLessThan(0.75 * perSecond);
  expect(Math.abs(head!.remedies[0]!.predicted.throughput! / perSecond - 1)).toBeLessThan(0.25);
});

test('a process that is busy because more people came is not starved', () => {
  expect(kindsAloud(build('by a surge').plan)).not.toContain('starvation');
});

test('failures that nobody tries again are errors and no retry storm', () => {
  expect(kindsAloud(build('of a service').plan)).not.toContain('retry_storm');
});

test('where all instances became slower alike, none of them is the outlier', () => {
  expect(kindsAloud(withFaults('one of several', (fault) => ({ ...fault, instance: undefined })))).not.toContain('instance_outlier');
});

test('a new version that is as good as the old one is not mentioned', () => {
  expect(kindsAloud(withFaults('new version', (fault) => ({ ...fault, slower: undefined, errorShare: undefined })))).toEqual([]);
});

test('more people are no duplicate crowd, and no surge where there is room', () => {
  expect(kindsAloud(build('benign surge').plan)).toEqual([]);
});

test('more people told what they came for are no outcome shift, as when a vote that opened late has opened', () => {
  const { plan } = build('told otherwise');
  const input = simulateSystem({ ...plan, seconds: JUDGED_SECOND }).input(0, JUDGED_SECOND);
  const kinds = (wanted: string[]) => judge({ ...input, pipeline: { ...input.pipeline!, wanted } }).filter(({ confidence }) => confidence >= 0.5).map(({ kind }) => kind);
  expect(kinds([])).toContain('outcome_shift');
  expect(kinds(['not-eligible'])).not.toContain('outcome_shift');
});

test.each([0, 2, 4, 5, 6, 7, 8, 9])('told otherwise from the %d. second of a step of ten on: its onset is within five seconds when it is first said', (phase) => {
  const fromSecond = FAULT_SECOND + phase;
  const { plan } = build('told otherwise');
  const system = simulateSystem({ ...plan, faults: plan.faults.map((fault) => ({ ...fault, fromSecond })), seconds: fromSecond + 20 });
  for (let second = fromSecond + 1; second <= fromSecond + 20; second++) {
    const input = system.input(0, second);
    const said = judge(input).find(({ kind, confidence }) => kind === 'outcome_shift' && confidence >= 0.5);
    if (said === undefined) continue;
    expect(Math.abs(said.since - (input.fromMs + fromSecond * 1_000))).toBeLessThanOrEqual(5_000);
    return;
  }
  expect.unreachable('it was never said');
});

test('nobody coming is not missing data', () => {
  expect(kindsAloud(build('lull').plan)).toEqual([]);
});

test('a wait on purpose may grow as it likes', () => {
  expect(kindsAloud(build('growing deliberate wait').plan)).toEqual([]);
});

test('a pipeline that matches nothing while services answer is said to match nothing, and so is a stage between two that do', () => {
  const { plan } = build('noise');
  const input = simulateSystem({ ...plan, seconds: 60 }).input(0, 60);
  const blank = (of: (stage: string) => boolean) => ({
    ...input, places: input.places.map((place) => (of(place.stage) ? { ...place, points: place.points.map((point) => ({ ...point, completions: 0, errors: 0, residenceMsSum: 0, begun: null, inFlight: null, oldestMs: null, waitingOn: null })) } : place)),
  });
  expect(judge(blank((stage) => stage !== ''))[0]).toMatchObject({ kind: 'missing_data', subject: { pipeline: 'rush' }, remedies: [{ action: 'fix_rule' }] });
  const second = input.pipeline!.stages.filter(({ deliberate }) => !deliberate)[1]!.id;
  if (input.pipeline!.stages.at(-1)!.id !== second) expect(judge(blank((stage) => stage === second))[0]).toMatchObject({ kind: 'missing_data', subject: { stage: second } });
});

test('who is called now and then is not missing when nobody wants it, and who spoke every second is', () => {
  const { plan } = build('noise');
  const input = { ...simulateSystem({ ...plan, seconds: 120 }).input(0, 120), pipeline: null, edges: [] };
  const template = input.places.find(({ stage }) => stage === '')!;
  const speakingIn = (service: string, seconds: readonly number[]) => ({
    ...template, service, points: template.points.map((point, second) => ({ ...point, begun: null, inFlight: null, oldestMs: null, waitingOn: null, errors: 0, completions: seconds.includes(second) ? 2 : 0 })),
  });
  const silent = (seconds: readonly number[]) => judge({ ...input, places: [...input.places, speakingIn('delivery', seconds)] }).find(({ kind, subject }) => kind === 'missing_data' && subject.service === 'delivery')?.confidence ?? 0;
  expect(silent([3, 10, 21, 35, 44, 51])).toBeLessThan(0.2);
  expect(silent(Array.from({ length: 60 }, (_, second) => second))).toBeGreaterThan(0.5);
});
