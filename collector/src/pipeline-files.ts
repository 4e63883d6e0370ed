// Pipelines as YAML: one definition a file, or several in a list. Everything wrong in all files is told together, with
// the file and the path inside it, before anything starts.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { NarrowsError, PipelineSchema, type PipelineDefinition } from '@narrows/contract';
import { Compile } from 'typebox/compile';
import { parseDocument } from 'yaml';

const validator = Compile(PipelineSchema);

/** Read a file, or all `.yaml` and `.yml` files of a directory by name. Errors: CONFIG_INVALID. */
export function readPipelineFiles(location: string): PipelineDefinition[] {
  const mistakes: string[] = [];
  const pipelines: PipelineDefinition[] = [];
  for (const file of filesAt(location)) {
    for (const [at, candidate] of parseFile(file, mistakes)) {
      const found = checkPipeline(candidate);
      if (Array.isArray(found)) mistakes.push(...found.map((mistake) => `${file}: ${at}${mistake}`));
      else if (pipelines.some((p) => p.id === found.id)) mistakes.push(`${file}: ${at}id: "${found.id}" is defined twice`);
      else pipelines.push(found);
    }
  }
  if (mistakes.length > 0) throw new NarrowsError('CONFIG_INVALID', `pipelines:\n  ${mistakes.join('\n  ')}`);
  return pipelines;
}

function filesAt(location: string): string[] {
  try {
    if (!statSync(location).isDirectory()) return [location];
    return readdirSync(location).filter((name) => /\.ya?ml$/.test(name)).sort().map((name) => path.join(location, name));
  } catch (cause) {
    throw new NarrowsError('CONFIG_INVALID', `pipelines: ${location} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** Candidates with the prefix under which their mistakes are told. */
function parseFile(file: string, mistakes: string[]): [string, unknown][] {
  const document = parseDocument(readFileSync(file, 'utf8'));
  if (document.errors.length > 0) {
    mistakes.push(...document.errors.map((e) => `${file}: ${e.message.split('\n')[0]}`));
    return [];
  }
  const content: unknown = document.toJS();
  return Array.isArray(content) ? content.map((one, i): [string, unknown] => [`[${i}].`, one]) : [['', content]];
}

/** One definition as text: itself, or everything that is wrong with it. */
export function readPipelineText(text: string): PipelineDefinition | string[] {
  const document = parseDocument(text);
  return document.errors.length > 0 ? document.errors.map((e) => e.message.split('\n')[0] ?? e.message) : checkPipeline(document.toJS());
}

/** The definition, or what is wrong with it as `path: mistake`. */
export function checkPipeline(candidate: unknown): PipelineDefinition | string[] {
  if (!validator.Check(candidate)) {
    return validator.Errors(candidate).map((e) => {
      const where = e.instancePath.slice(1).replaceAll('/', '.');
      return `${where || '(document)'}: ${e.message}`;
    });
  }
  const ids = candidate.stages.map((s) => s.id);
  const twice = ids.filter((id, i) => ids.indexOf(id) !== i);
  return twice.length > 0 ? twice.map((id) => `stages: "${id}" is there twice`) : candidate;
}
