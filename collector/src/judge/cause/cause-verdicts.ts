// The window's verdicts: suspects of a window against its baseline, in words, with the numbers and the addresses that
// show them, who is affected, and who else looked suspicious and why it is not the cause. Pure: the same two windows get
// the same verdicts in a year.
import type { Bilingual, CauseInput, Evidence, Subject, UnixMs, Verdict, VerdictKind } from '@narrows/contract';
import { evidenceOf, rounded } from '../rule.js';
import { clock, withParticle } from '../sentences.js';
import { causeSceneOf, type CauseScene } from './evidence.js';
import { onsetOf } from './onset.js';
import { rankSuspects, type Suspect } from './rank.js';

/** Fainter suspects are not said, and no more than these are: of whom nothing is known (the prior, 0.0041) is no suspect. */
const SAID_FROM = 0.0045;
const SAID_MAX = 5;
const EVIDENCE_MAX = 6;
/** The first suspect is the cause of what it calls forth elsewhere: others keep at most this share of its confidence. */
const SECOND_SHARE = 0.45;
/** Fewer traces than this on either side are no window to speak about. */
const TRACES_MIN = 5;
const CONTEXT_MS = 60_000;

function linkOf(input: CauseInput, subject: Subject, since: UnixMs): string {
  const question = new URLSearchParams({ service: subject.service ?? '', from: String(Math.max(input.now.fromMs, since) - CONTEXT_MS), to: String(input.now.toMs) });
  return `/traces?${question.toString()}`;
}

function sentenceOf(kind: VerdictKind, { service = '', dependency }: Subject, first: Bilingual, since: string): Bilingual {
  const subject = withParticle(service, '이', '가');
  const said: Partial<Record<VerdictKind, Bilingual>> = {
    starvation: { ko: `${subject} 느려진 원인입니다(처리 자원 부족)`, en: `${service} is the cause: it is short of what it computes with` },
    slow_dependency: { ko: `${subject} 느려진 원인입니다(호출이 도달하거나 돌아오는 데 오래 걸림)`, en: `${service} is the cause: calls to it take long to arrive or to come back` },
    errors: { ko: `${subject} 오류의 원인입니다(처리 과정이 평소와 다름)`, en: `${service} is the cause: it does not do what it did before` },
  };
  if (kind === 'errors' && dependency !== undefined) said.errors = { ko: `${service}에서 ${dependency} 호출이 실패하고 있습니다`, en: `Calls of ${service} to ${dependency} fail` };
  const { ko, en } = said[kind] ?? { ko: `${subject} 원인입니다`, en: `${service} is the cause` };
  return { ko: `${ko}. ${first.ko} · ${since}부터`, en: `${en}. ${first.en} · since ${since}` };
}

function evidenceFor(suspect: Suspect, input: CauseInput, subject: Subject, since: UnixMs): Evidence[] {
  const link = linkOf(input, subject, since);
  return suspect.suspicions.flatMap(({ clues }) => clues).slice(0, EVIDENCE_MAX).map(({ claim, measure, unit, before, now }) => evidenceOf(claim, measure, unit, before, now, link));
}

/** Traces that go through the service, and their share of all: a window of traces knows no people. */
function affectedOf({ tracesNow, input }: CauseScene, service: string): Verdict['affected'] {
  const share = input.now.tracesRead > 0 ? Math.min(1, (tracesNow.get(service)?.traces ?? 0) / input.now.tracesRead) : null;
  return { journeys: share === null ? null : Math.round(share * input.now.tracesSeen), share: rounded(share), who: [] };
}

function ruledOutBy(suspect: Suspect, suspects: readonly Suspect[]): Verdict['ruledOut'] {
  return suspects.filter((other) => other !== suspect && other.logOdds < suspect.logOdds).slice(0, SAID_MAX).map(({ service, suspicions }) => ({
    subject: { service },
    because: {
      ko: `${suspect.service} 쪽의 증거가 더 강합니다${suspicions[0]?.clues[0] ? ` (${suspicions[0].clues[0].claim.ko})` : ''}`,
      en: `The evidence against ${suspect.service} is stronger${suspicions[0]?.clues[0] ? ` (${suspicions[0].clues[0].claim.en})` : ''}`,
    },
  }));
}

function verdictOf(scene: CauseScene, suspect: Suspect, confidence: number, suspects: readonly Suspect[]): Verdict {
  const [first] = suspect.suspicions;
  const cpu = suspect.suspicions.find(({ evidence }) => evidence === 'cpu');
  // A processor that is burnt names the kind; errors and changed conduct keep theirs, since work that fails is also work.
  const kind = cpu !== undefined && first!.kind === 'slow_dependency' ? cpu.kind : first!.kind;
  const since = onsetOf(scene, suspect.service);
  const subject: Subject = { service: suspect.service, ...(cpu?.instance !== undefined && kind === 'starvation' && { instance: cpu.instance }), ...(first!.operation !== undefined && { operation: first!.operation }), ...(first!.dependency !== undefined && { dependency: first!.dependency }) };
  return {
    kind, since, confidence: Math.round(confidence * 1_000) / 1_000, subject,
    sentence: sentenceOf(kind, subject, first!.clues[0]?.claim ?? { ko: '', en: '' }, clock(since, scene.input.timeZone)),
    evidence: evidenceFor(suspect, scene.input, subject, since), affected: affectedOf(scene, suspect.service), remedies: [],
    ruledOut: ruledOutBy(suspect, suspects),
  };
}

/**
 * Judge a window against a baseline.
 *
 * Cost: O(spans log spans + operations × items²); bounded by the limits of the query. Errors: none; windows that hold too
 * little get no verdict.
 */
export function causeVerdicts(input: CauseInput): Verdict[] {
  if (input.now.tracesRead < TRACES_MIN || input.baseline.tracesRead < TRACES_MIN) return [];
  const scene = causeSceneOf(input);
  const suspects = rankSuspects(scene);
  const strongest = suspects[0]?.confidence ?? 0;
  return suspects.slice(0, SAID_MAX)
    .map((suspect, i) => ({ suspect, confidence: i === 0 ? suspect.confidence : Math.min(suspect.confidence, SECOND_SHARE * strongest * 0.9 ** i) }))
    .filter(({ confidence }) => confidence >= SAID_FROM)
    .map(({ suspect, confidence }) => verdictOf(scene, suspect, confidence, suspects));
}
