// "Why are there more waiters than people?" Places in line against persons, and a number for each reason; the reasons add
// up to the difference. Moments are Unix ms; null is "not reported".
import Type, { type Static, type TSchema } from 'typebox';

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Num = Type.Number();

/**
 * `devices`: further browsers or devices of a person who has one already. `rejoins`: the same browser again, that was here and
 * went on or reloaded. `retries`: the same browser again, after a failure. `machines`: no person is known, and it asks more often
 * than a hand can. `nobody`: no person is known.
 */
export const CROWD_REASONS = ['devices', 'rejoins', 'retries', 'machines', 'nobody'] as const;
export type CrowdReason = (typeof CROWD_REASONS)[number];

export const CrowdAnswerSchema = Type.Object({
  fromMs: Num, toMs: Num,
  stages: Type.Array(Type.Object({
    stage: Type.String(), deliberate: Type.Boolean(),
    /** Places in line that were taken: each request, or in a deliberate wait each stay, however often it was polled. */
    places: Num,
    persons: nullable(Num), sessions: nullable(Num), addresses: nullable(Num),
    /** places − persons, and what it is made of; empty where no attribute names persons. */
    gap: nullable(Num),
    reasons: Type.Array(Type.Object({ reason: Type.Enum([...CROWD_REASONS]), count: Num })),
  })),
  /** One in so many people was looked at; figures are multiplied. */
  oneIn: Num,
});
export type CrowdAnswer = Static<typeof CrowdAnswerSchema>;
export const CrowdQuerySchema = Type.Object({
  from: Type.Optional(Type.Integer({ minimum: 0 })), to: Type.Optional(Type.Integer({ minimum: 0 })), pipeline: Type.Optional(Type.String()),
});
export type CrowdQuery = Static<typeof CrowdQuerySchema>;
