import type { Marker, Remedy, Subject } from '@narrows/contract';
import { expect, test } from 'vitest';
import { markersOfVerdict } from './marker-match.js';

const marker = (id: string, at: number, subject: Subject): Marker => ({ id, at, kind: 'action', text: id, subject, by: 'kim' });
const remedy = (subject: Subject): Remedy => ({ action: 'add_instances', subject, amount: 2, assumptions: [], predicted: { waitBefore: null, waitAfter: null, throughput: null, clearsInSeconds: null } });
const verdict = { since: 1_000, subject: { pipeline: 'v', stage: 'identity', service: 'identity' }, remedies: [remedy({ stage: 'waiting-room' })] };

test('what was done since a verdict at its place, or at that of its remedy, is about it; the newest first', () => {
  const markers = [
    marker('before', 900, { stage: 'identity' }), marker('place', 1_100, { stage: 'identity' }), marker('elsewhere', 1_200, { stage: 'booking' }),
    marker('nowhere', 1_300, {}), marker('other channel', 1_400, { service: 'identity', channel: 'KT' }), marker('remedy', 1_500, { stage: 'waiting-room' }),
  ];
  expect(markersOfVerdict(markers, verdict).map(({ id }) => id)).toEqual(['remedy', 'other channel', 'place']);
  expect(markersOfVerdict(markers, { ...verdict, subject: { ...verdict.subject, channel: 'SKT' }, remedies: [] }).map(({ id }) => id)).toEqual(['place']);
});
