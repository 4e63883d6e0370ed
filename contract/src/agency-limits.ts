// What one agency may send, so that it cannot hurt another: rates, and how many different values of a key column its
// rollups tell apart. An operator writes them as a file (`NARROWS_LIMITS`); what it does not say is as the defaults say.
import Type, { type Static } from 'typebox';

/** Refills this many times a second; an agency that was quiet may send `LIMITS.quotaBurstSeconds` of it at once. */
const Rate = Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e12 }));
const rates = { bytesPerSecond: Rate, itemsPerSecond: Rate, requestsPerSecond: Rate };
export const RatesSchema = Type.Object(rates, { additionalProperties: false });
/** A rate that is left out is unlimited. Bytes are counted inflated; items are spans, points and log records. */
export type Rates = Static<typeof RatesSchema>;

/** Columns by which rollups are grouped and whose values come from outside. `Series`: one gauge of a stage with its attributes. */
export const KEY_COLUMNS = ['ServiceName', 'Instance', 'Peer', 'Channel', 'Outcome', 'Series'] as const;
export type KeyColumn = (typeof KEY_COLUMNS)[number];
/** What a value beyond its agency's budget is called in a key column. Attributes keep the value as it was sent. */
export const OVERFLOW = '(overflow)';

const Distinct = Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 }));
const distinct = { ServiceName: Distinct, Instance: Distinct, Peer: Distinct, Channel: Distinct, Outcome: Distinct, Series: Distinct } satisfies Record<KeyColumn, unknown>;

const Rated = Type.Optional(RatesSchema);
export const AgencyLimitsSchema = Type.Object({
  /** Of all signals together … */
  ...rates,
  /** … and of one signal. Both hold. */
  traces: Rated, metrics: Rated, logs: Rated,
  /** Different values a day by key column; left out: `LIMITS.distinctMax`. */
  distinct: Type.Optional(Type.Object(distinct, { additionalProperties: false })),
}, { additionalProperties: false });
export type AgencyLimits = Static<typeof AgencyLimitsSchema>;

export const LimitsFileSchema = Type.Object({
  /** For agencies that are not named below. */
  default: Type.Optional(AgencyLimitsSchema),
  /** By agency id. What is not said here is as in `default`. */
  agencies: Type.Optional(Type.Record(Type.String(), AgencyLimitsSchema)),
}, { additionalProperties: false });
export type LimitsFile = Static<typeof LimitsFileSchema>;
