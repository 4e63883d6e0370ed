// What each agency may send, as a YAML file that an operator edits and the collector reads again on SIGHUP. Everything wrong
// in it is told together. A file that cannot be used, an empty one too, never takes effect: at the start it is an error,
// later the last good one stays, so that a slip of the editor neither lifts all limits nor shuts everybody out.
import { readFileSync } from 'node:fs';
import { LimitsFileSchema, NarrowsError, type LimitsFile } from '@narrows/contract';
import { Compile } from 'typebox/compile';
import { parseDocument } from 'yaml';

const validator = Compile(LimitsFileSchema);

/** Errors: CONFIG_INVALID. */
export function readLimitsFile(file: string): LimitsFile {
  const document = parseDocument(textOf(file));
  const content: unknown = document.errors.length > 0 ? undefined : document.toJS();
  if (document.errors.length > 0) throw invalid(file, document.errors.map((e) => e.message.split('\n')[0] ?? e.message));
  if (content === null || content === undefined) throw invalid(file, ['it is empty; for no limits at all write {}']);
  if (!validator.Check(content)) throw invalid(file, validator.Errors(content).map((e) => `${e.instancePath.slice(1).replaceAll('/', '.') || '(document)'}: ${e.message}`));
  return content;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new NarrowsError('CONFIG_INVALID', `limits: ${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

const invalid = (file: string, mistakes: readonly string[]) => new NarrowsError('CONFIG_INVALID', `limits:\n  ${mistakes.map((mistake) => `${file}: ${mistake}`).join('\n  ')}`);
