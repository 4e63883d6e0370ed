// A pipeline as data: the ordered stages that one person's journey goes through, and which attributes say channel,
// person, session and outcome. The decoder computes them for every span and point; nothing downstream matches again.
import Type, { type Static } from 'typebox';

const NAME = { ko: Type.String({ minLength: 1, maxLength: 80 }), en: Type.String({ minLength: 1, maxLength: 80 }) };
const Name = Type.Object(NAME);
/** `wanted`: what people come for; that more of them are told so is never a fault. */
const OutcomeName = Type.Object({ ...NAME, wanted: Type.Optional(Type.Boolean()) });
/** By id, for what people read; an id without a name is shown as it is. */
const NamesById = Type.Record(Type.String(), Name, { maxProperties: 1_000 });
const Id = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' });

export const StageMatchSchema = Type.Object({
  service: Type.Optional(Type.String()),
  kind: Type.Optional(Type.Enum(['server', 'client', 'internal', 'producer', 'consumer'])),
  /** `METHOD /path/:pattern`, as `http.request.method` and `http.route` say it. */
  route: Type.Optional(Type.String()),
  /** Span name. */
  name: Type.Optional(Type.String()),
  attribute: Type.Optional(Type.Record(Type.String(), Type.String())),
}, { additionalProperties: false, minProperties: 1 });

export const StageSchema = Type.Object({
  id: Id,
  name: Type.Optional(Name),
  /** A wait on purpose (a waiting room): never counted as slowness. */
  wait: Type.Optional(Type.Literal('deliberate')),
  match: StageMatchSchema,
  /** Attribute that says which of the interchangeable ways was taken. */
  channel: Type.Optional(Type.String()),
  /** What people call the channels, by the attribute's value. */
  channels: Type.Optional(NamesById),
  /** The gauge that says how many can be served at once; with a channel attribute on its points, per channel. */
  limit: Type.Optional(Type.Object({ metric: Type.String() }, { additionalProperties: false })),
  /** The gauge that says how many stand in line where a wait is not a span, as in a waiting room that people poll. */
  queue: Type.Optional(Type.Object({ metric: Type.String() }, { additionalProperties: false })),
}, { additionalProperties: false });

export const PipelineSchema = Type.Object({
  id: Id,
  name: Name,
  stages: Type.Array(StageSchema, { minItems: 1, maxItems: 64 }),
  person: Type.Optional(Type.String()),
  session: Type.Optional(Type.String()),
  outcome: Type.Optional(Type.String()),
  /** What people call the outcomes, by the attribute's value, and which of them they come for. */
  outcomes: Type.Optional(Type.Record(Type.String(), OutcomeName, { maxProperties: 1_000 })),
}, { additionalProperties: false });

export type StageMatch = Static<typeof StageMatchSchema>;
export type StageDefinition = Static<typeof StageSchema>;
export type PipelineDefinition = Static<typeof PipelineSchema>;
