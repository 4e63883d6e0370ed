// What was typed, against its schema: the value itself, or what is wrong with it, field by field and in both languages. What
// comes in may be anything; nothing of it is repeated in a message but what is short and plain.
import type { FieldFault } from '@narrows/contract';
import type { TSchema, Static } from 'typebox';
import { Compile } from 'typebox/compile';

export type Checked<T> = { value: T } | { faults: FieldFault[] };
interface SchemaError { keyword: string; instancePath: string; params: object; message: string }
const FAULTS_MAX = 50;

/** A checker of one schema; compiled once. */
export function createFormCheck<Schema extends TSchema>(schema: Schema): (candidate: unknown, prefix?: string) => Checked<Static<Schema>> {
  const validator = Compile(schema);
  return (candidate, prefix = '') => {
    if (validator.Check(candidate)) return { value: candidate as Static<Schema> };
    const errors = validator.Errors(candidate) as SchemaError[];
    const seen = new Set<string>();
    const faults = errors.flatMap((error) => faultsOf(error, prefix)).filter(({ field }) => !seen.has(field) && seen.add(field));
    return { faults: faults.slice(0, FAULTS_MAX) };
  };
}

export function fault(field: string, ko: string, en: string): FieldFault { return { field, ko, en }; }

function faultsOf({ keyword, instancePath, params, message }: SchemaError, prefix: string): FieldFault[] {
  const path = [prefix, ...instancePath.split('/').slice(1)].filter((part) => part !== '').join('.');
  const inside = (name: string) => (path === '' ? name : `${path}.${name}`);
  const told = params as Record<string, unknown>;
  if (keyword === 'required') return names(told['requiredProperties']).map((name) => fault(inside(name), '값을 넣으세요', 'is needed'));
  // An unknown field is told as one that no value fits (`boolean`), and again with all of its kind.
  if (keyword === 'boolean') return [unknown(path)];
  if (keyword === 'additionalProperties') return names(told['additionalProperties']).map((name) => unknown(inside(name)));
  const said = WORDS[keyword]?.(told);
  return [fault(path, said?.ko ?? '쓸 수 없는 값입니다', said?.en ?? message)];
}

const unknown = (field: string): FieldFault => fault(field.slice(0, 200), '모르는 항목입니다. 이름을 확인하거나 지우세요', 'is not known here; check its name or leave it out');
const names = (value: unknown): string[] => (Array.isArray(value) ? value.map((one) => String(one).slice(0, 100)) : []);
const number = (value: unknown): string => (typeof value === 'number' || typeof value === 'bigint' ? String(value) : '');
const TYPES_KO: Readonly<Record<string, string>> = { string: '글자', number: '숫자', integer: '정수', boolean: 'true나 false', array: '목록', object: '항목 묶음' };

const WORDS: Readonly<Record<string, (params: Record<string, unknown>) => { ko: string; en: string }>> = {
  type: ({ type }) => ({ ko: `${[type].flat().map((one) => TYPES_KO[String(one)] ?? String(one)).join(' 또는 ')}여야 합니다`, en: `must be ${[type].flat().join(' or ')}` }),
  minimum: ({ limit }) => ({ ko: `${number(limit)} 이상이어야 합니다`, en: `must be at least ${number(limit)}` }),
  maximum: ({ limit }) => ({ ko: `${number(limit)} 이하여야 합니다`, en: `must be at most ${number(limit)}` }),
  exclusiveMinimum: ({ limit }) => ({ ko: `${number(limit)}보다 커야 합니다`, en: `must be more than ${number(limit)}` }),
  exclusiveMaximum: ({ limit }) => ({ ko: `${number(limit)}보다 작아야 합니다`, en: `must be less than ${number(limit)}` }),
  minLength: ({ limit }) => (limit === 1 ? { ko: '비워 둘 수 없습니다', en: 'must not be empty' } : { ko: `${number(limit)}자 이상이어야 합니다`, en: `must have at least ${number(limit)} characters` }),
  maxLength: ({ limit }) => ({ ko: `${number(limit)}자까지 쓸 수 있습니다`, en: `must have at most ${number(limit)} characters` }),
  minItems: ({ limit }) => ({ ko: `${number(limit)}개 이상 넣으세요`, en: `needs at least ${number(limit)}` }),
  maxItems: ({ limit }) => ({ ko: `${number(limit)}개까지 넣을 수 있습니다`, en: `takes at most ${number(limit)}` }),
  enum: ({ allowedValues }) => ({ ko: `다음 가운데 하나여야 합니다: ${names(allowedValues).join(', ')}`, en: `must be one of ${names(allowedValues).join(', ')}` }),
  const: ({ allowedValue }) => ({ ko: `${String(allowedValue)}여야 합니다`, en: `must be ${String(allowedValue)}` }),
  pattern: () => ({ ko: '형식이 맞지 않습니다', en: 'does not have the right form' }),
};
