// An incident (장애): alerts that belong together, with the verdict that explains them, what was seen, said and done, and
// who has it. Moments are Unix ms.
import Type, { type Static, type TSchema } from 'typebox';
import { SEVERITIES } from './alert-words.js';
import { SubjectSchema, VerdictSchema } from './verdict.js';

const Bilingual = Type.Object({ ko: Type.String(), en: Type.String() });
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** open: nobody has it · taken: somebody does · resolved: it is over · closed: written up. */
export const INCIDENT_STATES = ['open', 'taken', 'resolved', 'closed'] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];

export const IncidentSchema = Type.Object({
  id: Type.String(), number: Type.Number(), state: Type.Enum([...INCIDENT_STATES]), severity: Type.Enum([...SEVERITIES]),
  title: Bilingual, subject: SubjectSchema,
  openedAtMs: Type.Number(), resolvedAtMs: nullable(Type.Number()),
  owner: nullable(Type.String()),
  /** The verdict of the episode that explains it, at its surest; null: none was said. */
  cause: nullable(VerdictSchema),
  /** Alerts of it that are firing, and all that ever did. */
  firing: Type.Number(), alerts: Type.Number(),
  /** Name of the quiet time that kept it from being told. */
  quiet: nullable(Type.String()),
});
export type Incident = Static<typeof IncidentSchema>;

export const TIMELINE_KINDS = ['alert', 'alert_over', 'verdict', 'marker', 'told', 'not_told', 'taken', 'note', 'state', 'helped'] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];
export const TimelineEntrySchema = Type.Object({
  atMs: Type.Number(), kind: Type.Enum([...TIMELINE_KINDS]), actor: Type.String(), text: Bilingual,
  /** Address inside the dashboard that shows it; '' where there is none. */
  link: Type.String(),
});
export type TimelineEntry = Static<typeof TimelineEntrySchema>;

export const IncidentsAnswerSchema = Type.Object({ incidents: Type.Array(IncidentSchema), open: Type.Number() });
export type IncidentsAnswer = Static<typeof IncidentsAnswerSchema>;
export const IncidentAnswerSchema = Type.Object({
  incident: IncidentSchema, timeline: Type.Array(TimelineEntrySchema),
  alerts: Type.Array(Type.Object({ ruleId: Type.String(), rule: Type.String(), key: Type.String(), firedAtMs: Type.Number(), overAtMs: nullable(Type.Number()), value: nullable(Type.Number()), threshold: nullable(Type.Number()),
    /** Place, rule, value and bound with their units, as it was told; left out by alerts from before it was kept. */
    text: Type.Optional(Bilingual) })),
  /** The post-mortem as it stands: what people have written, or the draft. Markdown. */
  postMortem: Type.String(), postMortemIsDraft: Type.Boolean(),
});
export type IncidentAnswer = Static<typeof IncidentAnswerSchema>;

export const IncidentActionSchema = Type.Object({
  action: Type.Enum(['take', 'release', 'resolve', 'reopen', 'close', 'note', 'assign', 'write']),
  /** Of a note or of the post-mortem. */
  text: Type.Optional(Type.String({ maxLength: 100_000 })),
  owner: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })),
}, { additionalProperties: false });
export type IncidentAction = Static<typeof IncidentActionSchema>;
