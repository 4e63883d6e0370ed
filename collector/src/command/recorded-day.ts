// A recording's folder → its requests in order (`contract/src/recording.ts`). Everything is checked before the first byte is
// sent: the version, every segment's length and checksum, the index; whatever is wrong is one sentence that names the file.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import {
  NarrowsError, RECORDING_FORMAT, RECORDING_INDEX, RECORDING_MANIFEST, RECORDING_VERSION, RecordedRequestSchema, RecordingManifestSchema, type RecordedRequest, type RecordingManifest,
} from '@narrows/contract';
import { Value } from 'typebox/value';

const broken = (file: string, why: string) => new NarrowsError('CONFIG_INVALID', `${file}: ${why}`);

export function isRecordedDay(folder: string): boolean {
  return existsSync(path.join(folder, RECORDING_MANIFEST));
}

/** Manifest and index, checked. Errors: CONFIG_INVALID. */
export async function openRecordedDay(folder: string): Promise<{ manifest: RecordingManifest; requests: RecordedRequest[] }> {
  const file = path.join(folder, RECORDING_MANIFEST);
  const manifest = readManifest(file);
  for (const segment of manifest.segments) {
    const name = path.join(folder, segment.file);
    if (!existsSync(name)) throw broken(name, 'this segment of the recording is missing');
    if (await sha256Of(name) !== segment.sha256) throw broken(name, 'its checksum is not the one in the manifest; the recording is spoilt, record it or copy it again');
  }
  const index = path.join(folder, RECORDING_INDEX);
  if (!existsSync(index)) throw broken(index, 'the index of the recording is missing');
  if (await sha256Of(index) !== manifest.indexSha256) throw broken(index, 'its checksum is not the one in the manifest; the recording is spoilt, record it or copy it again');
  const requests = readFileSync(index, 'utf8').split('\n').filter((line) => line !== '').map((line, i) => {
    const request: unknown = JSON.parse(line);
    const segment = Value.Check(RecordedRequestSchema, request) ? manifest.segments[request.segment] : undefined;
    if (!Value.Check(RecordedRequestSchema, request) || !segment || request.from + request.bytes > segment.bytes) throw broken(index, `line ${i + 1} is no request of this recording`);
    return request;
  });
  return { manifest, requests };
}

function readManifest(file: string): RecordingManifest {
  let manifest: unknown;
  try {
    manifest = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw broken(file, `it is no JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  const { format, version } = (manifest ?? {}) as { format?: unknown; version?: unknown };
  if (format !== RECORDING_FORMAT) throw broken(file, `it is not the manifest of a recording (format ${JSON.stringify(format)})`);
  if (version !== RECORDING_VERSION) throw broken(file, `it is of version ${JSON.stringify(version)}, and this Narrows reads version ${RECORDING_VERSION}; replay it with the Narrows that recorded it`);
  if (!Value.Check(RecordingManifestSchema, manifest)) throw broken(file, 'fields are missing or wrong');
  return manifest;
}

function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  return new Promise((resolve, reject) => {
    createReadStream(file).on('data', (chunk) => hash.update(chunk)).on('error', reject).on('end', () => resolve(hash.digest('hex')));
  });
}

/** The packed bytes of requests in their order; a segment is opened when its first request is asked for. */
export class SegmentReader {
  readonly #folder: string;
  readonly #manifest: RecordingManifest;
  #open: { segment: number; file: Awaited<ReturnType<typeof open>> } | null = null;

  constructor(folder: string, manifest: RecordingManifest) {
    this.#folder = folder;
    this.#manifest = manifest;
  }

  async read({ segment, from, bytes }: RecordedRequest): Promise<Buffer> {
    if (this.#open?.segment !== segment) {
      await this.close();
      this.#open = { segment, file: await open(path.join(this.#folder, this.#manifest.segments[segment]?.file ?? ''), 'r') };
    }
    const packed = Buffer.alloc(bytes);
    await this.#open.file.read(packed, 0, bytes, from);
    return packed;
  }

  async close(): Promise<void> {
    await this.#open?.file.close();
    this.#open = null;
  }
}
