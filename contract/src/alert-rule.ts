// An alert rule as data: what is looked at, when that is bad, for how long, and who is told. Rules come from the page, from
// YAML or from JSON, and all are held to these schemas. Durations say their unit; moments are Unix ms.
import Type, { type Static } from 'typebox';
import { ALERT_MEASURES, ALERT_PHASES, CONDITION_KINDS, SEVERITIES, type ConditionKind } from './alert-words.js';
import { VERDICT_KINDS } from './verdict.js';

const Text = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const Seconds = (minimum: number, maximum: number) => Type.Integer({ minimum, maximum });
const closed = { additionalProperties: false };

/** Where a rule looks. `each` watches every stage, channel or service by itself; a field left out does not narrow it. */
export const AlertPlaceSchema = Type.Object({
  pipeline: Type.Optional(Text(80)), stage: Type.Optional(Text(80)), channel: Type.Optional(Text(200)), service: Type.Optional(Text(200)),
  each: Type.Optional(Type.Enum(['stage', 'channel', 'service'])),
}, closed);
export type AlertPlace = Static<typeof AlertPlaceSchema>;

const measured = {
  measure: Type.Enum([...ALERT_MEASURES]),
  /** Name of the gauge, for measure `metric`; of the outcome, for `outcome_share`. */
  name: Type.Optional(Text(200)),
  /** The value is taken over this long. */
  overSeconds: Seconds(10, 3_600),
};
const Direction = Type.Enum(['rise', 'fall', 'either']);
/** Below this the measure says nothing: three times of next to nothing is next to nothing. */
const least = { least: Type.Optional(Type.Number({ minimum: 0 })) };

export const ThresholdSchema = Type.Object({ kind: Type.Literal('threshold'), ...measured, compare: Type.Enum(['above', 'below']), value: Type.Number(), /** Well again beyond this; left out: `value`. */ clear: Type.Optional(Type.Number()) }, closed);
/** Against the same length of time so long ago. */
export const ChangeSchema = Type.Object({ kind: Type.Literal('change'), ...measured, ...least, direction: Direction, percent: Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000 }), agoSeconds: Seconds(10, 3_600) }, closed);
/** Against the same time of earlier days or weeks: how many robust deviations it lies off their median. */
export const SeasonSchema = Type.Object({ kind: Type.Literal('season'), ...measured, ...least, direction: Direction, season: Type.Enum(['day', 'week']), deviations: Type.Number({ minimum: 2, maximum: 20 }) }, closed);
/** Against T+minutes of the opening before this one. Openings are local times of day. */
export const OpeningSchema = Type.Object({
  kind: Type.Literal('opening'), ...measured, ...least, direction: Direction, percent: Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000 }),
  openings: Type.Array(Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' }), { minItems: 1, maxItems: 24 }),
  withinMinutes: Seconds(1, 720),
}, closed);
export const VerdictConditionSchema = Type.Object({ kind: Type.Literal('verdict'), kinds: Type.Optional(Type.Array(Type.Enum([...VERDICT_KINDS]), { minItems: 1, maxItems: VERDICT_KINDS.length })), confidence: Type.Number({ minimum: 0.1, maximum: 1 }) }, closed);
/** A sender that was heard and is heard no more. `name`: the service, or the relay; left out: any. */
export const AbsenceSchema = Type.Object({ kind: Type.Literal('absence'), of: Type.Enum(['service', 'agent', 'relay']), name: Type.Optional(Text(200)), silentSeconds: Seconds(10, 86_400) }, closed);
/**
 * How fast the error budget of an objective burns, over a long window and a short one; both must burn. Source: Google,
 * The Site Reliability Workbook (2018), chapter 5, "Multiwindow, Multi-Burn-Rate Alerts".
 */
export const BurnRateSchema = Type.Object({
  kind: Type.Literal('burn_rate'), good: Type.Enum(['no_error', 'satisfied']),
  objective: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
  windows: Type.Array(Type.Object({ longMinutes: Seconds(5, 4_320), shortMinutes: Seconds(1, 720), factor: Type.Number({ exclusiveMinimum: 0, maximum: 10_000 }) }, closed), { minItems: 1, maxItems: 4 }),
}, closed);
export const BURN_WINDOWS = [{ longMinutes: 60, shortMinutes: 5, factor: 14.4 }, { longMinutes: 360, shortMinutes: 30, factor: 6 }, { longMinutes: 4_320, shortMinutes: 360, factor: 1 }] as const;

export const CONDITIONS = { threshold: ThresholdSchema, change: ChangeSchema, season: SeasonSchema, opening: OpeningSchema, verdict: VerdictConditionSchema, absence: AbsenceSchema, burn_rate: BurnRateSchema } as const satisfies Record<ConditionKind, unknown>;
export const ConditionSchema = Type.Union([ThresholdSchema, ChangeSchema, SeasonSchema, OpeningSchema, VerdictConditionSchema, AbsenceSchema, BurnRateSchema]);
export type Threshold = Static<typeof ThresholdSchema>;
export type Change = Static<typeof ChangeSchema>;
export type Season = Static<typeof SeasonSchema>;
export type Opening = Static<typeof OpeningSchema>;
export type VerdictCondition = Static<typeof VerdictConditionSchema>;
export type Absence = Static<typeof AbsenceSchema>;
export type BurnRate = Static<typeof BurnRateSchema>;
export type Condition = Threshold | Change | Season | Opening | VerdictCondition | Absence | BurnRate;
/** Conditions on a series of numbers, which can be tried on the past. */
export type SeriesCondition = Threshold | Change | Season | Opening | BurnRate;

const ruleFields = {
  name: Text(120),
  enabled: Type.Boolean(),
  severity: Type.Enum([...SEVERITIES]),
  place: AlertPlaceSchema,
  /** Bad for this long before it fires. */
  forSeconds: Seconds(0, 86_400),
  /** Well for this long before it is over. */
  keepSeconds: Seconds(0, 86_400),
  /** Channels by id; empty: whoever is on call. */
  notify: Type.Array(Type.String({ maxLength: 64 }), { maxItems: 20 }),
};
export const AlertRuleDraftSchema = Type.Object({ ...ruleFields, condition: ConditionSchema }, closed);
export type AlertRuleDraft = Static<typeof AlertRuleDraftSchema>;
/** All but the condition: a fault in that is told by its own kind's schema and not as one of seven. */
export const AlertRuleFrameSchema = Type.Object({ ...ruleFields, condition: Type.Object({ kind: Type.Enum([...CONDITION_KINDS]) }) }, closed);

export const AlertRuleSchema = Type.Object({ id: Type.String(), ...ruleFields, condition: ConditionSchema, updatedAtMs: Type.Number(), updatedBy: Type.String() });
export type AlertRule = AlertRuleDraft & { id: string; updatedAtMs: number; updatedBy: string };

/** Fields that may be left out where a rule is written by hand. */
export const RULE_DEFAULTS = { enabled: true, severity: 'warning', place: {}, forSeconds: 30, keepSeconds: 60, notify: [] } as const;

/** How one rule stands at one place. */
export const AlertStandingSchema = Type.Object({
  ruleId: Type.String(), key: Type.String(), phase: Type.Enum([...ALERT_PHASES]), sinceMs: Type.Number(),
  /** Null: not reported. */
  value: Type.Union([Type.Number(), Type.Null()]), threshold: Type.Union([Type.Number(), Type.Null()]), incidentId: Type.Union([Type.String(), Type.Null()]),
});
export type AlertStanding = Static<typeof AlertStandingSchema>;

export const AlertRulesAnswerSchema = Type.Object({ rules: Type.Array(AlertRuleSchema), standings: Type.Array(AlertStandingSchema), evaluatedAtMs: Type.Union([Type.Number(), Type.Null()]) });
export type AlertRulesAnswer = Static<typeof AlertRulesAnswerSchema>;

export const PreviewAnswerSchema = Type.Object({
  fromMs: Type.Number(), toMs: Type.Number(),
  /** When it would have fired, and when that would have been over (null: still is), place by place. */
  fired: Type.Array(Type.Object({ key: Type.String(), fromMs: Type.Number(), toMs: Type.Union([Type.Number(), Type.Null()]), peak: Type.Union([Type.Number(), Type.Null()]) })),
  /** Moment, measure and the bound it is held against, of the places that fired and of a few more. */
  series: Type.Array(Type.Object({ key: Type.String(), points: Type.Array(Type.Array(Type.Union([Type.Number(), Type.Null()]))) })),
  /** Places that the rule would watch, and those it leaves alone as deliberate waits. */
  places: Type.Number(), deliberate: Type.Array(Type.String()),
});
export type PreviewAnswer = Static<typeof PreviewAnswerSchema>;
