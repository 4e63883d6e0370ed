// Attributes in the address: a JSON object of names and values, and what a click on a row of "who" makes of it. Attributes
// that have a filter of their own use that one; an hour is no filter.
import type { Trait } from '@narrows/contract';

/** What is written in the address; nothing where it cannot be read. */
export function attributesIn(where: string | undefined): Record<string, string> {
  if (where === undefined || !where.startsWith('{')) return {};
  try {
    const parsed = JSON.parse(where) as Record<string, unknown>;
    return Object.fromEntries(Object.entries(parsed).filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

const OWN_FILTERS = ['service', 'operation', 'stage', 'channel', 'outcome', 'person'] as const;
type Own = (typeof OWN_FILTERS)[number];
export type TraitFilter = Partial<Record<Own, string>> & { error?: true; where?: string };

/** The change to the address that shows only these; null where one of them cannot be filtered by. */
export function filterOf(traits: readonly Trait[], whereNow: string | undefined): TraitFilter | null {
  const filter: TraitFilter = {};
  const attributes = attributesIn(whereNow);
  for (const { attribute, value } of traits) {
    const own = OWN_FILTERS.find((name) => name === attribute);
    if (attribute === 'hour') return null;
    if (own !== undefined) filter[own] = value;
    else if (attribute === 'error') filter.error = true;
    else attributes[attribute] = value;
  }
  return Object.keys(attributes).length === 0 ? filter : { ...filter, where: JSON.stringify(attributes) };
}
