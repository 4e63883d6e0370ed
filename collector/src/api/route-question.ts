// What the routes of the query API have in common: how one is described, which pipeline is meant, and which range. Mistakes
// in a question are found here and said by the parameter's name.
import { ERRORS, ErrorAnswerSchema, LIMITS, NarrowsError, type PipelineDefinition } from '@narrows/contract';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TSchema } from 'typebox';
import type { Range } from '../query/question.js';

export type App = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, TypeBoxTypeProvider>;

const RANGE_DEFAULT_MS = LIMITS.liveWindowSeconds * 1_000;
const FAULTS = Object.fromEntries([400, 401, 403, 404, 422, 429, 500, 503, 504].map((status) => [status, ErrorAnswerSchema]));

export function describe<Answer extends TSchema>(summary: string, answer: Answer) {
  const codes = Object.entries(ERRORS).filter(([, { http }]) => http in FAULTS).map(([code]) => code);
  return { schema: { summary, description: `Errors: ${codes.join(', ')}`, tags: ['query'], response: { 200: answer, ...FAULTS } } };
}

/** Left out: the agency's first. `''`: services. Errors: NOT_FOUND. */
export function choosePipeline(defined: readonly PipelineDefinition[], id: string | undefined): PipelineDefinition | null {
  if (id === undefined) return defined[0] ?? null;
  if (id === '') return null;
  const found = defined.find((p) => p.id === id);
  if (!found) throw new NarrowsError('NOT_FOUND', `pipeline: there is no "${id.slice(0, 80)}" in this agency`);
  return found;
}

/** Errors: QUERY_INVALID. */
export function rangeOf(query: { from?: number; to?: number }, nowMs: number, maxMs: number, defaultMs: number = RANGE_DEFAULT_MS): Range {
  const toMs = query.to ?? nowMs;
  const fromMs = query.from ?? Math.max(0, toMs - defaultMs);
  if (fromMs >= toMs) throw new NarrowsError('QUERY_INVALID', `from: must lie before to (${fromMs} ≥ ${toMs})`);
  if (toMs - fromMs > maxMs) throw new NarrowsError('QUERY_INVALID', `from: the range may span at most ${maxMs / 1_000} s here`);
  if (toMs > LATEST_MS) throw new NarrowsError('QUERY_INVALID', 'to: lies beyond the year 2100; moments are Unix milliseconds');
  return { fromMs, toMs };
}
/** The store's DateTime ends in 2106. */
const LATEST_MS = Date.UTC(2100, 0, 1);

const BASELINE_MAX_MS = 24 * 3600_000;

/** What the caller wants a window to be compared with; null: the judge chooses. Errors: QUERY_INVALID. */
export function baselineOf({ baselineFrom, baselineTo }: { baselineFrom?: number; baselineTo?: number }): Range | null {
  if (baselineFrom === undefined && baselineTo === undefined) return null;
  if (baselineFrom === undefined || baselineTo === undefined) throw new NarrowsError('QUERY_INVALID', 'baselineFrom, baselineTo: give both, or neither for a baseline of the judge\'s own choice');
  if (baselineFrom >= baselineTo) throw new NarrowsError('QUERY_INVALID', `baselineFrom: must lie before baselineTo (${baselineFrom} ≥ ${baselineTo})`);
  if (baselineTo - baselineFrom > BASELINE_MAX_MS) throw new NarrowsError('QUERY_INVALID', `baselineFrom: a baseline may span at most ${BASELINE_MAX_MS / 1_000} s`);
  if (baselineTo > LATEST_MS) throw new NarrowsError('QUERY_INVALID', 'baselineTo: lies beyond the year 2100; moments are Unix milliseconds');
  return { fromMs: baselineFrom, toMs: baselineTo };
}
