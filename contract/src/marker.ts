// Markers: moments at which somebody changed something. People put them down (by hand, by `narrows mark`, by their
// deployment's script); deployments are also seen where a service begins to report another version. And the answer to the
// question that follows each of them: did it help? Moments are Unix ms, durations milliseconds; null is "not reported".
import Type, { type Static, type TSchema } from 'typebox';
import { RemedySchema, SubjectSchema, VERDICT_KINDS } from './verdict.js';

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Bilingual = Type.Object({ ko: Type.String(), en: Type.String() });
const Num = Type.Number();

export const MARKER_KINDS = ['deployment', 'action'] as const;
export type MarkerKind = (typeof MARKER_KINDS)[number];
export const MARKER_TEXT_MAX = 500;

/** What a marker is about: the fields of a verdict's subject, none of them needed. */
export const MarkerSubjectSchema = Type.Object(
  Object.fromEntries(Object.keys(SubjectSchema.properties).map((field) => [field, Type.Optional(Type.String({ maxLength: 200 }))])) as typeof SubjectSchema.properties,
  { additionalProperties: false },
);

export const MarkerSchema = Type.Object({
  /** `m12` of one that was put down, `service version` of one that was seen in the data. */
  id: Type.String(),
  at: Num,
  kind: Type.Enum([...MARKER_KINDS]),
  text: Type.String(),
  subject: SubjectSchema,
  /** Who put it down; null: seen in the data. */
  by: nullable(Type.String()),
});
export type Marker = Static<typeof MarkerSchema>;

/** `POST /api/v1/markers`. */
export const NewMarkerSchema = Type.Object({
  text: Type.String({ minLength: 1, maxLength: MARKER_TEXT_MAX, pattern: '\\S' }),
  kind: Type.Optional(Type.Enum([...MARKER_KINDS])),
  subject: Type.Optional(MarkerSubjectSchema),
  /** Left out: now. */
  at: Type.Optional(Type.Integer({ minimum: 0 })),
}, { additionalProperties: false });
export type NewMarker = Static<typeof NewMarkerSchema>;
export const MarkersAnswerSchema = Type.Object({ markers: Type.Array(MarkerSchema) });
export type MarkersAnswer = Static<typeof MarkersAnswerSchema>;

export const HELPED = ['helped', 'partly', 'no_change', 'worse', 'too_early', 'unknown'] as const;

/** One minute of a place, as it was measured. */
export const MeasuredSchema = Type.Object({
  from: Num, to: Num,
  /** Mean milliseconds from arriving to leaving, and half the width of its 95 % interval. */
  waitMs: nullable(Num), waitErrorMs: nullable(Num),
  /** Standing in line at the end; completions per second; share of what ended that failed. */
  line: nullable(Num), throughput: nullable(Num), errorShare: nullable(Num),
});
export type Measured = Static<typeof MeasuredSchema>;

/** `GET /api/v1/helped?at=…`: the minute before a moment, what was predicted then, and the last minute since. */
export const HelpedAnswerSchema = Type.Object({
  at: Num,
  answer: Type.Enum([...HELPED]),
  sentence: Bilingual,
  /** What the numbers are of; null where nothing was narrow and nothing was named. */
  subject: nullable(SubjectSchema),
  /** What was narrow at that moment. */
  verdict: nullable(Type.Object({ kind: Type.Enum([...VERDICT_KINDS]), since: Num, sentence: Bilingual })),
  /** The remedy whose prediction is compared, where the marker fits one. */
  remedy: nullable(RemedySchema),
  before: nullable(MeasuredSchema),
  after: nullable(MeasuredSchema),
});
export type HelpedAnswer = Static<typeof HelpedAnswerSchema>;
