// Hostile bodies by construction: the complete request of a signal with each field written in every wrong or unusual way, and
// with bytes that do not belong there in each message. Whatever is changed, the lengths around it are right.
import type { Signal } from '@narrows/contract';
import { BYTES, FIXED32, FIXED64, GROUP, GROUP_END, MESSAGES, ROOTS, VARINT } from './otlp-fields.js';
import { Random, completeRequest } from './otlp-generator.js';
import type { Message } from './otlp-reference.js';
import { delimited, plainHand, tagOf, unknownField, varint, writeMessage, type Hand, type Occurrence } from './otlp-writer.js';

export interface Body { name: string; bytes: Buffer }

/** Ways to write one field wrongly, or rightly and unusually. */
const FIELD_CHANGES: Readonly<Record<string, (occurrence: Occurrence) => Buffer | null>> = {
  ...Object.fromEntries([VARINT, FIXED64, BYTES, GROUP, GROUP_END, FIXED32, 6, 7].map((wireType) => [`wire type ${wireType}`, ({ field }: Occurrence) => unknownField(wireType, field.number)])),
  'twice': (occurrence) => Buffer.concat([plainHand.field(occurrence), plainHand.field(occurrence)]),
  'then empty': (occurrence) => Buffer.concat([plainHand.field(occurrence), plainHand.field({ ...occurrence, content: occurrence.wireType === BYTES ? Buffer.alloc(0) : occurrence.content })]),
  ...Object.fromEntries([5, 6, 10].map((bytes) => [`tag of ${bytes} bytes`, ({ field, wireType, content }: Occurrence) =>
    Buffer.concat([varint(tagOf(field.number, wireType), bytes), wireType === BYTES ? varint(content.length) : Buffer.alloc(0), content])])),
  ...Object.fromEntries([5, 6, 10, 11].map((bytes) => [`length or varint of ${bytes} bytes`, ({ field, wireType, content }: Occurrence) => {
    if (wireType === BYTES) return Buffer.concat([varint(tagOf(field.number, BYTES)), varint(content.length, bytes), content]);
    return wireType === VARINT && content.length < bytes ? Buffer.concat([varint(tagOf(field.number, VARINT)), padded(content, bytes)]) : null;
  }])),
  ...Object.fromEntries(([['+1', 1], ['-1', -1], ['0', Number.NEGATIVE_INFINITY], ['2^31', 2 ** 31], ['2^32-1', 2 ** 32 - 1], ['2^63', 2 ** 63]] as const).map(([name, add]) =>
    [`length ${name}`, ({ field, wireType, content }: Occurrence) => (wireType !== BYTES ? null
      : Buffer.concat([varint(tagOf(field.number, BYTES)), varint(BigInt(Math.max(0, Math.abs(add) > 1 && add > 0 ? add : content.length + add))), content]))])),
  'cut by a byte': ({ field, wireType, content }) => (content.length === 0 ? null
    : Buffer.concat([varint(tagOf(field.number, wireType)), wireType === BYTES ? varint(content.length - 1) : Buffer.alloc(0), content.subarray(0, -1)])),
  'all bits set': ({ field, wireType }) => (wireType === VARINT ? Buffer.concat([varint(tagOf(field.number, VARINT)), Buffer.alloc(9, 0xff), Buffer.from([0x7f])]) : null),
  'invalid UTF-8': ({ field }) => (field.type === 'string' ? delimited(field.number, Buffer.from([0x61, 0xff, 0xed, 0xa0, 0x80])) : null),
  'random bytes': ({ field, wireType }) => (wireType === BYTES ? delimited(field.number, new Random(field.number).bytes(20)) : null),
};

/** Bytes put into a message, behind its fields or before them. */
const BODY_CHANGES: Readonly<Record<string, Buffer>> = {
  ...Object.fromEntries([VARINT, FIXED64, BYTES, GROUP, GROUP_END, FIXED32, 6, 7].map((wireType) => [`unknown field of wire type ${wireType}`, unknownField(wireType)])),
  'field 0': unknownField(VARINT, 0), 'field 2^29-1': unknownField(VARINT, 2 ** 29 - 1), 'field 2^29': unknownField(VARINT, 2 ** 29), 'field 2^40': unknownField(VARINT, 2 ** 40),
  'an open group': varint(tagOf(900, GROUP)), 'a group that another ends': Buffer.concat([varint(tagOf(900, GROUP)), varint(tagOf(901, GROUP_END))]),
  'groups 63 deep': groups(63), 'groups 64 deep': groups(64), 'groups 65 deep': groups(65), 'groups 10,000 deep': groups(10_000),
};

function padded(content: Buffer, bytes: number): Buffer {
  const longer = Buffer.concat([content, Buffer.alloc(bytes - content.length, 128)]);
  longer[content.length - 1]! |= 128;
  longer[bytes - 1] = 0;
  return longer;
}
function groups(depth: number): Buffer {
  return Buffer.concat([...Array<Buffer>(depth).fill(varint(tagOf(900, GROUP))), ...Array<Buffer>(depth).fill(varint(tagOf(900, GROUP_END)))]);
}

/** Every field of the signal in every such way. */
export function* changedFields(signal: Signal): Generator<Body> {
  const complete = completeRequest(signal);
  const sites = sitesOf(ROOTS[signal], complete);
  for (const [name, change] of Object.entries(FIELD_CHANGES)) for (const site of sites) {
    const bytes = changeAt(ROOTS[signal], complete, site, change);
    if (bytes !== null) yield { name: `${site}: ${name}`, bytes };
  }
}

/** Every message of the signal with such bytes before and behind its fields, and with fields of numbers that it does not have. */
export function* changedMessages(signal: Signal): Generator<Body> {
  const complete = completeRequest(signal);
  const owners = new Set([...sitesOf(ROOTS[signal], complete)].map((site) => site.split('.')[0]!));
  for (const owner of owners) for (const [name, extra] of [...Object.entries(BODY_CHANGES), ...freeNumbers(owner)]) for (const before of name.startsWith('free') ? [true] : [true, false]) {
    const hand: Hand = { ...plainHand, body: (of, fields) => Buffer.concat(of !== owner ? fields : before ? [extra, ...fields] : [...fields, extra]) };
    yield { name: `${owner}: ${name}`, bytes: writeMessage(ROOTS[signal], complete, hand) };
  }
}

/** Small field numbers that a message does not use, which a reader may have taken for known ones. Those of profiles are left out. */
function freeNumbers(owner: string): [string, Buffer][] {
  const taken = new Set([...MESSAGES.get(owner)!.map(({ number }) => number), ...(owner === 'AnyValue' ? [8] : owner === 'KeyValue' ? [3] : [])]);
  return Array.from({ length: 17 }, (_, at) => at + 1).filter((number) => !taken.has(number))
    .map((number) => [`free field ${number}`, Buffer.concat([VARINT, FIXED64, BYTES, FIXED32].map((wireType) => unknownField(wireType, number)))]);
}

/** `Message.field` of everything in a request. */
function sitesOf(root: string, request: Message): ReadonlySet<string> {
  const sites = new Set<string>();
  writeMessage(root, request, { ...plainHand, field: (occurrence) => { sites.add(`${occurrence.owner}.${occurrence.field.name}`); return plainHand.field(occurrence); } });
  return sites;
}

/** The request with the first such field written another way; null where that way does not apply. */
function changeAt(root: string, request: Message, site: string, change: (occurrence: Occurrence) => Buffer | null): Buffer | null {
  let isDone = false;
  const field = (occurrence: Occurrence): Buffer => {
    const changed = isDone || `${occurrence.owner}.${occurrence.field.name}` !== site ? null : change(occurrence);
    isDone ||= changed !== null;
    return changed ?? plainHand.field(occurrence);
  };
  const bytes = writeMessage(root, request, { ...plainHand, field });
  return isDone ? bytes : null;
}
