// Makes OTLP requests from the field tables: one of each signal with every field of it, and any number of random ones. The
// same seed makes the same request. Texts hold no long runs of digits, which decode would take for personal numbers.
import type { Signal } from '@narrows/contract';
import { MESSAGES, ROOTS, type Field } from './otlp-fields.js';
import type { Message, Value } from './otlp-reference.js';

/** Small seeded generator (mulberry32). */
export class Random {
  constructor(private state: number) {}

  next(): number {
    this.state = (this.state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }
  below(limit: number): number { return Math.floor(this.next() * limit); }
  chance(share: number): boolean { return this.next() < share; }
  pick<T>(from: readonly T[]): T { return from[this.below(from.length)]!; }
  bytes(length: number): Buffer { return Buffer.from(Array.from({ length }, () => this.below(256))); }
  shuffled<T>(items: readonly T[]): T[] {
    return items.map((item) => ({ item, key: this.next() })).sort((a, b) => a.key - b.key).map(({ item }) => item);
  }
}

const NOW = 1_795_334_400_000_000_001n;
const TIMES = [0n, 1n, NOW, NOW + 250_000_000n, 2n ** 63n - 1n];
const LATE_TIMES = [2n ** 63n, 2n ** 64n - 1n];
const WORDS = ['', 'a', 'GET /slots', '예약 완료', 'naïve', '😀', '__proto__', 'constructor', 'a"b\\c\n\t\u0000', 'service.name', 'k'.repeat(70), '백신'.repeat(60)];
const SHORT_WORDS = ['a', 'GET /slots', '예약', '😀', '__proto__'];
const DOUBLES = [0, -0, 1.5, -2e-7, 1e21, 5e-324, Number.MAX_VALUE, Number.NaN, Infinity, -Infinity];
const INTEGERS = [0n, 1n, -1n, 200n, 65_536n, -65_537n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)];
const SMALL = [0n, 1n, 2n, 5n, 99n, 2n ** 31n - 1n];
const BAD_TEXTS = [Buffer.from([0xff]), Buffer.from([0x61, 0xc3, 0x28]), Buffer.from([0xed, 0xa0, 0x80, 0x62]), Buffer.from([0xe0, 0x80])];

interface Choice {
  has(owner: string, field: Field): boolean;
  count(owner: string, field: Field): number;
  /** Which member of a oneof; the last of `members` + 1 is none. */
  member(owner: string, members: readonly Field[], index: number): Field | undefined;
  scalar(field: Field): Value;
}

function build(owner: string, choice: Choice, index: number, depth: number): Message {
  const message: Message = new Map();
  const fields = MESSAGES.get(owner)!;
  const oneofs = new Map<string, Field | undefined>();
  for (const field of fields) if (field.oneof !== null && !oneofs.has(field.oneof)) {
    oneofs.set(field.oneof, choice.member(owner, fields.filter(({ oneof, message: inner }) => oneof === field.oneof && (inner === null || depth < 4)), index));
  }
  for (const field of fields) {
    if (field.oneof !== null ? oneofs.get(field.oneof) !== field : !choice.has(owner, field)) continue;
    const value = (at: number): Value => (field.message === null ? choice.scalar(field) : build(field.message, choice, at, owner === 'AnyValue' ? depth + 1 : depth));
    message.set(field.name, field.repeated ? Array.from({ length: choice.count(owner, field) }, (_, at) => value(at)) : value(index));
  }
  return message;
}

/** A request in which every field of every message of the signal is set, and every kind of value and metric occurs. */
export function completeRequest(signal: Signal): Message {
  const random = new Random(1);
  return build(ROOTS[signal], {
    has: () => true,
    count: (owner, field) => {
      if (owner === 'ScopeMetrics') return 5;
      if (field.name === 'attributes') return ['Span', 'LogRecord', 'NumberDataPoint'].includes(owner) ? 8 : 1;
      return field.message === null ? 2 : 1;
    },
    member: (_owner, members, index) => members[index % (members.length + 1)] ?? (members.length > 2 ? undefined : members[0]),
    scalar: (field) => (field.type === 'string' ? Buffer.from(random.pick(SHORT_WORDS)) : scalarValue(field, random, false)),
  }, 0, 0);
}

/** A random request; `spoilt` ones hold invalid text, ids of wrong lengths and times past 2262 here and there. */
export function randomRequest(signal: Signal, random: Random, spoilt: boolean): Message {
  return build(ROOTS[signal], {
    has: (owner, field) => random.chance(owner.startsWith('Export') || owner.startsWith('Resource') || owner.startsWith('Scope') ? 0.95 : field.message === null ? 0.7 : 0.5),
    count: () => random.pick([0, 1, 1, 2, 3]),
    member: (_owner, members) => members[random.below(members.length + 1)],
    scalar: (field) => scalarValue(field, random, spoilt),
  }, 0, 0);
}

function scalarValue(field: Field, random: Random, spoilt: boolean): Value {
  const spoil = spoilt && random.chance(0.02);
  switch (field.type!) {
    case 'string': return spoil ? random.pick(BAD_TEXTS) : Buffer.from(random.pick(WORDS));
    case 'bytes': return bytesValue(field.name, random, spoil);
    case 'bool': return random.chance(0.7);
    case 'double': return random.pick(DOUBLES);
    case 'fixed64': return !field.name.endsWith('unix_nano') ? random.pick([...SMALL, 2n ** 64n - 1n]) : random.pick(spoil ? LATE_TIMES : TIMES);
    case 'uint64': return random.pick([...SMALL, 2n ** 64n - 1n]);
    case 'int64': case 'sfixed64': return random.pick(INTEGERS);
    case 'sint32': return random.pick([...SMALL, -1n, -(2n ** 31n)]);
    case 'enum': return random.pick([...SMALL, -1n]);
    case 'uint32': case 'fixed32': return random.pick([...SMALL, 2n ** 32n - 1n]);
  }
}

function bytesValue(name: string, random: Random, spoil: boolean): Buffer {
  if (!name.endsWith('_id')) return random.bytes(random.below(12));
  const length = name === 'trace_id' ? 16 : 8;
  if (spoil) return random.pick([Buffer.alloc(length), Buffer.alloc(1, 1), Buffer.alloc(length - 1, 2), Buffer.alloc(length + 1, 3), Buffer.alloc(300, 4)]);
  return name === 'parent_span_id' && random.chance(0.3) ? Buffer.alloc(0) : random.bytes(length);
}
