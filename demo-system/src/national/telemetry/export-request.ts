// Streams of several services and instances → one OTLP export request, as a gateway in front of the collector sends them:
// ResourceSpans { resource, ScopeSpans { scope, spans }… }…, and the same for metrics and logs, whose messages nest alike.
import { ProtobufWriter } from './protobuf-writer.js';
import { TemplateStream } from './template-stream.js';

const RESOURCE_FIELD = 1;
const SCOPE_FIELD = 1;
const NESTED_FIELD = 2;

/** One scope of one resource. */
interface ScopeStream { head: Uint8Array; stream: TemplateStream }
interface ResourceStreams { head: Uint8Array; scopes: ScopeStream[] }

/** Whoever has sent it says `done`: its memory is then used again. */
export interface ExportRequest { bytes: Uint8Array; items: number; done: () => void }

/** Memory of requests, used again and again: a fresh megabyte costs more than filling it. */
class Bodies {
  #free: Uint8Array[] = [];

  take(size: number): { bytes: Uint8Array; done: () => void } {
    const at = this.#free.findIndex((body) => body.length >= size);
    const whole = at < 0 ? new Uint8Array(Math.ceil(size * 1.25)) : this.#free.splice(at, 1)[0]!;
    return { bytes: whole.subarray(0, size), done: () => { if (this.#free.length < FREE_BODIES_MAX) this.#free.push(whole); } };
  }
}
const FREE_BODIES_MAX = 32;

export class ExportStreams {
  readonly #bodies = new Bodies();
  readonly #resources: ResourceStreams[] = [];

  /** A resource, and the streams of its scopes. */
  open(resource: Readonly<Record<string, string | number>>, scopes: readonly { name: string; version: string }[]): TemplateStream[] {
    const head = written((writer) => writer.message(RESOURCE_FIELD, () => writer.attributes(1, resource)));
    const streams = scopes.map(({ name, version }) => ({
      head: written((writer) => writer.message(SCOPE_FIELD, () => { writer.text(1, name); writer.text(2, version); })),
      stream: new TemplateStream(),
    }));
    this.#resources.push({ head, scopes: streams });
    return streams.map(({ stream }) => stream);
  }

  /** Everything that is in the streams as one request; they are empty then. Null: nothing was. */
  take(): ExportRequest | null {
    const full = this.#resources.filter(({ scopes }) => scopes.some(({ stream }) => stream.length > 0));
    if (full.length === 0) return null;
    const sizes = full.map((resource) => resourceBytes(resource));
    const { bytes, done } = this.#bodies.take(sizes.reduce((sum, size) => sum + 1 + varintBytes(size) + size, 0));
    let at = 0;
    let items = 0;
    full.forEach((resource, i) => {
      at = writeHead(bytes, at, 1, sizes[i]!);
      bytes.set(resource.head, at);
      at += resource.head.length;
      for (const { head, stream } of resource.scopes) {
        if (stream.length === 0) continue;
        at = writeHead(bytes, at, NESTED_FIELD, head.length + stream.length);
        bytes.set(head, at);
        bytes.set(stream.bytes.subarray(0, stream.length), at + head.length);
        at += head.length + stream.length;
        items += stream.items;
        stream.clear();
      }
    });
    return { bytes, items, done };
  }
}

function resourceBytes({ head, scopes }: ResourceStreams): number {
  let bytes = head.length;
  for (const { head: scope, stream } of scopes) if (stream.length > 0) { const inner = scope.length + stream.length; bytes += 1 + varintBytes(inner) + inner; }
  return bytes;
}

function written(write: (writer: ProtobufWriter) => void): Uint8Array {
  const writer = new ProtobufWriter();
  write(writer);
  return writer.bytes;
}

export function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes++;
  return bytes;
}

/** Tag of a nested message of a field below 16, and its length. Answers the place behind. */
export function writeHead(bytes: Uint8Array, from: number, field: number, length: number): number {
  let at = from;
  bytes[at++] = field * 8 + 2;
  let rest = length;
  while (rest >= 0x80) {
    bytes[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  bytes[at++] = rest;
  return at;
}
