// The history of what was said: a past stretch of time judged again, moment by moment, by the functions that judge the
// present; the verdicts merged into episodes; and beside them what people did. Moments are Unix ms.
import Type, { type Static } from 'typebox';
import { EpisodeSchema } from './episode.js';
import { MarkerSchema } from './marker.js';

const moment = Type.Optional(Type.Integer({ minimum: 0 }));

/** The longest stretch that is judged in one answer, and how many moments of it at most. */
export const TIMELINE_RANGE_MAX_MS = 6 * 3600 * 1000;
export const TIMELINE_MOMENTS_MAX = 200;

export const TimelineAnswerSchema = Type.Object({
  fromMs: Type.Number(), toMs: Type.Number(),
  /** One moment in so many milliseconds was judged: what was narrow for a shorter time may be missing. */
  stepMs: Type.Number(),
  /** In order of begin; those that explain others are named by them. */
  episodes: Type.Array(EpisodeSchema),
  markers: Type.Array(MarkerSchema),
});
export type TimelineAnswer = Static<typeof TimelineAnswerSchema>;
export const TimelineQuerySchema = Type.Object({ from: moment, to: moment, pipeline: Type.Optional(Type.String()) });
export type TimelineQuery = Static<typeof TimelineQuerySchema>;
