// An episode: one verdict as it was said over time, from its onset until it was no longer said. The timeline shows them,
// incidents are built on them. Moments are Unix ms.
import Type, { type Static } from 'typebox';
import { SubjectSchema, VERDICT_KINDS, VerdictSchema } from './verdict.js';

export const EpisodeSchema = Type.Object({
  /** Kind, place and the moment at which it was first said: stays the same while the episode goes on. */
  id: Type.String(),
  kind: Type.Enum([...VERDICT_KINDS]),
  subject: SubjectSchema,
  begin: Type.Number({ description: 'Unix ms of the onset, as the verdict itself says it' }),
  /** When it was first said with enough confidence. */
  saidAt: Type.Number(),
  /** Null: it was still being said at the last moment that was judged. */
  end: Type.Union([Type.Number(), Type.Null()]),
  /** The moment at which it was said with the highest confidence, and the verdict of that moment. */
  peakAt: Type.Number(),
  confidence: Type.Number({ minimum: 0, maximum: 1 }),
  sentence: Type.Object({ ko: Type.String(), en: Type.String() }),
  verdict: VerdictSchema,
  /** Id of the episode that explains this one; null where none does. */
  causedBy: Type.Union([Type.String(), Type.Null()]),
});
export type Episode = Static<typeof EpisodeSchema>;
