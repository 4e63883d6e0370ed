// Writes OTLP messages of the reference decoder as OTLP/JSON, in every way that the mapping allows: enums as names or numbers,
// 64-bit integers as strings or numbers, ids in hex of either case, bytes in base64 of either alphabet, unknown members,
// nulls for what is absent, blanks anywhere.
import type { Field } from './otlp-fields.js';
import { MESSAGES } from './otlp-fields.js';
import type { Message, Value } from './otlp-reference.js';
import type { Random } from './otlp-generator.js';

const ENUMS: Readonly<Record<string, readonly string[]>> = {
  kind: ['SPAN_KIND_UNSPECIFIED', 'SPAN_KIND_INTERNAL', 'SPAN_KIND_SERVER', 'SPAN_KIND_CLIENT', 'SPAN_KIND_PRODUCER', 'SPAN_KIND_CONSUMER'],
  code: ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'],
  aggregation_temporality: ['AGGREGATION_TEMPORALITY_UNSPECIFIED', 'AGGREGATION_TEMPORALITY_DELTA', 'AGGREGATION_TEMPORALITY_CUMULATIVE'],
  severity_number: ['SEVERITY_NUMBER_UNSPECIFIED', 'SEVERITY_NUMBER_TRACE', 'SEVERITY_NUMBER_TRACE2'],
};
const UNKNOWN = ['"novelty":{"deep":[[{}],null]}', '"count_of_nothing":1e400', '"x":12345678901234567890', '"x":"\\u0000\\"]"', '"constructor":{"__proto__":[]}'];

export function writeJson(owner: string, message: Message, random: Random): string {
  const members = [...message].flatMap(([name, value]) => {
    const field = MESSAGES.get(owner)!.find((candidate) => candidate.name === name)!;
    const key = random.chance(0.1) ? name : name.replace(/_(\w)/g, (_match, letter: string) => letter.toUpperCase());
    const text = field.repeated ? `[${(value as Value[]).map((item) => jsonValue(field, item, random)).join(', ')}]` : jsonValue(field, value, random);
    return [`${JSON.stringify(key)}${random.pick(['', ' '])}:${random.pick(['', ' ', '\n\t'])}${text}`];
  });
  if (random.chance(0.1)) members.splice(random.below(members.length + 1), 0, random.pick(UNKNOWN));
  for (const field of MESSAGES.get(owner)!) if (!message.has(field.name) && field.oneof === null && random.chance(0.05)) members.push(`"${field.name}":null`);
  return `{${members.join(random.pick([',', ' , ']))}}`;
}

function jsonValue(field: Field, value: Value, random: Random): string {
  if (field.message !== null) return writeJson(field.message, value as Message, random);
  switch (field.type!) {
    case 'string': return JSON.stringify((value as Buffer).toString('utf8'));
    case 'bytes': return JSON.stringify(bytesText(field, value as Buffer, random));
    case 'bool': return String(value as boolean);
    case 'double': return doubleText(value as number, random);
    case 'enum': {
      const name = ENUMS[field.name]?.[Number(value)];
      return name !== undefined && random.chance(0.5) ? JSON.stringify(name) : String(value as bigint);
    }
    default: return random.chance(0.5) ? `"${String(value as bigint)}"` : String(value as bigint);
  }
}

function bytesText(field: Field, value: Buffer, random: Random): string {
  if (field.name.endsWith('_id')) { const hex = value.toString('hex'); return random.chance(0.3) ? hex.toUpperCase() : hex; }
  return value.toString(random.chance(0.3) ? 'base64url' : 'base64');
}

function doubleText(value: number, random: Random): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  const text = Object.is(value, -0) ? '-0' : String(value);
  return random.chance(0.2) ? `"${text}"` : text;
}
