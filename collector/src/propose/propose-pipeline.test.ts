// A pipeline from traffic: stages in the order of people's journeys, channels and outcomes by what their attributes look like, and
// a reason for each line. What is no stage is left out and said.
import { expect, test } from 'vitest';
import { proposePipeline, type AttributeShape, type TrafficShape } from './propose-pipeline.js';

const attribute = (key: string, spans: number, values: string[], distinct = values.length): AttributeShape => ({ key, spans, distinct, top: values.map((value) => ({ value, spans: Math.floor(spans / values.length) })) });
const shape = (service: string, route: string, positionMs: number, spans: number, attributes: AttributeShape[] = []): TrafficShape => ({ service, kind: 'server', method: 'POST', route, name: '', spans, positionMs, firstMs: positionMs, attributes });
const NAME = { id: 'main', name: { ko: '기관', en: 'agency' } };

const RESERVATION = [
  shape('booking', '/reservations', 9_000, 900, [attribute('booking.outcome', 880, ['booked', 'sold-out'])]),
  shape('identity', '/verify', 2_000, 1_000, [attribute('identity.channel', 990, ['SKT', 'KT', 'PASS']), attribute('http.response.status_code', 1_000, ['200', '504']), attribute('enduser.pseudo.id', 700, ['p1'], 650), attribute('request.id', 1_000, ['a', 'b'], 1_000)]),
  shape('web', '/enter', 0, 1_200, [attribute('session.id', 1_200, ['s1'], 1_100)]),
  shape('web', '/health', 0, 5_000),
  shape('admin', '/report', 100, 4),
];

test('stages stand in the order of the journey, and health checks and rarities are left out with a word', () => {
  const { pipeline, because } = proposePipeline(RESERVATION, NAME);
  expect(pipeline?.stages.map(({ id, match }) => [id, match])).toEqual([
    ['enter', { service: 'web', kind: 'server', route: 'POST /enter' }], ['verify', { service: 'identity', kind: 'server', route: 'POST /verify' }], ['reservations', { service: 'booking', kind: 'server', route: 'POST /reservations' }],
  ]);
  expect(because.filter(({ about }) => about === 'left-out').map(({ values }) => values[0])).toEqual(['web POST /health', 'admin POST /report']);
});

test('where nobody says whose a transaction is, stages stand in the order in which they were first met', () => {
  const alone = (route: string, firstMs: number): TrafficShape => ({ ...shape('shop', route, 0, 45), firstMs });
  const { pipeline } = proposePipeline([alone('/enter', 1_000), alone('/reservations', 1_040), alone('/verify', 1_020)], NAME);
  expect(pipeline?.stages.map(({ id }) => id)).toEqual(['enter', 'verify', 'reservations']);
});

test('channel, outcome, person and session are found among attributes, and technical or unique ones are none of them', () => {
  const { pipeline, because } = proposePipeline(RESERVATION, NAME);
  expect(pipeline).toMatchObject({ person: 'enduser.pseudo.id', session: 'session.id', outcome: 'booking.outcome' });
  expect(pipeline?.stages.map(({ channel }) => channel)).toEqual([undefined, 'identity.channel', undefined]);
  expect(because.find(({ about }) => about === 'channel')).toMatchObject({ stage: 'verify', attribute: 'identity.channel', spans: 990, of: 1_000, values: ['SKT', 'KT', 'PASS'] });
});

test('an attribute of which nearly all spans have one value is no channel, and neither is one with a value a span', () => {
  const one = { key: 'pay.channel', spans: 1_000, distinct: 2, top: [{ value: 'card', spans: 995 }, { value: 'bank', spans: 5 }] };
  for (const candidate of [one, attribute('pay.channel', 1_000, ['a', 'b'], 900), attribute('pay.channel', 500, ['a', 'b'])]) {
    expect(proposePipeline([shape('pay', '/pay', 0, 1_000, [candidate])], NAME).pipeline?.stages[0]?.channel).toBeUndefined();
  }
});

test('ids are unique and made of the path, also when paths are parameters or the same', () => {
  const { pipeline } = proposePipeline([shape('a', '/orders/:id', 0, 10), shape('b', '/orders/{id}', 1, 10), shape('c', '/', 2, 10), shape('a', '/v2/orders', 3, 10)], NAME);
  const ids = pipeline?.stages.map(({ id }) => id) ?? [];
  expect(ids).toEqual(['orders', 'b', 'c', 'a']);
  expect(ids.every((id) => /^[a-z0-9][a-z0-9-]{0,62}$/.test(id))).toBe(true);
});

test('hostile names become ids that the schema takes, and nothing at all becomes no proposal', () => {
  const { pipeline } = proposePipeline([shape('"><script>', '/<img src=x>/__proto__', 0, 10), { ...shape('서비스', '', 1, 10), name: '한글 이름' }], NAME);
  expect(pipeline?.stages.map(({ id }) => id)).toEqual(['proto', 'stage']);
  expect(proposePipeline([], NAME)).toEqual({ pipeline: null, because: [] });
  expect(proposePipeline([shape('a', '/a', 0, 1)], NAME).pipeline).toBeNull();
});

test('a hundred thousand shapes are a proposal of at most twelve stages', () => {
  const shapes = Array.from({ length: 100_000 }, (_, i) => shape(`s${i}`, `/r${i}`, i, 10 + (i % 7)));
  expect(proposePipeline(shapes, NAME).pipeline?.stages).toHaveLength(12);
});
