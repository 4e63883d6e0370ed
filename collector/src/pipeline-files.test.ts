// What the author of a pipeline file is told.
import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkPipeline, readPipelineFiles } from './pipeline-files.js';

const GOOD = 'id: vaccine\nname: { ko: 백신, en: Vaccine }\nstages:\n  - { id: identity, match: { service: identity } }\n';
function directoryWith(files: Record<string, string>): string {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'narrows-pipelines-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(directory, name), text);
  return directory;
}

describe('pipeline files', () => {
  it('a directory is read by name, other files are left alone', () => {
    const directory = directoryWith({ 'b.yaml': GOOD.replace('vaccine', 'b'), 'a.yml': GOOD.replace('vaccine', 'a'), 'notes.txt': '!!' });
    expect(readPipelineFiles(directory).map((p) => p.id)).toEqual(['a', 'b']);
  });
  it('a mistake is told with its file and the path inside it', () => {
    const directory = directoryWith({ 'a.yaml': GOOD.replace('service: identity', 'servic: identity') });
    expect(() => readPipelineFiles(directory)).toThrow(/a\.yaml: stages\.0\.match/);
  });
  it('mistakes of all files are told together', () => {
    const directory = directoryWith({ 'a.yaml': GOOD.replace('id: vaccine', 'id: Bad Id'), 'b.yaml': 'stages: [' });
    expect(() => readPipelineFiles(directory)).toThrow(/a\.yaml: id.*[\s\S]*b\.yaml: /);
  });
  it('an id that is defined twice is a mistake, of pipelines and of stages', () => {
    expect(() => readPipelineFiles(directoryWith({ 'a.yaml': GOOD, 'b.yaml': GOOD }))).toThrow('"vaccine" is defined twice');
    expect(checkPipeline({ id: 'p', name: { ko: 'a', en: 'a' }, stages: [{ id: 's', match: { name: 'x' } }, { id: 's', match: { name: 'y' } }] })).toEqual(['stages: "s" is there twice']);
  });
  it('channels and outcomes have names in both languages, of at most 80 characters', () => {
    const named = (name: object) => ({ id: 'p', name: { ko: 'a', en: 'a' }, stages: [{ id: 's', match: { name: 'x' }, channel: 'via', channels: { skt: name } }], outcomes: { booked: { ko: '예약 완료', en: 'Booked' } } });
    expect(checkPipeline(named({ ko: 'PASS(SKT)', en: 'PASS (SKT)' }))).toMatchObject({ outcomes: { booked: { ko: '예약 완료' } } });
    expect(checkPipeline(named({ ko: 'PASS(SKT)' }))).toEqual([expect.stringMatching(/^stages\.0\.channels\.skt/)]);
    expect(checkPipeline(named({ ko: 'a'.repeat(81), en: 'a' }))).toEqual([expect.stringMatching(/^stages\.0\.channels\.skt\.ko/)]);
  });
  it('the demo\'s pipelines are valid, and both orders of July and August speak of the same channels and outcomes', () => {
    const all = readPipelineFiles(fileURLToPath(new URL('../../demo-system/pipelines', import.meta.url)));
    const [after, before] = ['vaccine-after', 'vaccine-before'].map((id) => all.find((pipeline) => pipeline.id === id));
    const channels = (pipeline: typeof after) => pipeline?.stages.find((stage) => stage.id === 'identity')?.channels;
    expect(Object.keys(channels(before) ?? {})).toHaveLength(9);
    expect(channels(after)).toEqual(channels(before));
    expect(after?.outcomes).toEqual(before?.outcomes);
  });
  it('a location that does not exist is named', () => {
    expect(() => readPipelineFiles('/nowhere/p.yaml')).toThrow('/nowhere/p.yaml');
  });
});
