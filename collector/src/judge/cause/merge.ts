// Verdicts of series and verdicts of a window become one list, most certain first, in which nothing is said twice. Where
// both speak about the same place the one of the series stays, since it knows the line, the people and what would help, and
// takes over the window's evidence; a caller that the series call slow because of its dependency is the window's victim
// where the window accuses that dependency.
import type { Verdict } from '@narrows/contract';

/** Which service does a stage's work. */
export interface StageService { pipeline: string; stage: string; service: string }

/** Where traces accuse somebody, a verdict of the series about another service is a symptom at most: it stays below. */
const SYMPTOM_SHARE = 0.95;
const ACCUSED_FROM = 0.5;
const EVIDENCE_MAX = 10;
/** From the series: these speak of traffic, people and data, and are not explained by a service at fault. */
const OF_ITS_OWN: ReadonlySet<Verdict['kind']> = new Set(['surge', 'duplicate_crowd', 'outcome_shift', 'missing_data', 'saturation', 'channel_outage', 'retry_storm', 'contention']);

function serviceOf({ subject }: Verdict, stages: readonly StageService[]): string | undefined {
  return subject.service ?? stages.find(({ pipeline, stage }) => pipeline === subject.pipeline && stage === subject.stage)?.service;
}

/** The one verdict of two about the same place. */
function joined(series: Verdict, window: Verdict): Verdict {
  const claims = new Set(series.evidence.map(({ claim }) => claim.en));
  const { dependency } = window.subject;
  return {
    // The series count errors; traces know in which call.
    ...series, ...(series.kind === 'errors' && window.kind === 'errors' && dependency !== undefined && { subject: { dependency, ...series.subject }, sentence: window.sentence }), confidence: Math.max(series.confidence, window.confidence),
    evidence: [...series.evidence, ...window.evidence.filter(({ claim }) => !claims.has(claim.en))].slice(0, EVIDENCE_MAX),
    ruledOut: [...series.ruledOut, ...window.ruledOut],
  };
}

/** Whose place is narrow or slow there: what comes back late from it is given up by its callers. */
const HOLDS_UP: ReadonlySet<Verdict['kind']> = new Set(['saturation', 'slow_dependency', 'contention', 'retry_storm']);

/** `reaches`: whether a service waits for the answer of another, directly or through others. */
export function mergeVerdicts(ofSeries: readonly Verdict[], ofWindow: readonly Verdict[], stages: readonly StageService[] = [], reaches: (from: string, to: string) => boolean = () => false): Verdict[] {
  const seatOf = (verdict: Verdict) => verdict.subject.dependency ?? serviceOf(verdict, stages);
  /** The surest of the series that holds up a service whose requests fail: they were given up. */
  const holdsUp = ({ kind, subject: { service } }: Verdict) => (kind !== 'errors' || service === undefined ? undefined : ofSeries
    .filter((verdict) => HOLDS_UP.has(verdict.kind) && verdict.confidence >= ACCUSED_FROM && seatOf(verdict) !== undefined && seatOf(verdict) !== service && reaches(service, seatOf(verdict)!))
    .sort((a, b) => b.confidence - a.confidence)[0]);
  const causes = ofWindow.map(holdsUp);
  const window = ofWindow.map((verdict, i) => (causes[i] === undefined ? verdict : { ...verdict, confidence: Math.min(verdict.confidence, SYMPTOM_SHARE * causes[i].confidence) }));
  const rest = new Set(window);
  const [first] = window;
  const accused = first !== undefined && first.confidence >= ACCUSED_FROM && causes[0] === undefined ? first : undefined;
  const merged: Verdict[] = [];
  for (const verdict of ofSeries) {
    const service = serviceOf(verdict, stages);
    const sameSaid = window.find(({ subject }) => subject.service === verdict.subject.dependency);
    if (verdict.kind === 'slow_dependency' && sameSaid !== undefined && sameSaid.confidence >= ACCUSED_FROM) {
      merged.push(...(rest.delete(sameSaid) ? [{ ...sameSaid, evidence: [...sameSaid.evidence, ...verdict.evidence].slice(0, EVIDENCE_MAX), remedies: verdict.remedies }] : []));
      continue;
    }
    const same = service === undefined ? undefined : [...rest].find(({ subject }) => subject.service === service);
    if (same !== undefined) {
      rest.delete(same);
      merged.push(joined(verdict, same));
    } else {
      const isSymptom = accused !== undefined && service !== undefined && service !== accused.subject.service && !OF_ITS_OWN.has(verdict.kind);
      merged.push(isSymptom ? { ...verdict, confidence: Math.min(verdict.confidence, SYMPTOM_SHARE * accused.confidence) } : verdict);
    }
  }
  return [...merged, ...rest].sort((a, b) => b.confidence - a.confidence || a.since - b.since);
}
