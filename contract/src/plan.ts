// The capacity planner: how many servers a stage and its channels need for a crowd and a wait, and the other way round, what
// wait and line a crowd meets with given servers. Moments are Unix ms, durations milliseconds; null is "not known".
import Type, { type Static, type TSchema } from 'typebox';

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Num = Type.Number();
const Bilingual = Type.Object({ ko: Type.String(), en: Type.String() });

/** `now`: today's arrivals, times a factor. `opening`: the steepest hour of the last day, times a factor. `drawn`: the numbers given. */
export const PLAN_PROFILES = ['now', 'opening', 'drawn'] as const;
export const PLAN_MINUTES_MAX = 360;
export const PLAN_SERVERS_MAX = 1_000_000;

export const PlanQuerySchema = Type.Object({
  pipeline: Type.Optional(Type.String()),
  profile: Type.Optional(Type.Enum([...PLAN_PROFILES])),
  /** Of `now` and `opening`: so many times as many. */
  times: Type.Optional(Type.Number({ minimum: 0.01, maximum: 1_000 })),
  /** Of `drawn`: `minute:perSecond` pairs, straight lines between them: `0:5,10:60,30:60,60:5`. */
  points: Type.Optional(Type.String({ maxLength: 2_000 })),
  /** Longest mean wait at any minute, from arriving at a stage to being served. */
  targetWaitMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 3_600_000 })),
  /** Servers that are given: `stage=20,stage/channel=6`; those not named keep today's number. Left out: what is needed is computed. */
  servers: Type.Optional(Type.String({ maxLength: 4_000 })),
});
export type PlanQuery = Static<typeof PlanQuerySchema>;

/** A stage, or one channel of it, as one pool of servers. */
export const PlanPlaceSchema = Type.Object({
  stage: Type.String(), channel: Type.String(), name: Bilingual,
  /** Share of the crowd that comes by here. */
  share: Num,
  /** Today's servers and mean service time, where known, and where they are known from. */
  serversToday: nullable(Num), serviceMs: nullable(Num), source: nullable(Type.Enum(['declared', 'pool', 'plateau'])),
  /** In the plan: given, or the fewest that keep the wait; with what the uncertainty of the service time makes of it. */
  servers: nullable(Num), serversLow: nullable(Num), serversHigh: nullable(Num),
  peakPerSecond: Num,
  /** Utilisation in the fullest minute, longest mean wait and line over time, and seconds from the first line to its end. */
  utilisation: nullable(Num), waitMsMax: nullable(Num), lineMax: nullable(Num), clearsInSeconds: nullable(Num),
  /** One value a minute. */
  wait: Type.Array(nullable(Num)), line: Type.Array(nullable(Num)),
});
export type PlanPlace = Static<typeof PlanPlaceSchema>;

export const PlanAnswerSchema = Type.Object({
  profile: Type.Enum([...PLAN_PROFILES]),
  /** Where the profile was taken from: begin of the hour that it repeats. */
  takenFrom: nullable(Num),
  targetWaitMs: Num,
  /** Whether `servers` were given. */
  given: Type.Boolean(),
  /** Arrivals at the pipeline, per second, one value a minute. */
  arrivals: Type.Array(Num),
  places: Type.Array(PlanPlaceSchema),
  assumptions: Type.Array(Bilingual),
});
export type PlanAnswer = Static<typeof PlanAnswerSchema>;
