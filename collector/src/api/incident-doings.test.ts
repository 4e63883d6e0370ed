import type { HelpedAnswer, Marker } from '@narrows/contract';
import { expect, test } from 'vitest';
import { doneEntry, helpedEntry } from './incident-doings.js';

const marker: Marker = { id: 'm1', at: 1_000, kind: 'action', text: 'six more servers', subject: { stage: 'identity' }, by: 'kim' };
const measured = { from: 60_000, to: 120_000, waitMs: 900, waitErrorMs: 10, line: 0, throughput: 40, errorShare: 0 };
const answer: HelpedAnswer = { at: 1_000, answer: 'helped', sentence: { ko: '효과가 있었습니다.', en: 'It helped:' }, subject: { stage: 'identity' }, verdict: null, remedy: null, before: measured, after: measured };

test('what was done stands with whoever did it, a deployment that the data shows with nobody\'s name', () => {
  expect(doneEntry(marker)).toEqual({ atMs: 1_000, kind: 'marker', actor: 'kim', text: { ko: '조치: six more servers', en: 'Action: six more servers' }, link: '' });
  expect(doneEntry({ ...marker, kind: 'deployment', text: 'web 1 → 2', by: null })).toMatchObject({ actor: 'Narrows', text: { ko: '배포: web 1 → 2', en: 'Deployment: web 1 → 2' } });
});

test('whether it helped stands where it was measured; what is too early or not known is not claimed', () => {
  expect(helpedEntry(marker, answer)).toMatchObject({ atMs: 120_000, kind: 'helped', text: { ko: '효과 (six more servers): 효과가 있었습니다.', en: 'Did it help (six more servers)? It helped:' } });
  for (const one of ['too_early', 'unknown'] as const) expect(helpedEntry(marker, { ...answer, answer: one })).toBeNull();
  expect(helpedEntry(marker, { ...answer, after: null })).toBeNull();
});
