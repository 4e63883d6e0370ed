// A verdict: the sentence about the narrow place with everything that makes it believable. It is a pure function of
// stored data over a window. The shapes here are the query API's own, as JSON Schema.
import Type, { type Static } from 'typebox';

const Bilingual = Type.Object({ ko: Type.String(), en: Type.String() });

export const VERDICT_KINDS = ['saturation', 'slow_dependency', 'contention', 'starvation', 'errors', 'retry_storm', 'surge', 'duplicate_crowd',
  'outcome_shift', 'instance_outlier', 'channel_outage', 'deploy_regression', 'missing_data'] as const;
export type VerdictKind = (typeof VERDICT_KINDS)[number];

export const REMEDY_ACTIONS = ['add_instances', 'add_connections_per_instance', 'limit_retries', 'add_channel_capacity', 'reorder_channel',
  'disable_channel', 'rollback', 'restart_instance', 'fix_dependency', 'open_gate', 'block_duplicates', 'fix_rule'] as const;
export type RemedyAction = (typeof REMEDY_ACTIONS)[number];

export const SubjectSchema = Type.Object({
  pipeline: Type.Optional(Type.String()),
  stage: Type.Optional(Type.String()),
  service: Type.Optional(Type.String()),
  operation: Type.Optional(Type.String()),
  channel: Type.Optional(Type.String()),
  instance: Type.Optional(Type.String()),
  dependency: Type.Optional(Type.String()),
  attribute: Type.Optional(Type.String()),
});
export type Subject = Static<typeof SubjectSchema>;

export const EvidenceSchema = Type.Object({
  claim: Bilingual,
  /** Machine name of the measure, e.g. `utilisation`. */
  measure: Type.String(),
  unit: Type.String(),
  before: Type.Union([Type.Number(), Type.Null()]),
  now: Type.Union([Type.Number(), Type.Null()]),
  /** Address inside the dashboard that shows this number. */
  link: Type.String(),
});
export type Evidence = Static<typeof EvidenceSchema>;

export const RemedySchema = Type.Object({
  action: Type.Enum([...REMEDY_ACTIONS]),
  subject: SubjectSchema,
  amount: Type.Number(),
  predicted: Type.Object({
    /** Mean milliseconds from arriving to leaving, over the last minute of the window and in the steady state with the remedy. */
    waitBefore: Type.Union([Type.Number(), Type.Null()]),
    waitAfter: Type.Union([Type.Number(), Type.Null()]),
    /** Completions per second. */
    throughput: Type.Union([Type.Number(), Type.Null()]),
    clearsInSeconds: Type.Union([Type.Number(), Type.Null()]),
    /** Where `waitAfter` lies in four of five cases like this one: [least, most] milliseconds. Left out: not known. */
    waitAfterBetween: Type.Optional(Type.Tuple([Type.Number(), Type.Number()])),
  }),
  assumptions: Type.Array(Bilingual),
});
export type Remedy = Static<typeof RemedySchema>;

/** From this confidence on a verdict is said aloud: on the page, by the command, in the figures. Fainter ones are kept an eye on. */
export const VERDICT_SAID_FROM = 0.5;

export const VerdictSchema = Type.Object({
  kind: Type.Enum([...VERDICT_KINDS]),
  since: Type.Number({ description: 'Unix ms' }),
  confidence: Type.Number({ minimum: 0, maximum: 1 }),
  subject: SubjectSchema,
  sentence: Bilingual,
  evidence: Type.Array(EvidenceSchema),
  affected: Type.Object({
    /** Journeys waiting or failed at the subject, and their share of all in the pipeline. */
    journeys: Type.Union([Type.Number(), Type.Null()]),
    share: Type.Union([Type.Number(), Type.Null()]),
    who: Type.Array(Type.Object({ attribute: Type.String(), value: Type.String(), share: Type.Number(), lift: Type.Number() })),
  }),
  remedies: Type.Array(RemedySchema),
  ruledOut: Type.Array(Type.Object({ subject: SubjectSchema, because: Bilingual })),
});
export type Verdict = Static<typeof VerdictSchema>;
