// The crowd is larger than the people in it: browsers or devices that each person opens have become more, while the
// persons have not. Compared are distinct persons and distinct sessions of each step of ten seconds, at the stage where
// most persons are named; where spans do not say whose they are (a waiting room before anybody has given a name), there are
// more sessions than persons for that reason alone, and nothing is said.
import { PEOPLE_STEP_MS, type Evidence } from '@narrows/contract';
import { confidenceOf, ramp } from './confidence.js';
import { meanOver, residenceOver } from './flow.js';
import { blockDuplicates } from './remedies-of-change.js';
import { meanStayAt } from './remedies.js';
import type { Finding, VerdictRule } from './rule.js';
import { FAINTEST, evidenceOf, linkTo } from './rule.js';
import type { Scene } from './scene.js';
import { clock, duplicatesSentence } from './sentences.js';
import { shiftOf } from './steps.js';

const PERSONS_MIN = 20;
/** Of a stage's spans, so many must say whose they are. */
const NAMED_MIN = 0.9;
const PRIOR = -3;

interface Counted { atMs: number; persons: number; sessions: number }

/** Persons and sessions step by step, where both are known, of the stage at which most persons are counted. */
function countedPeople(scene: Scene): Counted[] {
  const known = [...scene.people.values()].map((points) => points.flatMap(({ atMs, spans, named, persons, sessions }) => (
    persons !== null && sessions !== null && persons >= PERSONS_MIN && named >= NAMED_MIN * spans ? [{ atMs, persons, sessions }] : [])));
  const personsIn = (steps: readonly Counted[]) => steps.reduce((sum, { persons }) => sum + persons, 0);
  return known.reduce<Counted[]>((most, steps) => (personsIn(steps) > personsIn(most) ? steps : most), []);
}

function evidenceFor(scene: Scene, since: number, ratio: { before: number; now: number }, persons: number, sessions: number): Evidence[] {
  const link = linkTo(scene, { pipeline: scene.pipeline ?? undefined }, since);
  return [
    evidenceOf({ ko: '한 사람이 연 브라우저와 기기', en: 'Browsers and devices for each person' }, 'sessions_per_person', '1', ratio.before, ratio.now, link),
    evidenceOf({ ko: '최근 10초의 실제 사람', en: 'Persons in the last ten seconds' }, 'persons', '{person}', null, persons, link),
    evidenceOf({ ko: '최근 10초의 접속', en: 'Connections in the last ten seconds' }, 'sessions', '{session}', null, sessions, link),
  ];
}

export const duplicateCrowd: VerdictRule = {
  kind: 'duplicate_crowd',
  find(scene): Finding[] {
    const known = countedPeople(scene);
    const shift = shiftOf(known.map(({ atMs, persons, sessions }) => ({ atMs, sum: sessions, count: persons })), PEOPLE_STEP_MS);
    const place = scene.stages.find(({ deliberate }) => !deliberate);
    const last = known[known.length - 1];
    if (shift === null || place === undefined || last === undefined || scene.pipeline === null) return [];
    const growth = shift.now / Math.max(1, shift.before);
    const confidence = confidenceOf(PRIOR, [
      { strength: ramp(growth, 1.08, 1.35), absent: -3, full: 3 },
      { strength: ramp(((shift.now - shift.before) * Math.sqrt(shift.countNow)) / Math.sqrt(Math.max(0.2, shift.now)), 2, 6), absent: -2, full: 1.5 },
      { strength: ramp(shift.now, 1.1, 1.4), absent: -2, full: 1 },
      { strength: ramp((scene.toMs - shift.atMs) / 1_000, 2, 7), absent: -2, full: 1 },
    ], scene.seconds);
    if (confidence < FAINTEST) return [];
    const since = Math.max(scene.fromMs, Math.round(shift.atMs));
    const subject = { pipeline: scene.pipeline };
    const arrivals = meanOver(place.flow.arrivals, scene.seconds - 20, scene.seconds);
    const stay = residenceOver(place.points, scene.seconds - 60, scene.seconds);
    const extra = last.sessions - last.persons;
    return [{
      place,
      verdict: {
        kind: 'duplicate_crowd', since, confidence, subject,
        sentence: duplicatesSentence(clock(since, scene.timeZone), last.persons, last.sessions),
        evidence: evidenceFor(scene, since, shift, last.persons, last.sessions),
        affected: { journeys: Math.max(0, Math.round(extra)), share: Math.min(1, Math.max(0, extra / Math.max(1, last.sessions))), who: [] },
        remedies: [blockDuplicates(subject, Math.max(1, Math.round(extra)), {
          waitBeforeMs: stay?.residenceMs ?? null, waitAfterMs: meanStayAt(place, arrivals / growth), throughput: arrivals / growth,
        })],
        ruledOut: [{ subject, because: { ko: '사람이 아니라 접속이 늘었습니다', en: 'There are more connections, not more people' } }],
      },
    }];
  },
};
