// Requests with their moments → a recording on the disk (`contract/src/recording.ts`). Each is packed as it comes; the manifest
// with its checksums is written last, so that a recording that was cut off is none.
import { createHash, type Hash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import {
  RECORDING_FORMAT, RECORDING_INDEX, RECORDING_MANIFEST, RECORDING_SEGMENT_BYTES, RECORDING_VERSION, type RecordedRequest, type RecordingManifest, type Signal,
} from '@narrows/contract';
import type { GroundTruth } from '../../observe/ground-truth.js';
import { DemoFailure } from '../../supervise/part.js';

const pack = promisify(gzip);
/** Fast: a day has gigabytes, and its spans are so alike that more effort saves little. */
const LEVEL = 1;

type Head = Pick<RecordingManifest, 'name' | 'title' | 'pipeline' | 'beginMs'>;

export class RecordingWriter {
  readonly #folder: string;
  readonly #head: Head;
  readonly #segments: { file: string; bytes: number; sha256: string }[] = [];
  #items: Record<Signal, number> | null = { traces: 0, metrics: 0, logs: 0 };
  readonly #index: number;
  readonly #indexHash = createHash('sha256');
  #segment: { fd: number; file: string; bytes: number; hash: Hash } | null = null;
  #requests = 0;

  private constructor(folder: string, head: Head) {
    this.#folder = folder;
    this.#head = head;
    this.#index = fs.openSync(path.join(folder, RECORDING_INDEX), 'w');
  }

  /** Errors: DemoFailure where the folder holds something. */
  static create(folder: string, head: Head): RecordingWriter {
    if (fs.existsSync(folder) && fs.readdirSync(folder).length > 0) throw new DemoFailure(`${folder} is not empty; a recording needs a new or an empty folder.`);
    fs.mkdirSync(folder, { recursive: true });
    return new RecordingWriter(folder, head);
  }

  /** The bytes are read before this resolves, and not kept. `items` null: not counted. */
  async add(signal: Signal, bytes: Uint8Array, items: number | null, atMs: number, contentType: RecordedRequest['contentType'] = 'application/x-protobuf'): Promise<void> {
    const packed = await pack(bytes, { level: LEVEL });
    const segment = (this.#segment ??= this.#open());
    fs.writeSync(segment.fd, packed);
    segment.hash.update(packed);
    const line = `${JSON.stringify({ segment: this.#segments.length, from: segment.bytes, bytes: packed.length, signal, contentType, atMs, items } satisfies RecordedRequest)}\n`;
    fs.writeSync(this.#index, line);
    this.#indexHash.update(line);
    segment.bytes += packed.length;
    this.#requests++;
    if (items === null) this.#items = null;
    if (this.#items) this.#items[signal] += items ?? 0;
    if (segment.bytes >= RECORDING_SEGMENT_BYTES) this.#close();
  }

  async finish(endMs: number, truths: readonly GroundTruth[]): Promise<RecordingManifest> {
    this.#close();
    fs.closeSync(this.#index);
    const manifest: RecordingManifest = {
      format: RECORDING_FORMAT, version: RECORDING_VERSION, ...this.#head, endMs, requests: this.#requests, bytes: this.#segments.reduce((sum, { bytes }) => sum + bytes, 0),
      items: this.#items, segments: this.#segments, indexSha256: this.#indexHash.digest('hex'), truths: truths.map(({ kind, subject, beginMs, endMs: end }) => ({ kind, subject, beginMs, endMs: end })),
    };
    fs.writeFileSync(path.join(this.#folder, RECORDING_MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
    return manifest;
  }

  #open() {
    const file = `${String(this.#segments.length + 1).padStart(6, '0')}.otlp`;
    return { fd: fs.openSync(path.join(this.#folder, file), 'w'), file, bytes: 0, hash: createHash('sha256') };
  }

  #close(): void {
    if (this.#segment === null) return;
    const { fd, file, bytes, hash } = this.#segment;
    fs.closeSync(fd);
    this.#segments.push({ file, bytes, sha256: hash.digest('hex') });
    this.#segment = null;
  }
}
