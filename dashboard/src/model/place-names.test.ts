import type { PipelineDefinition } from '@narrows/contract';
import { expect, test } from 'vitest';
import { placeNames, subjectNames } from './place-names.js';

const pipeline = (id: string, word: string): PipelineDefinition => ({
  id, name: { ko: id, en: id },
  stages: [{ id: 'form', match: { name: 'x' } }, { id: 'identity', name: { ko: `본인인증${word}`, en: `Identity${word}` }, match: { name: 'x' }, channel: 'via', channels: { 'pass-skt': { ko: `PASS(SKT)${word}`, en: `PASS (SKT)${word}` } } }],
  outcomes: { booked: { ko: `예약 완료${word}`, en: `Booked${word}` } },
});
const both = [pipeline('july', ''), pipeline('august', ' 8')];

test('stages, channels and outcomes have the names of their pipeline, and their ids where it gives none', () => {
  const names = placeNames(both, 'ko');
  expect([names.stage('identity'), names.stage('form'), names.stage('gone')]).toEqual(['본인인증', 'form', 'gone']);
  expect([names.channel('identity', 'pass-skt'), names.channel('', 'pass-skt'), names.channel('form', 'pass-skt'), names.channel('identity', 'constructor')]).toEqual(['PASS(SKT)', 'PASS(SKT)', 'pass-skt', 'constructor']);
  expect([names.outcome('booked'), names.outcome('')]).toEqual(['예약 완료', '']);
  expect([names.place({ stage: 'identity', channel: 'pass-skt' }), names.place({ stage: '', channel: '' })]).toEqual(['본인인증 · PASS(SKT)', '']);
});

test('the pipeline that is looked at decides before all others', () => {
  expect(placeNames(both, 'en', 'august').outcome('booked')).toBe('Booked 8');
});

test('a subject is called by its names, with its service and dependency as they are', () => {
  expect(subjectNames({ stage: 'identity', channel: 'pass-skt', service: 'identity' }, placeNames(both, 'en'))).toEqual(['Identity', 'PASS (SKT)', 'identity']);
  expect(subjectNames({ service: 'booking', dependency: 'registry' }, placeNames([], 'en'))).toEqual(['booking', 'registry']);
});
