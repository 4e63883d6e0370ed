// A recorded day as files: what a collector was sent, request by request, with the moment of each, so that it can be sent again.
//
//   DIR/manifest.json   who, when, how much, each segment's length and checksum: written last; without it there is no recording
//   DIR/index.jsonl     one line a request: where it stands, its signal, its moment, its items
//   DIR/000001.otlp     the requests, each as gzip, one behind the other
//
// A request stands in one segment as a whole and can be sent as it is, with content-encoding gzip.
import Type, { type Static } from 'typebox';
import { SubjectSchema, VERDICT_KINDS } from './verdict.js';

export const RECORDING_FORMAT = 'narrows-recording';
/** Goes up when a reader of before would misread it. */
export const RECORDING_VERSION = 1;
export const RECORDING_MANIFEST = 'manifest.json';
export const RECORDING_INDEX = 'index.jsonl';
/** A segment is closed when it is at least so long. */
export const RECORDING_SEGMENT_BYTES = 64 * 1024 * 1024;

const Num = Type.Number();
const Counts = Type.Object({ traces: Num, metrics: Num, logs: Num });

export const RecordingManifestSchema = Type.Object({
  format: Type.Literal(RECORDING_FORMAT),
  version: Type.Integer(),
  name: Type.String(),
  title: Type.Object({ ko: Type.String(), en: Type.String() }),
  /** Id of the pipeline that it goes through; null: none. */
  pipeline: Type.Union([Type.String(), Type.Null()]),
  /** Unix ms of what is told in it. */
  beginMs: Num, endMs: Num,
  requests: Num, bytes: Num,
  /** Spans, points and records; null: not counted. */
  items: Type.Union([Counts, Type.Null()]),
  segments: Type.Array(Type.Object({ file: Type.String({ pattern: '^[0-9]{6}\\.otlp$' }), bytes: Num, sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) })),
  indexSha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  /** What was really the matter, where that is known. */
  truths: Type.Array(Type.Object({ kind: Type.Enum([...VERDICT_KINDS]), subject: SubjectSchema, beginMs: Num, endMs: Type.Union([Num, Type.Null()]) })),
});
export type RecordingManifest = Static<typeof RecordingManifestSchema>;

/** One line of the index. `segment` counts from 0 and the places are bytes in it; `atMs` is Unix ms. */
export const RecordedRequestSchema = Type.Object({
  segment: Type.Integer({ minimum: 0 }), from: Type.Integer({ minimum: 0 }), bytes: Type.Integer({ minimum: 1 }),
  signal: Type.Enum(['traces', 'metrics', 'logs']), contentType: Type.Enum(['application/x-protobuf', 'application/json']), atMs: Num, items: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
});
export type RecordedRequest = Static<typeof RecordedRequestSchema>;
