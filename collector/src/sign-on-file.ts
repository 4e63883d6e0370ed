// The providers of single sign-on, as a YAML file beside the files of their secrets and authorities. Everything wrong in it is told
// together, at the start; a provider of one agency can give roles in that agency only, and nobody else's can be made of it.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { NarrowsError, SignOnFileSchema, type SignOnProvider } from '@narrows/contract';
import { Compile } from 'typebox/compile';
import { parseDocument } from 'yaml';
import { isLoopback } from './sign-on/provider-fetch.js';
import { Provider } from './sign-on/provider.js';

const validator = Compile(SignOnFileSchema);

/** Blank: none. Files that it names are looked for beside it. Errors: CONFIG_INVALID. */
export function readSignOnFile(file: string, now: () => number): Provider[] {
  if (file === '') return [];
  const document = parseDocument(textOf(file));
  if (document.errors.length > 0) throw invalid(file, document.errors.map((e) => e.message.split('\n')[0] ?? e.message));
  const content: unknown = document.toJS();
  if (!validator.Check(content)) throw invalid(file, validator.Errors(content).map((e) => `${e.instancePath.slice(1).replaceAll('/', '.') || '(document)'}: ${e.message}`));
  const mistakes = content.providers.flatMap((provider, i) => mistakesOf(provider, content.providers.slice(0, i)).map((mistake) => `${provider.id}: ${mistake}`));
  if (mistakes.length > 0) throw invalid(file, mistakes);
  const beside = (name: string | undefined): string | null => (name === undefined ? null : textOf(path.resolve(path.dirname(file), name)));
  return content.providers.map((provider) => new Provider({
    provider: { ...provider, roles: (provider.roles ?? []).map((one) => ({ ...one, ...provider.agency !== undefined && { agency: provider.agency } })) },
    clientSecret: beside(provider.clientSecretFile)?.trim() ?? null, ca: beside(provider.caFile), now,
  }));
}

function mistakesOf({ id, issuer, agency, roles = [] }: SignOnProvider, before: readonly SignOnProvider[]): string[] {
  const mistakes: string[] = [];
  if (before.some((one) => one.id === id)) mistakes.push('there are two of this id');
  const url = URL.canParse(issuer) ? new URL(issuer) : null;
  if (!url || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url)))) mistakes.push(`issuer: ${JSON.stringify(issuer)} must be an https address`);
  for (const { value, role, agency: where } of roles) {
    if (agency !== undefined && role === 'platform-admin') mistakes.push(`roles: "${value}": a provider of one agency cannot make platform administrators`);
    if (agency !== undefined && where !== undefined && where !== agency) mistakes.push(`roles: "${value}": this provider is for the agency "${agency}" only`);
    if (agency === undefined && role === 'platform-admin' && where !== undefined) mistakes.push(`roles: "${value}": platform administrators are so in every agency; leave "agency" out`);
    if (agency === undefined && role !== 'platform-admin' && where === undefined) mistakes.push(`roles: "${value}": say in which agency`);
  }
  return mistakes;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new NarrowsError('CONFIG_INVALID', `sign-on: ${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

const invalid = (file: string, mistakes: readonly string[]) => new NarrowsError('CONFIG_INVALID', `sign-on:\n  ${mistakes.map((mistake) => `${file}: ${mistake}`).join('\n  ')}`);
