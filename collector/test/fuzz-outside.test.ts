// The reference decoder checked by decoders that nobody here wrote, so that what is fuzzed against it is fuzzed against them:
// Google's protobuf with the published OTLP messages (PyPI `opentelemetry-proto`; where Python has it, or with
// NARROWS_OUTSIDE=1 in a virtual environment under the folder for temporary files), and protobufjs, which comes with gRPC.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { ROUNDS, SEED, readReference } from './fuzz-verdict.js';
import { changedFields, changedMessages } from './otlp-changes.js';
import { MESSAGES, ROOTS, SIGNALS } from './otlp-fields.js';
import { Random, randomRequest } from './otlp-generator.js';
import { readMessage, Refusal, type Message, type Value } from './otlp-reference.js';
import { wildHand, writeMessage } from './otlp-writer.js';

const SCRIPT = fileURLToPath(new URL('fuzz-outside.py', import.meta.url));
const OUTPUT_BYTES_MAX = 1024 * 1024 * 1024;
let environment: string | undefined;
afterAll(() => { if (environment !== undefined) rmSync(environment, { recursive: true, force: true }); });

/** A Python that has the OTLP messages. */
function findPython(): string | null {
  const hasMessages = (python: string) => spawnSync(python, ['-c', 'import opentelemetry.proto.collector.trace.v1.trace_service_pb2']).status === 0;
  if (hasMessages('python3')) return 'python3';
  if (process.env.NARROWS_OUTSIDE !== '1') return null;
  environment = mkdtempSync(join(tmpdir(), 'narrows-outside-'));
  execFileSync('python3', ['-m', 'venv', environment]);
  execFileSync(join(environment, 'bin', 'pip'), ['install', '--quiet', 'opentelemetry-proto']);
  return join(environment, 'bin', 'python');
}
const python = findPython();
if (python === null) console.warn('left out: Google\'s protobuf, python3 has no opentelemetry-proto (NARROWS_OUTSIDE=1 installs it for the test)');

/** As the script prints it: by name, without the defaults that protobuf does not tell from absent. */
function dump(owner: string, message: Message): unknown[] {
  return [...message].filter(([name, value]) => !isDefault(owner, name, value)).map(([name, value]) => {
    const field = MESSAGES.get(owner)!.find((candidate) => candidate.name === name)!;
    const one = (item: Value): unknown => (field.message === null ? scalarText(item) : dump(field.message, item as Message));
    return [name, field.repeated ? (value as Value[]).map(one) : one(value)];
  }).sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1));
}

/** `sum`, `min` and `max` of histograms are optional: there a zero is a value. */
const isOptional = (owner: string, name: string): boolean => owner.endsWith('istogramDataPoint') && ['sum', 'min', 'max'].includes(name);
function isDefault(owner: string, name: string, value: Value): boolean {
  const field = MESSAGES.get(owner)!.find((candidate) => candidate.name === name)!;
  if (Array.isArray(value)) return value.length === 0;
  if (field.oneof !== null || field.message !== null || isOptional(owner, name)) return false;
  return Buffer.isBuffer(value) ? value.length === 0 : value === false || value === 0n || Object.is(value, 0);
}

function scalarText(value: Value): string {
  if (Buffer.isBuffer(value)) return value.toString('hex');
  if (typeof value !== 'number') return String(Number.isInteger(value) ? value : typeof value === 'boolean' ? Number(value) : value as bigint);
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes.toString('hex');
}

function* bodies(): Generator<{ signal: number; name: string; bytes: Buffer }> {
  for (const [signal, name] of SIGNALS.entries()) {
    for (const body of changedFields(name)) yield { signal, ...body };
    for (const body of changedMessages(name)) yield { signal, ...body };
    for (let round = 0; round < ROUNDS; round++) {
      const random = new Random(SEED + round);
      yield { signal, name: `seed ${SEED + round}`, bytes: writeMessage(ROOTS[name], randomRequest(name, random, round % 2 === 1), wildHand(random)) };
    }
  }
}

interface Answer { fields?: unknown[]; refused?: string }

test.skipIf(python === null)('Google\'s protobuf gives every hostile and every random body the verdict and the values of the reference decoder', () => {
  const sent = [...bodies()];
  const input = Buffer.concat(sent.flatMap(({ signal, bytes }) => { const head = Buffer.alloc(5); head[0] = signal; head.writeUInt32LE(bytes.length, 1); return [head, bytes]; }));
  const answers = execFileSync(python!, [SCRIPT], { input, maxBuffer: OUTPUT_BYTES_MAX, encoding: 'utf8' }).trim().split('\n').map((line) => JSON.parse(line) as Answer);
  expect(answers).toHaveLength(sent.length);
  const compared = { taken: 0, refused: 0, exempt: 0 };
  for (const [at, { signal, name, bytes }] of sent.entries()) {
    const reference = readReference(SIGNALS[signal]!, bytes);
    const { fields, refused } = answers[at]!;
    if (isExempt(reference, refused)) { compared.exempt++; continue; }
    const own = reference instanceof Refusal ? 'refused' : dump(ROOTS[SIGNALS[signal]!], reference);
    if (refused !== undefined || own === 'refused') expect([name, own, bytes.toString('hex').slice(0, 2_000)]).toEqual([name, 'refused', refused === undefined ? 'taken' : bytes.toString('hex').slice(0, 2_000)]);
    else expect([name, JSON.stringify(own)]).toEqual([name, JSON.stringify(fields)]);
    compared[refused === undefined ? 'taken' : 'refused']++;
  }
  expect(compared.taken).toBeGreaterThan(1_000);
  expect(compared.refused).toBeGreaterThan(1_000);
});

/** Where the fault table asks for something else: wire types and text; and the two count nesting differently. */
function isExempt(reference: Message | Refusal, refused: string | undefined): boolean {
  return (reference instanceof Refusal && / has wire type |too deep/.test(reference.message)) || (refused !== undefined && /UTF-8/.test(refused));
}

interface ProtobufJs { Root: { fromJSON(json: object): { lookupType(name: string): { decode(bytes: Uint8Array): object; toObject(message: object, options: object): object } } } }

/** Comes with @grpc/proto-loader; null where that is not installed. */
function findProtobufJs(): ProtobufJs | null {
  const require = createRequire(import.meta.url);
  try {
    return createRequire(require.resolve('@grpc/proto-loader'))('protobufjs') as ProtobufJs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}
const protobufJs = findProtobufJs();
if (protobufJs === null) console.warn('left out: protobufjs, @grpc/proto-loader is not installed');

test.skipIf(protobufJs === null)('protobufjs reads the same values out of random requests', () => {
  const nested = Object.fromEntries([...MESSAGES].map(([name, fields]) => [name, {
    oneofs: Object.fromEntries([...new Set(fields.flatMap(({ oneof }) => oneof ?? []))].map((oneof) => [oneof, { oneof: fields.filter((field) => field.oneof === oneof).map((field) => field.name) }])),
    fields: Object.fromEntries(fields.map((field) => [field.name, { id: field.number, type: field.message ?? (field.type === 'enum' ? 'int32' : field.type), ...(field.repeated && { rule: 'repeated' }) }])),
  }]));
  const root = protobufJs!.Root.fromJSON({ nested });
  for (const signal of SIGNALS) for (let round = 0; round < ROUNDS; round++) {
    const random = new Random(SEED + round);
    const bytes = writeMessage(ROOTS[signal], randomRequest(signal, random, false));
    const type = root.lookupType(ROOTS[signal]);
    const theirs = type.toObject(type.decode(bytes), { longs: String });
    expect([SEED + round, fromObject(ROOTS[signal], theirs)]).toEqual([SEED + round, dump(ROOTS[signal], readMessage(ROOTS[signal], bytes))]);
  }
});

function fromObject(owner: string, object: object): unknown[] {
  const message: Message = new Map();
  for (const [name, value] of Object.entries(object) as [string, unknown][]) {
    const field = MESSAGES.get(owner)!.find((candidate) => candidate.name === name)!;
    const one = (item: unknown): Value => {
      if (field.message !== null) return item as Message; // dumped below
      if (typeof item === 'string' && field.type !== 'string') return BigInt(item);
      if (typeof item === 'string') return Buffer.from(item);
      return typeof item === 'number' && field.type !== 'double' ? BigInt(item) : item as Value;
    };
    message.set(name, Array.isArray(value) ? value.map(one) : one(value));
  }
  return [...message].filter(([name, value]) => !isDefault(owner, name, value)).map(([name, value]) => {
    const field = MESSAGES.get(owner)!.find((candidate) => candidate.name === name)!;
    const one = (item: unknown): unknown => (field.message === null ? scalarText(item as Value) : fromObject(field.message, item as object));
    return [name, field.repeated ? (value as Value[]).map(one) : one(value)];
  }).sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1));
}
