// Rules as people write them, in a form, in YAML or in JSON → rules that can be evaluated, or all that is wrong with them. A
// rule that would fire on a deliberate wait is refused here in words, whatever it is called. Text is bounded before it is
// parsed, and aliases in YAML are not followed into a bomb.
import {
  AlertRuleFrameSchema, CONDITION_KINDS, CONDITIONS, RULE_DEFAULTS, WAIT_MEASURES, type AlertMeasure, type AlertRuleDraft, type Condition, type ConditionKind, type FieldFault, type PipelineDefinition,
} from '@narrows/contract';
import { parseDocument } from 'yaml';
import { createFormCheck, fault, type Checked } from './form-check.js';
import { WINDOW_MAX_MS } from './rule-reach.js';

const checkFrame = createFormCheck(AlertRuleFrameSchema);
const checkCondition = Object.fromEntries(Object.entries(CONDITIONS).map(([kind, schema]) => [kind, createFormCheck(schema)])) as Record<ConditionKind, (candidate: unknown, prefix: string) => Checked<Condition>>;

export const RULE_TEXT_BYTES_MAX = 1_000_000;
export const RULES_PER_TEXT_MAX = 5_000;
const YAML_ALIASES_MAX = 100;

/** One rule. What may be left out is filled in. `pipelines`: the agency's, by which deliberate waits are known. */
export function checkRule(candidate: unknown, pipelines: readonly PipelineDefinition[]): Checked<AlertRuleDraft> {
  if (typeof candidate !== 'object' || candidate === null || Array.isArray(candidate)) return { faults: [fault('', '규칙은 이름과 조건이 있는 항목 묶음이어야 합니다', 'a rule must be an object with a name and a condition')] };
  const filled: Record<string, unknown> = { ...RULE_DEFAULTS, ...candidate as Record<string, unknown> };
  const frame = checkFrame({ ...filled, condition: kindOnly(filled['condition']) });
  const faults = 'faults' in frame ? frame.faults : [];
  const kind = kindOf(filled['condition']);
  const condition = kind === undefined ? undefined : checkCondition[kind](filled['condition'], 'condition');
  if (condition && 'faults' in condition) faults.push(...condition.faults);
  if (faults.length > 0 || !condition || !('value' in condition)) return { faults };
  const rule = { ...filled, condition: condition.value } as AlertRuleDraft;
  const against = senseOf(rule, pipelines);
  return against.length > 0 ? { faults: against } : { value: rule };
}

function kindOf(condition: unknown): ConditionKind | undefined {
  const kind: unknown = typeof condition === 'object' && condition !== null && 'kind' in condition ? condition.kind : undefined;
  return CONDITION_KINDS.find((one) => one === kind);
}
const kindOnly = (condition: unknown): unknown => (typeof condition === 'object' && condition !== null && 'kind' in condition ? { kind: condition.kind } : condition ?? {});

/** What each field by itself allows and the whole does not. */
function senseOf({ place, condition }: AlertRuleDraft, pipelines: readonly PipelineDefinition[]): FieldFault[] {
  const faults: FieldFault[] = [];
  if (place.channel !== undefined && place.stage === undefined && place.each !== 'channel') faults.push(fault('place.stage', '채널은 단계와 함께 고르세요', 'a channel needs its stage'));
  if ((place.stage !== undefined || place.channel !== undefined) && place.pipeline === undefined) faults.push(fault('place.pipeline', '단계는 파이프라인과 함께 고르세요', 'a stage needs its pipeline'));
  if (condition.kind === 'verdict' || condition.kind === 'absence') return faults;
  const needsPlace = place.service === undefined && place.stage === undefined && place.each === undefined && !('measure' in condition && (condition.measure === 'metric' || condition.measure === 'outcome_share'));
  if (needsPlace) faults.push(fault('place', '단계나 서비스를 고르거나 “각각”을 고르세요', 'choose a stage or a service, or each of them'));
  if ('measure' in condition) {
    if ((condition.measure === 'metric' || condition.measure === 'outcome_share') && condition.name === undefined) faults.push(fault('condition.name', '이름을 넣으세요', 'is needed for this measure'));
    if (condition.measure === 'outcome_share' && place.pipeline === undefined) faults.push(fault('place.pipeline', '결과 비율은 파이프라인을 골라야 합니다', 'the share of an outcome needs a pipeline'));
    if (condition.overSeconds % 10 !== 0) faults.push(fault('condition.overSeconds', '10초 단위로 넣으세요', 'must be a multiple of 10'));
    if (WAIT_MEASURES.includes(condition.measure) && isDeliberate(place, pipelines)) faults.push(fault('place.stage', '이 단계는 의도된 대기입니다. 오래 머무는 것이 정상이라 이 지표로는 경보를 내지 않습니다', 'this stage is a deliberate wait: staying long is normal there, so no alert is raised on this measure'));
  }
  if (condition.kind === 'threshold' && condition.clear !== undefined && (condition.compare === 'above' ? condition.clear > condition.value : condition.clear < condition.value)) {
    faults.push(fault('condition.clear', '해제 값은 기준 값의 정상 쪽에 있어야 합니다', 'must lie on the well side of the value'));
  }
  if (condition.kind === 'change' && (condition.agoSeconds + condition.overSeconds) * 1_000 > WINDOW_MAX_MS) faults.push(fault('condition.agoSeconds', '구간과 합쳐 1시간 50분을 넘을 수 없습니다', 'with the window it may span at most 110 minutes'));
  if (condition.kind === 'burn_rate') condition.windows.forEach(({ longMinutes, shortMinutes }, i) => { if (shortMinutes >= longMinutes) faults.push(fault(`condition.windows.${i}.shortMinutes`, '긴 구간보다 짧아야 합니다', 'must be shorter than the long window')); });
  return faults;
}

function isDeliberate({ pipeline, stage }: AlertRuleDraft['place'], pipelines: readonly PipelineDefinition[]): boolean {
  return stage !== undefined && pipelines.some((one) => one.id === pipeline && one.stages.some(({ id, wait }) => id === stage && wait === 'deliberate'));
}

/** Whether a measure is one that a deliberate wait makes large, at a stage of one or at the service behind it. */
export function isDeliberateWait(measure: AlertMeasure, place: { pipeline: string; stage: string; service: string }, pipelines: readonly PipelineDefinition[]): boolean {
  if (!WAIT_MEASURES.includes(measure)) return false;
  return pipelines.some(({ id, stages }) => stages.some(({ id: stage, wait, match }) => wait === 'deliberate'
    && (place.stage !== '' ? id === place.pipeline && stage === place.stage : match.service !== undefined && match.service === place.service)));
}

/** All rules of a text: one, or a list, or `{ rules: […] }`. Faults carry the number of their rule in front: `rules.3.name`. */
export function readRuleText(text: string, pipelines: readonly PipelineDefinition[]): Checked<AlertRuleDraft[]> {
  if (Buffer.byteLength(text) > RULE_TEXT_BYTES_MAX) return { faults: [fault('', '1MB까지 읽습니다', 'may have at most 1 MB')] };
  const parsed = parseText(text);
  if ('faults' in parsed) return parsed;
  const content = parsed.value;
  const listed = typeof content === 'object' && content !== null && 'rules' in content ? content.rules : content;
  const candidates = Array.isArray(listed) ? listed as unknown[] : [listed];
  if (candidates.length > RULES_PER_TEXT_MAX) return { faults: [fault('', `규칙은 한 번에 ${RULES_PER_TEXT_MAX}개까지입니다`, `at most ${RULES_PER_TEXT_MAX} rules at once`)] };
  const faults: FieldFault[] = [];
  const rules: AlertRuleDraft[] = [];
  candidates.forEach((candidate, i) => {
    const checked = checkRule(candidate, pipelines);
    if ('value' in checked) rules.push(checked.value);
    else faults.push(...checked.faults.map((one) => ({ ...one, field: `rules.${i}${one.field === '' ? '' : `.${one.field}`}` })));
  });
  return faults.length > 0 ? { faults } : { value: rules };
}

function parseText(text: string): Checked<unknown> {
  try {
    const document = parseDocument(text, { merge: false });
    const [error] = document.errors;
    if (error) return { faults: [fault('', `읽을 수 없습니다: ${error.message.split('\n')[0] ?? ''}`, error.message.split('\n')[0] ?? error.message)] };
    return { value: document.toJS({ maxAliasCount: YAML_ALIASES_MAX }) as unknown };
  } catch (error) {
    // Too many aliases, nesting without end: the parser says so by throwing.
    const message = error instanceof Error ? error.message.split('\n')[0] ?? '' : String(error);
    return { faults: [fault('', `읽을 수 없습니다: ${message}`, `cannot be read: ${message}`)] };
  }
}
