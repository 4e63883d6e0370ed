// The address of the list as the question to the query API, and as the chips that say what is filtered.
import type { TransactionsQuery } from '@narrows/contract';

/** Parameters that narrow the list beyond pipeline and time; "clear all" takes exactly these. */
export const FILTERS = ['stage', 'channel', 'service', 'operation', 'outcome', 'person', 'traceId', 'where', 'minDurationMs', 'maxDurationMs', 'error'] as const;
export type FilterName = (typeof FILTERS)[number];
export type FilterState = Pick<TransactionsQuery, FilterName | 'sort'>;

/** Fields of facets that are also filters; others are shown nowhere. */
export const FACET_FILTERS = ['service', 'operation', 'stage', 'channel', 'outcome'] as const satisfies readonly FilterName[];
export type FacetFilter = (typeof FACET_FILTERS)[number];

export function transactionsQuestion(state: FilterState, place: { pipeline?: string }): Omit<TransactionsQuery, 'from' | 'to' | 'limit'> {
  const filters = Object.fromEntries(FILTERS.map((name) => [name, state[name]]).filter(([, value]) => value !== undefined));
  return { ...(place.pipeline === undefined ? {} : { pipeline: place.pipeline }), ...filters, sort: state.sort ?? 'newest' };
}
