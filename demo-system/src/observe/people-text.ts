// What people lived through, in a few sentences for whoever ran the demo, to be held against what the screen said.
import type { PeopleCounts, Quantiles } from '../parent-channel.js';

const number = (value: number) => value.toLocaleString('en-GB');
const share = (part: number, all: number) => all === 0 ? '' : ` (${Math.round(100 * part / all)} %)`;
const seconds = (ms: number) => `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
const told = (times: Quantiles) => times === null ? null : `half within ${seconds(times.p50)}, 95 % within ${seconds(times.p95)}, 99 % within ${seconds(times.p99)}`;

export function peopleText(people: PeopleCounts): string {
  const { arrived, booked, gaveUp, devices } = people;
  const still = arrived - booked - gaveUp - people.notEligible - people.notTheirDay;
  const also: [number, string][] = [
    [people.thrownBack, 'times somebody was thrown back to the start'], [people.sessionsLost, 'times the site knew somebody no more'],
    [people.metSuspension, 'met a suspended booking'], [people.blockedDevices, 'other devices were turned away'],
    [people.notEligible, 'were told that they may not book'], [people.notTheirDay, 'came on another\'s day'],
  ];
  return [
    `${number(arrived)} people came with ${number(devices)} browsers: ${number(booked)} served${share(booked, arrived)}, ${number(gaveUp)} gave up${share(gaveUp, arrived)}, ${number(still)} were still on their way.`,
    ...(people.timeToBookMs ? [`Who was served: ${told(people.timeToBookMs)} from the moment they meant to come.`] : []),
    ...also.filter(([count]) => count > 0).map(([count, what]) => `${number(count)} ${what}.`),
    ...(people.answerMs ? [`Answers: ${told(people.answerMs)}, of ${number(people.requests)} requests; ${number(people.unanswered)} had none${because(people)}. The crowd itself was at most ${number(people.lateMsMax)} ms late.`] : []),
  ].join('\n');
}

function because({ unansweredBecause }: PeopleCounts): string {
  const reasons = Object.entries(unansweredBecause).toSorted(([, a], [, b]) => b - a).map(([reason, count]) => `${reason} ${number(count)}`);
  return reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
}
