// What the public may be told (신호등): a light for each stage and channel that the agency shows, about how long it takes,
// what to choose, and announcements. This schema is the list of all that ever leaves: no field of it is internal, and a
// field that is not in it is not sent.
import Type, { type Static } from 'typebox';
import { LIGHTS } from './query-api.js';

const closed = { additionalProperties: false };
const Bilingual = Type.Object({ ko: Type.String({ maxLength: 500 }), en: Type.String({ maxLength: 500 }) }, closed);
const Light = Type.Enum([...LIGHTS]);

export const PublicWaySchema = Type.Object({
  name: Bilingual, light: Light,
  /** Whole minutes that a person should expect, 0: at once; null: not known. */
  waitMinutes: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
}, closed);
export type PublicWay = Static<typeof PublicWaySchema>;

export const PublicStatusSchema = Type.Object({
  agency: Bilingual, service: Bilingual, light: Light, headline: Bilingual,
  waitMinutes: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  /** Names of the ways that are free now, best first. */
  choose: Type.Array(Bilingual),
  steps: Type.Array(Type.Object({ ...PublicWaySchema.properties, ways: Type.Array(PublicWaySchema) }, closed)),
  announcements: Type.Array(Type.Object({ text: Bilingual, atMs: Type.Number() }, closed)),
  /** What the measurement describes, and when this was written. Older than `staleAfterSeconds` it says nothing any more. */
  measuredAtMs: Type.Union([Type.Number(), Type.Null()]), writtenAtMs: Type.Number(), staleAfterSeconds: Type.Number(),
  /** A person has set the light by hand. */
  byHand: Type.Boolean(),
}, closed);
export type PublicStatus = Static<typeof PublicStatusSchema>;

/** What the agency decides: which pipeline, whether the page is there at all, words, and the light by hand. */
export const PublicPageSettingsSchema = Type.Object({
  enabled: Type.Boolean(), pipeline: Type.String({ maxLength: 80 }),
  agencyName: Bilingual,
  /** Stages that are shown, by id; empty: all. */
  stages: Type.Array(Type.String({ maxLength: 80 }), { maxItems: 64 }),
  announcements: Type.Array(Type.Object({ text: Bilingual, atMs: Type.Number(), untilMs: Type.Union([Type.Number(), Type.Null()]) }, closed), { maxItems: 10 }),
  override: Type.Union([Type.Object({ light: Type.Enum(['fine', 'busy', 'stuck']), text: Bilingual, untilMs: Type.Number() }, closed), Type.Null()]),
}, closed);
export type PublicPageSettings = Static<typeof PublicPageSettingsSchema>;
export const PublicPageAnswerSchema = Type.Object({ settings: PublicPageSettingsSchema, address: Type.String(), preview: Type.Union([PublicStatusSchema, Type.Null()]) });
export type PublicPageAnswer = Static<typeof PublicPageAnswerSchema>;
