// A service conducts itself otherwise than before: spans, calls, logs or errors that went together no longer do. Callers
// of a failing service change too (they log the failure, they stop early), so an execution whose change comes with a
// change further down in the same trace is a victim there, and only what nobody below explains accuses. Where several
// callers stop after calling the same service, that service is accused although its own spans look as ever: it answered
// something that nobody could use. Source: spectrum-based fault localisation over traces (MicroRank, Yu et al., WWW 2021).
import type { Bilingual } from '@narrows/contract';
import { CALLS, ENTERED, operationKey, shows, weightsOf, type ConductChange } from './conduct.js';
import type { CauseScene, Clue, EvidenceKind, Suspicion } from './evidence.js';
import type { Execution } from './executions.js';
import { differenceOfShares } from './robust.js';

const NATS_LOOKED_AT = 2;
const NATS_SHOWN = 3;
const SCALE = 5;
/** What noise can reach counts for little, but still orders those of whom nothing else is known. */
const FAINT = 0.4;
const CLUES_MAX = 3;
/** A failure further down than this is not followed up. */
const DEPTH_MAX = 32;
/** A change below explains one above if it is at least this part as certain. */
const EXPLAINS_SHARE = 0.3;

/** From these shares on an operation does something always, or mostly, and up to this one hardly ever. */
const ALWAYS = 0.9;
const MOSTLY = 0.5;
const HARDLY = 0.1;
/** What can be people's doing orders suspects and is not said aloud; nor is, so many nats beyond chance, what some did and nobody does any more. */
const OF_PEOPLE_NATS_MAX = 3;
const GONE_NATS_MAX = 4;

/**
 * How much a change can say at most. What some requests do and others do not, more of them now or fewer, is what people came for or what a
 * cache holds; and what is done beside all else from now on is what every release of something new looks like. Neither is an error, as what
 * stops that was always done is. Where whoever asks says that it was normal then, what is done always from now on is no release.
 */
function natsMaxOf({ item, shareNow, shareBefore }: ConductChange, { chanceNats, input: { isBaselineGiven } }: CauseScene): number {
  if (item === 'error span' || item === 'error log') return Infinity;
  if (shareNow > shareBefore) return isBaselineGiven && shareBefore <= HARDLY && shareNow >= ALWAYS ? Infinity : OF_PEOPLE_NATS_MAX;
  if (shareBefore >= ALWAYS) return Infinity;
  if (shareNow > HARDLY * shareBefore) return OF_PEOPLE_NATS_MAX;
  return shareBefore >= MOSTLY ? Infinity : chanceNats + GONE_NATS_MAX;
}

interface Odd { execution: Execution; change: ConductChange; below: Odd[] }

/** Executions of the window that show the most certain change of their operation. */
function oddExecutions(scene: CauseScene): Map<Execution, Odd> {
  const odd = new Map<Execution, Odd>();
  for (const execution of scene.now) {
    const ofOperation = scene.changes.get(operationKey(execution)) ?? [];
    const isShown = (candidate: ConductChange) => candidate.nats > NATS_LOOKED_AT && shows(execution, candidate);
    const change = ofOperation.find((candidate) => natsMaxOf(candidate, scene) === Infinity && isShown(candidate)) ?? ofOperation.find(isShown);
    if (change !== undefined) odd.set(execution, { execution, change, below: [] });
  }
  for (const found of odd.values()) {
    let above = found.execution.parent;
    for (let steps = 0; above !== null && steps < DEPTH_MAX; steps++, above = above.parent) odd.get(above)?.below.push(found);
  }
  return odd;
}

const explainedBy = ({ change, below }: Odd): Odd | undefined =>
  below.filter(({ execution, change: lower }) => execution.service !== change.service && lower.nats >= EXPLAINS_SHARE * change.nats)
    .sort((a, b) => b.change.nats - a.change.nats)[0];

/** A failed call that nobody answered says more of the called one than of the caller. */
interface Refused { change: ConductChange; callers: Map<string, number> }

/** What an execution calls: services, and what has no spans of its own by its address; and whether one of these calls failed without an answer. */
function refusedOf({ service, calls }: Execution): Map<string, boolean> {
  const refused = new Map<string, boolean>();
  for (const { span, callee, usual } of calls) {
    const called = callee?.service ?? usual ?? span.peer;
    if (called !== '' && called !== service && span.kind !== 'Producer') refused.set(called, (refused.get(called) ?? false) || (callee === null && span.isError));
  }
  return refused;
}

/**
 * Services and peers whose calls fail without an answer more than before. They explain what is odd of their callers, and of the callers' callers:
 * a connection that is refused, a proxy in the way, a time-out; whoever is called has no span that could say so.
 */
function refusedCalls({ now, before }: CauseScene, odd: ReadonlyMap<Execution, Odd>): Map<string, Refused> {
  const counts = new Map<string, { now: number; badNow: number; before: number; badBefore: number; by: Execution[] }>();
  const add = (execution: Execution, isNow: boolean) => {
    for (const [called, isRefused] of refusedOf(execution)) {
      let count = counts.get(called);
      if (count === undefined) counts.set(called, (count = { now: 0, badNow: 0, before: 0, badBefore: 0, by: [] }));
      count[isNow ? 'now' : 'before'] += 1;
      if (!isRefused) continue;
      count[isNow ? 'badNow' : 'badBefore'] += 1;
      if (isNow) count.by.push(execution);
    }
  };
  for (const execution of before) add(execution, false);
  for (const execution of now) add(execution, true);
  const found = new Map<string, Refused>();
  for (const [called, count] of counts) {
    const [shareNow, shareBefore] = [count.badNow / Math.max(1, count.now), count.badBefore / Math.max(1, count.before)];
    // Of what was never called before nobody knows how it used to answer.
    if (count.before === 0 || shareNow <= shareBefore) continue;
    const nats = differenceOfShares(count.badNow, count.now, count.badBefore, count.before);
    if (nats < NATS_SHOWN) continue;
    const change: ConductChange = { service: called, operation: '', given: ENTERED, item: 'error span', shareBefore, shareNow, countBefore: count.before, countNow: count.now, nats };
    const callers = new Map<string, number>();
    for (const execution of count.by) {
      callers.set(execution.service, (callers.get(execution.service) ?? 0) + 1);
      let above: Execution | null = execution;
      for (let steps = 0; above !== null && steps < DEPTH_MAX; steps++, above = above.parent) odd.get(above)?.below.push({ execution: { ...execution, service: called }, change, below: [] });
    }
    found.set(called, { change, callers });
  }
  return found;
}

function clueOfRefused({ change: { service, shareBefore, shareNow } }: Refused): Clue {
  return {
    claim: {
      ko: `${service} 호출이 답 없이 실패한 비율: ${percent(shareBefore)}이던 것이 ${percent(shareNow)}입니다`,
      en: `Calls to ${service} that failed without an answer: ${percent(shareNow)}, was ${percent(shareBefore)}`,
    },
    measure: 'error_share', unit: '1', before: shareBefore, now: shareNow,
  };
}

/** A caller stops short where calls that it used to make vanish, and that with this certainty. */
const STOPPED_NATS = 5;

/** The service that the execution called last before it stopped short; null where it went on, or called nobody. */
function stoppedAfter({ execution, change }: Odd): string | null {
  if (change.shareNow >= change.shareBefore || change.nats < STOPPED_NATS || !change.item.includes(CALLS)) return null;
  return execution.calls.findLast(({ callee }) => callee !== null)?.callee?.service ?? null;
}

interface Charge { change: ConductChange; weight: number; explained: number }

/** Changes that executions of the window show, by service, with the part of them that something further down explains. */
function chargesOf(odd: ReadonlyMap<Execution, Odd>, weights: ReadonlyMap<Execution, number>, useless: ReadonlyMap<string, ReadonlyMap<string, Odd>>): Map<string, Charge[]> {
  const charges = new Map<string, Map<ConductChange, Charge>>();
  for (const found of odd.values()) {
    const { execution: { service }, change } = found;
    const weight = weights.get(found.execution) ?? 1;
    let ofService = charges.get(service);
    if (ofService === undefined) charges.set(service, (ofService = new Map()));
    const charge = ofService.get(change) ?? { change, weight: 0, explained: 0 };
    charge.weight += weight;
    if (explainedBy(found) !== undefined || useless.get(stoppedAfter(found) ?? '')?.has(service) === true) charge.explained += weight;
    ofService.set(change, charge);
  }
  return new Map([...charges].map(([service, ofService]) => [service, [...ofService.values()]]));
}

const ownNats = ({ change, weight, explained }: Charge, scene: CauseScene): number => Math.min(natsMaxOf(change, scene), change.nats) * (1 - explained / weight);

/** Services after whose answer two callers or more stop short, none of whose own executions is odd then. */
function usefulToNobody(odd: ReadonlyMap<Execution, Odd>): Map<string, Map<string, Odd>> {
  const found = new Map<string, Map<string, Odd>>();
  for (const each of odd.values()) {
    const last = stoppedAfter(each);
    if (last === null || last === each.execution.service || explainedBy(each) !== undefined) continue;
    const callers = found.get(last) ?? new Map<string, Odd>();
    if (each.change.nats > (callers.get(each.execution.service)?.change.nats ?? 0)) callers.set(each.execution.service, each);
    found.set(last, callers);
  }
  for (const [service, callers] of found) if (callers.size < 2) found.delete(service);
  return found;
}

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
const readable = (item: string): string => item.replace(/^(?:span|log) /, '').slice(0, 120);

function clueOf({ operation, given, item, shareBefore, shareNow }: ConductChange): Clue {
  const after: Bilingual = given === ENTERED ? { ko: '', en: '' } : { ko: `(${readable(given)} 이후) `, en: ` where there is ${readable(given)}` };
  return {
    claim: {
      ko: `${operation} 안에서 ${after.ko}${readable(item)}: ${percent(shareBefore)}이던 것이 ${percent(shareNow)}입니다`,
      en: `Within ${operation}${after.en}, ${readable(item)}: ${percent(shareNow)}, was ${percent(shareBefore)}`,
    },
    measure: item.startsWith('log') || item === 'error log' ? 'log_share' : item === 'error span' ? 'error_share' : 'span_share',
    unit: '1', before: shareBefore, now: shareNow, operation,
  };
}

function cluesFor(service: string, changes: CauseScene['changes']): Clue[] {
  const all = [...changes.values()].flat().filter((change) => change.service === service && change.nats > NATS_SHOWN);
  const seen = new Set<string>();
  return all.sort((a, b) => b.nats - a.nats).filter(({ item }) => !seen.has(item) && seen.add(item)).slice(0, CLUES_MAX).map(clueOf);
}

/** Log-odds of a change. Ten times the traces are no ten times the certainty: those of one minute have much in common. `chance` is what the largest of all changes reaches by itself (Bonferroni). */
const strength = (nats: number, chance: number): number => (nats > chance ? SCALE * Math.log1p((nats - chance) / SCALE) + FAINT * chance : FAINT * nats);

export const conductEvidence: EvidenceKind = {
  name: 'conduct',
  find(scene) {
    const odd = oddExecutions(scene);
    const refused = refusedCalls(scene, odd);
    const useless = usefulToNobody(odd);
    const charges = chargesOf(odd, weightsOf(scene.now), useless);
    const found: Suspicion[] = [];
    for (const [service, ofService] of charges) {
      const nats = (charge: Charge) => ownNats(charge, scene);
      const worst = ofService.reduce((a, b) => (nats(b) > nats(a) ? b : a));
      found.push({ service, kind: 'errors', operation: worst.change.operation, logOdds: strength(nats(worst), scene.chanceNats), clues: cluesFor(service, scene.changes) });
    }
    for (const [called, each] of refused) {
      const [caller] = [...each.callers].reduce((a, b) => (b[1] > a[1] ? b : a));
      // What has no spans of its own is named as what its callers depend on.
      const subject = scene.tracesBefore.has(called) || scene.tracesNow.has(called) ? { service: called } : { service: caller, dependency: called };
      found.push({ ...subject, kind: 'errors', logOdds: strength(each.change.nats, scene.chanceNats), clues: [clueOfRefused(each)] });
    }
    for (const [service, callers] of useless) {
      const nats = [...callers.values()].reduce((sum, { change }) => sum + change.nats, 0);
      const clues = [...callers.values()].map(({ change }) => clueOf(change)).slice(0, CLUES_MAX);
      found.push({ service, kind: 'errors', logOdds: strength(nats, scene.chanceNats), clues });
    }
    return found;
  },
};
