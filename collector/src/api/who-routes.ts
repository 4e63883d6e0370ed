// Who stands in line: what sets a selection apart from its background, and why there are more waiters than people.
import { LIMITS, mayDo, NarrowsError, CrowdAnswerSchema, CrowdQuerySchema, ROUTES, WhoAnswerSchema, WhoQuerySchema } from '@narrows/contract';
import { peopleReasons } from '../judge/people-reasons.js';
import { selectPeoplePlaces } from '../query/people-places.js';
import { personOf } from './authorization.js';
import type { QueryRoutesOptions } from './query-routes.js';
import { choosePipeline, describe, rangeOf, type App } from './route-question.js';
import { selectWhoAnswer } from './who.js';

/** A line is a matter of minutes; journeys are held whole for its length. */
const PEOPLE_RANGE_MAX_MS = 3600_000;

export function addWhoRoutes(app: App, { now, pipelines }: QueryRoutesOptions): void {
  app.get(ROUTES.who, { schema: { ...describe('What sets a selection of transactions, or those a verdict speaks of, apart from its background', WhoAnswerSchema).schema, querystring: WhoQuerySchema } }, async (request) => {
    const { agency, asker, owner } = personOf(request);
    // Whoever may not read traces is told about cohorts, and about no single person.
    return selectWhoAnswer({ asker, timeZone: agency.timeZone, persons: mayDo(owner.role, 'telemetry') }, request.query, rangeOf(request.query, now(), LIMITS.queryRangeMaxMs));
  });

  app.get(ROUTES.crowd, { schema: { ...describe('Places in line against people, with a number for each reason of the difference', CrowdAnswerSchema).schema, querystring: CrowdQuerySchema } }, async (request) => {
    const { agency, asker } = personOf(request);
    const pipeline = choosePipeline(pipelines(agency.id), request.query.pipeline);
    if (pipeline === null) throw new NarrowsError('QUERY_INVALID', 'pipeline: places in line are those of a pipeline\'s stages; name one');
    const range = rangeOf(request.query, now(), PEOPLE_RANGE_MAX_MS);
    const { rows, oneIn } = await selectPeoplePlaces(asker, pipeline, range);
    const deliberate = new Set(pipeline.stages.filter(({ wait }) => wait === 'deliberate').map(({ id }) => id));
    return { ...range, oneIn, stages: rows.map((row) => peopleReasons(row, deliberate.has(row.stage))) };
  });
}
