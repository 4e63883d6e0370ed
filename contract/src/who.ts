// "Who is it?" What sets a selection of transactions apart from its background: attributes, and pairs of them, each with
// its share here and there, the lift between the two, and how sure it is. Moments are Unix ms.
import Type, { type Static, type TSchema } from 'typebox';
import { TransactionsQuerySchema } from './query-api.js';
import { VERDICT_KINDS } from './verdict.js';

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Num = Type.Number();

export const BACKGROUNDS = ['rest', 'before'] as const;
/** `rest`: everything else in the same range and place. `before`: the same, in the time before. */
export type Background = (typeof BACKGROUNDS)[number];

const { sort: _sort, limit: _limit, ...selection } = TransactionsQuerySchema.properties;
export const WhoQuerySchema = Type.Object({
  ...selection,
  background: Type.Optional(Type.Enum([...BACKGROUNDS])),
  backgroundFrom: Type.Optional(Type.Integer({ minimum: 0 })), backgroundTo: Type.Optional(Type.Integer({ minimum: 0 })),
  /** Who is in a verdict of this kind: place and `from` (its `since`) are enough, the rest of the selection follows from the kind. */
  of: Type.Optional(Type.Enum([...VERDICT_KINDS])),
});
export type WhoQuery = Static<typeof WhoQuerySchema>;

export const TraitSchema = Type.Object({ attribute: Type.String(), value: Type.String() });
export type Trait = Static<typeof TraitSchema>;
export const WhoRowSchema = Type.Object({
  /** One, or two that together say more than either. */
  conditions: Type.Array(TraitSchema),
  /** Other attributes that say the same of the same transactions. */
  also: Type.Array(TraitSchema),
  /** Share of the selection, and of its background, that has them. */
  share: Num, backgroundShare: Num,
  /** share / backgroundShare, with its 95 % interval; `liftHigh` null: the background may have none at all. */
  lift: Num, liftLow: Num, liftHigh: nullable(Num),
  /** 1 − p of a likelihood-ratio test, corrected for everything that was looked at. */
  confidence: Num,
});
export type WhoRow = Static<typeof WhoRowSchema>;

const Side = Type.Object({
  fromMs: Num, toMs: Num,
  /** How many there are (estimated where sampled), and how many of them were looked at. */
  total: Num, sampled: Num,
});
export const WhoAnswerSchema = Type.Object({
  background: Type.Enum([...BACKGROUNDS]),
  /** The selection as the transaction list takes it: what `of` made of a verdict. */
  filters: Type.Object(selection),
  selected: Side, compared: Side,
  /** Largest first by how much of the selection it explains: share × log₂ lift, at the careful end of both intervals. */
  rows: Type.Array(WhoRowSchema),
  /** Attributes of which nearly every value is another one: identifiers, which set nobody apart. */
  identifiers: Type.Array(Type.String()),
});
export type WhoAnswer = Static<typeof WhoAnswerSchema>;
