// Words that rules, channels and quiet times are made of. Apart from the schemas, so that the dashboard can take them without a
// schema library.

/**
 * What a rule can measure at a place. Rates are per second, durations ms, ratios and Apdex 0–1; `metric` is a gauge of that
 * name, `outcome_share` the share of a pipeline's people who were told one outcome.
 */
export const ALERT_MEASURES = ['arrivals', 'throughput', 'errors', 'error_ratio', 'p50', 'p95', 'p99', 'residence', 'apdex', 'in_flight', 'oldest', 'outcome_share', 'metric'] as const;
export type AlertMeasure = (typeof ALERT_MEASURES)[number];
/** Measures that are large on purpose in a deliberate wait: no rule looks at them there. */
export const WAIT_MEASURES: readonly AlertMeasure[] = ['p50', 'p95', 'p99', 'residence', 'apdex', 'in_flight', 'oldest'];

export const SEVERITIES = ['critical', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const CONDITION_KINDS = ['threshold', 'change', 'season', 'opening', 'verdict', 'absence', 'burn_rate'] as const;
export type ConditionKind = (typeof CONDITION_KINDS)[number];

export const ALERT_PHASES = ['ok', 'pending', 'firing'] as const;
export type AlertPhase = (typeof ALERT_PHASES)[number];

export const CHANNEL_KINDS = ['webhook', 'email', 'slack', 'kakao', 'browser'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];
