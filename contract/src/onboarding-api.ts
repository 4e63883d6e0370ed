// What a page needs to bring an agency in: whether its first span has come, why not, which pipeline its traffic suggests, and what
// a definition matches on live data. Reasons and explanations are words of this file; pages say them in their own language.
import Type, { type Static, type TSchema } from 'typebox';
import { AgencyLimitsSchema } from './agency-limits.js';
import { PipelineSchema } from './pipeline.js';

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Num = Type.Number();

/** Why there is no data, or less than there should be. `none`: everything comes as it should. */
export const NO_DATA_REASONS = ['nothing-arrived', 'no-key', 'wrong-key', 'wrong-signal', 'wrong-path', 'wrong-port', 'refused', 'no-traces', 'clock-off', 'store-behind', 'silent', 'no-pipeline', 'no-stage-matches'] as const;
export const NoDataReasonSchema = Type.Object({
  reason: Type.Enum([...NO_DATA_REASONS]),
  /** The error code that senders get, where there is one. */
  code: nullable(Type.String()),
  service: nullable(Type.String()),
  requests: nullable(Num),
  lastMs: nullable(Num),
  /** Of a clock: how far the sender's is ahead; negative: behind. */
  offMs: nullable(Num),
});
export type NoDataReason = Static<typeof NoDataReasonSchema>;

export const OnboardingAnswerSchema = Type.Object({
  atMs: Num,
  otlpPort: Num, grpcPort: Num,
  spans: Num, points: Num, logRecords: Num,
  /** Services that have sent a span, the first one first. */
  services: Type.Array(Type.Object({ service: Type.String(), lastMs: Num })),
  reasons: Type.Array(NoDataReasonSchema),
  pipelines: Num,
});
export type OnboardingAnswer = Static<typeof OnboardingAnswerSchema>;

/** Why a stage, an attribute or an order was proposed. */
export const BecauseSchema = Type.Object({
  about: Type.Enum(['stage', 'order', 'channel', 'outcome', 'person', 'session', 'left-out']),
  stage: nullable(Type.String()), attribute: nullable(Type.String()),
  /** Spans that say so, and of how many. */
  spans: Num, of: Num, values: Type.Array(Type.String()),
});
export type Because = Static<typeof BecauseSchema>;
export const ProposalAnswerSchema = Type.Object({ pipeline: nullable(PipelineSchema), yaml: Type.String(), because: Type.Array(BecauseSchema) });
export type ProposalAnswer = Static<typeof ProposalAnswerSchema>;

export const PipelineTextSchema = Type.Object({ yaml: Type.String({ maxLength: 100_000 }) }, { additionalProperties: false });
export const PipelineCheckSchema = Type.Object({
  mistakes: Type.Array(Type.String()),
  spans: Num,
  stages: Type.Array(Type.Object({ stage: Type.String(), spans: Num, channels: Type.Array(Type.Object({ value: Type.String(), spans: Num })) })),
  /** Transactions that no stage takes, the most frequent first. */
  unmatched: Type.Array(Type.Object({ service: Type.String(), operation: Type.String(), spans: Num })),
});
export type PipelineCheck = Static<typeof PipelineCheckSchema>;
export const PipelineSourcesSchema = Type.Object({ sources: Type.Array(Type.Object({ id: Type.String(), yaml: Type.String(), origin: Type.Enum(['agency', 'file']) })) });
export type PipelineSources = Static<typeof PipelineSourcesSchema>;

export const SettingsAnswerSchema = Type.Object({
  limits: nullable(AgencyLimitsSchema), retentionDays: nullable(Num), redact: nullable(Type.String()),
  /** What holds where nothing is set, and how far it may be set. */
  collector: Type.Object({ retentionDays: Num, redact: Type.String() }),
});
export type SettingsAnswer = Static<typeof SettingsAnswerSchema>;
/** Null: as the collector's. What is left out stays. */
export const SettingsChangeSchema = Type.Object({ retentionDays: Type.Optional(nullable(Type.Integer({ minimum: 1, maximum: 3_650 }))), redact: Type.Optional(nullable(Type.String({ maxLength: 200 }))) }, { additionalProperties: false });
export const LimitsChangeSchema = Type.Object({ limits: nullable(AgencyLimitsSchema) }, { additionalProperties: false });
