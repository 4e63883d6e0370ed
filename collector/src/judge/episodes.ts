// Verdicts as they were said, moment by moment → episodes: begin, end, the sentence of the peak, and which episode
// explains which. A fold without a clock: told the same moments it gives the same episodes, a second at a time or a
// whole day at once, and its state is plain JSON, so that whoever keeps it can go on after a restart. It does not flap:
// an episode begins on more confidence than it takes to go on, and a pause shorter than the gap is no end.
import type { Episode, Subject, UnixMs, Verdict, VerdictKind } from '@narrows/contract';

/** What was said at one moment. Moments are told in order of time, also those at which nothing was said. */
export interface Said { atMs: UnixMs; verdicts: readonly Verdict[] }

export interface EpisodeRules {
  /** Begins at this confidence once it has been held for `opensAfterMs`, or at once at `certainFrom`. */
  opensFrom: number;
  opensAfterMs: number;
  certainFrom: number;
  /** Goes on at this confidence. */
  staysFrom: number;
  /** Ends when it was not said at `staysFrom` for longer than this. A step between moments that is longer counts instead. */
  gapMs: number;
}
export const EPISODE_RULES: EpisodeRules = { opensFrom: 0.5, opensAfterMs: 3_000, certainFrom: 0.8, staysFrom: 0.25, gapMs: 30_000 };

/** Said, but not yet for long enough. */
interface Candidate { key: string; since: UnixMs; risenAtMs: UnixMs; lastAtMs: UnixMs }
interface OpenEpisode { key: string; lastAtMs: UnixMs; episode: Episode }

/** All that the fold remembers; plain JSON. `ended` grows: whoever follows for days takes from it what is dealt with. */
export interface EpisodeBook { toldMs: UnixMs | null; stepMs: number; candidates: Candidate[]; open: OpenEpisode[]; ended: Episode[] }

export const emptyEpisodeBook = (): EpisodeBook => ({ toldMs: null, stepMs: 0, candidates: [], open: [], ended: [] });

/** Where moments lie far apart, a verdict may be missing at one of them and no more. */
const STEP_MAX_TIMES = 1.5;

/** Which place a verdict is about. The service that does a stage's work may change from second to second; the stage does not. */
export function placeKeyOf(subject: Subject): string {
  const { pipeline = '', stage = '', service = '', operation = '', channel = '', instance = '', dependency = '', attribute = '' } = subject;
  return JSON.stringify([pipeline, stage, stage === '' ? service : '', operation, channel, instance, dependency, attribute]);
}
const keyOf = (verdict: Verdict): string => `${verdict.kind} ${placeKeyOf(verdict.subject)}`;

/** The strongest verdict of each place and kind. */
function strongest(verdicts: readonly Verdict[]): Map<string, Verdict> {
  const best = new Map<string, Verdict>();
  for (const verdict of verdicts) {
    const held = best.get(keyOf(verdict));
    if (held === undefined || verdict.confidence > held.confidence) best.set(keyOf(verdict), verdict);
  }
  return best;
}

/**
 * Tell the next moment. The book that comes in is left as it is.
 *
 * Cost:   O(verdicts + open episodes), and linking O(open²)
 * Errors: none; a moment that is not later than the one before changes nothing
 */
export function tellEpisodes(book: EpisodeBook, said: Said, rules: EpisodeRules = EPISODE_RULES): EpisodeBook {
  const { atMs } = said;
  if (book.toldMs !== null && atMs <= book.toldMs) return book;
  const stepMs = book.toldMs === null ? book.stepMs : atMs - book.toldMs;
  const gapMs = Math.max(rules.gapMs, STEP_MAX_TIMES * stepMs);
  const now = strongest(said.verdicts.filter(({ confidence }) => confidence >= rules.staysFrom));
  const open: OpenEpisode[] = [];
  const ended = [...book.ended];
  for (const one of book.open) {
    const verdict = now.get(one.key);
    if (verdict !== undefined) open.push(goneOn(one, verdict, atMs));
    else if (atMs - one.lastAtMs <= gapMs) open.push(one);
    else ended.push({ ...one.episode, end: one.lastAtMs });
  }
  const known = new Set(open.map(({ key }) => key));
  const candidates = candidatesOf(book.candidates, now, known, atMs, gapMs, rules);
  const opening = candidates.filter((one) => opens(one, now.get(one.key), atMs, rules));
  for (const one of opening) open.push(opened(one, now.get(one.key)!, atMs, ended));
  return {
    toldMs: atMs, stepMs, ended,
    candidates: candidates.filter((one) => !opening.includes(one)),
    open: linked(open, ended),
  };
}

/** The peak is where it was surest. The onset stays as it was first said: later windows no longer hold it. */
function goneOn({ key, episode }: OpenEpisode, verdict: Verdict, atMs: UnixMs): OpenEpisode {
  if (verdict.confidence <= episode.confidence) return { key, lastAtMs: atMs, episode };
  return { key, lastAtMs: atMs, episode: { ...episode, peakAt: atMs, confidence: verdict.confidence, sentence: verdict.sentence, subject: verdict.subject, verdict } };
}

function candidatesOf(
  held: readonly Candidate[], now: ReadonlyMap<string, Verdict>, open: ReadonlySet<string>, atMs: UnixMs, gapMs: number, rules: EpisodeRules,
): Candidate[] {
  const kept = held.filter(({ key, lastAtMs }) => !open.has(key) && (now.has(key) || atMs - lastAtMs <= gapMs))
    .map((one) => (now.has(one.key) ? { ...one, lastAtMs: atMs, since: Math.min(one.since, now.get(one.key)!.since) } : one));
  const keys = new Set(kept.map(({ key }) => key));
  const risen = [...now].filter(([key, { confidence }]) => confidence >= rules.opensFrom && !open.has(key) && !keys.has(key));
  return [...kept, ...risen.map(([key, { since }]): Candidate => ({ key, since, risenAtMs: atMs, lastAtMs: atMs }))];
}

function opens(candidate: Candidate, verdict: Verdict | undefined, atMs: UnixMs, rules: EpisodeRules): boolean {
  if (verdict === undefined || verdict.confidence < rules.opensFrom) return false;
  return verdict.confidence >= rules.certainFrom || atMs - candidate.risenAtMs >= rules.opensAfterMs;
}

function opened({ key, since }: Candidate, verdict: Verdict, atMs: UnixMs, ended: readonly Episode[]): OpenEpisode {
  // A verdict's window may still hold the onset of the episode before this one.
  const before = ended.findLast((one) => `${one.kind} ${placeKeyOf(one.subject)}` === key)?.end ?? -Infinity;
  const { kind, subject, confidence, sentence } = verdict;
  return {
    key, lastAtMs: atMs,
    episode: {
      id: `${key} ${atMs}`, kind, subject, begin: Math.min(atMs, Math.max(before, Math.min(since, verdict.since))), saidAt: atMs, end: null,
      peakAt: atMs, confidence, sentence, verdict, causedBy: null,
    },
  };
}

/** Causes before consequences, where two kinds are said of one place. */
const KINDS_BY_CAUSE: readonly VerdictKind[] = ['deploy_regression', 'channel_outage', 'instance_outlier', 'starvation', 'contention', 'slow_dependency',
  'duplicate_crowd', 'surge', 'saturation', 'retry_storm', 'errors', 'outcome_shift', 'missing_data'];
/** Onsets are known to within some seconds: a cause may seem to begin a little after its consequence. */
const ONSET_ERROR_MS = 10_000;

const overlap = (a: Episode, b: Episode): boolean => a.begin <= (b.end ?? Infinity) && b.begin <= (a.end ?? Infinity);
const within = (whole: Subject, part: Subject): boolean =>
  (whole.stage !== undefined && whole.stage !== '' && whole.stage === part.stage) || (whole.stage === undefined && whole.service !== undefined && whole.service === part.service);

/** Whether the judge itself said, at the cause's peak, that the other place is not to blame. */
const rulesOut = (cause: Episode, other: Episode): boolean =>
  cause.verdict.ruledOut.some(({ subject }) => placeKeyOf(subject) === placeKeyOf(other.subject)) && placeKeyOf(cause.subject) !== placeKeyOf(other.subject);

/** How well `cause` explains `other`: 0 not at all, 3 best. */
function explains(cause: Episode, other: Episode): number {
  if (cause === other || !overlap(cause, other) || cause.begin > other.begin + ONSET_ERROR_MS) return 0;
  const first = KINDS_BY_CAUSE.indexOf(cause.kind) < KINDS_BY_CAUSE.indexOf(other.kind);
  if (rulesOut(cause, other) && !rulesOut(other, cause)) return 3;
  if (first && within(cause.subject, other.subject)) return 2;
  const callee = other.subject.dependency;
  if (callee !== undefined && (callee === cause.subject.service || callee === cause.subject.stage)) return 1;
  return 0;
}

/** Name for each open episode the one that explains it; no episode is among its own causes. */
function linked(open: readonly OpenEpisode[], ended: readonly Episode[]): OpenEpisode[] {
  const all = [...ended, ...open.map(({ episode }) => episode)];
  const causeOf = new Map(all.map(({ id, causedBy }) => [id, causedBy]));
  return open.map((one) => {
    const { episode } = one;
    const causes = all.map((cause) => ({ cause, score: explains(cause, episode) })).filter(({ cause, score }) => score > 0 && !leadsTo(causeOf, cause.id, episode.id))
      .sort((a, b) => b.score - a.score || b.cause.confidence - a.cause.confidence || a.cause.begin - b.cause.begin || (a.cause.id < b.cause.id ? -1 : 1));
    const causedBy = causes[0]?.cause.id ?? null;
    causeOf.set(episode.id, causedBy);
    return causedBy === episode.causedBy ? one : { ...one, episode: { ...episode, causedBy } };
  });
}

function leadsTo(causeOf: ReadonlyMap<string, string | null>, from: string, to: string): boolean {
  for (let id: string | null = from; id !== null; id = causeOf.get(id) ?? null) if (id === to) return true;
  return false;
}

/** Everything in the book, in order of begin. */
export const episodesIn = (book: EpisodeBook): Episode[] =>
  [...book.ended, ...book.open.map(({ episode }) => episode)].sort((a, b) => a.begin - b.begin || a.saidAt - b.saidAt || (a.id < b.id ? -1 : 1));

/** The episodes of a past stretch of time that was judged moment by moment. */
export function episodesOf(moments: readonly Said[], rules: EpisodeRules = EPISODE_RULES): Episode[] {
  return episodesIn(moments.reduce((book, said) => tellEpisodes(book, said, rules), emptyEpisodeBook()));
}
