// Who, people against connections, and the planner, asked over HTTP of a real collector with the real engine. Cohorts are
// planted in the data and named in no question; the crowd is small enough to know every place in line by heart.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CrowdAnswer, type IngestStatus, type PlanAnswer, type TransactionsAnswer, type VerdictsAnswer, type WhoAnswer } from '@narrows/contract';
import { CollectorProcess } from './serve-collector.js';
import { metrics, newId, traces, type SpanText } from './serve-otlp.js';

const collector = new CollectorProcess();
const to = Math.floor((Date.now() - 20_000) / 10_000) * 10_000;
const from = to - 60_000;
const REGIONS = ['seoul', 'busan', 'daegu', 'jeju'];
const VERSIONS = ['5.0', '5.1', '5.2'];
const SPANS = 3_000;

/** Verifications: those of region busan with version 5.2 are slow, those of birth digit 7 fail every second time. */
function verifications(): SpanText[] {
  return Array.from({ length: SPANS }, (_, i): SpanText => {
    const [region, version, digit] = [REGIONS[i % 4]!, VERSIONS[Math.floor(i / 4) % 3]!, String(Math.floor(i / 12) % 10)];
    const failed = digit === '7' && Math.floor(i / 120) % 2 === 0;
    const slow = region === 'busan' && version === '5.2';
    return {
      service: 'identity', name: 'POST /verify', kind: 'server', endMs: from + 5_000 + i * 15, durationMs: slow ? 4_000 : 200, error: failed ? 'not eligible' : undefined,
      attributes: {
        'http.request.method': 'POST', 'http.route': '/verify', 'identity.channel': i % 2 ? 'KT' : 'SKT', 'http.response.status_code': failed ? '403' : '200',
        'enduser.pseudo.id': `p${i}`, 'session.id': `s${i}`, 'booking.birth_digit': digit, 'booking.region': region, 'app.version': version, 'order.id': newId(8),
      },
    };
  });
}

/** Whether the hospital is full: those of 1962 are told so from the fortieth second on, however quickly they are answered. */
const toldFrom = to - 3_600_000;
const told = (): SpanText[] => Array.from({ length: 1_200 }, (_, i): SpanText => {
  const year = i % 4 === 0 ? '1962' : `19${70 + (i % 7)}`;
  return {
    service: 'booking', name: 'POST /slots', kind: 'server', endMs: toldFrom + 5_000 + i * 70, durationMs: 40,
    attributes: { 'http.request.method': 'POST', 'http.route': '/slots', 'enduser.pseudo.id': `t${i}`, 'booking.year': year, 'booking.outcome': year === '1962' && i > 500 ? 'not eligible' : 'booked' },
  };
});

/** At booking, half an hour ago: one person on two browsers, one who failed and tried again, one who reloaded, a machine, a stranger. */
const crowdFrom = to - 1_800_000;
const crowdTo = crowdFrom + 60_000;
function crowd(): SpanText[] {
  const book = (second: number, person: string, session: string, failed = false): SpanText => ({
    service: 'booking', name: 'POST /reservations', kind: 'server', endMs: crowdFrom + second * 1_000, durationMs: 50, error: failed ? 'full' : undefined,
    attributes: { 'http.request.method': 'POST', 'http.route': '/reservations', ...(person === '' ? {} : { 'enduser.pseudo.id': person }), 'session.id': session },
  });
  const wait = (second: number, person: string, session: string): SpanText => ({ service: 'waiting-room', name: 'GET /queue', kind: 'server', endMs: crowdFrom + second * 1_000, durationMs: 5, attributes: { 'enduser.pseudo.id': person, 'session.id': session } });
  return [
    book(10, 'ann', 'ann-phone'), book(11, 'ann', 'ann-laptop'),
    book(12, 'bob', 'bob', true), book(14, 'bob', 'bob'),
    book(13, 'eve', 'eve'), book(20, 'eve', 'eve'),
    ...Array.from({ length: 45 }, (_, i) => book(10 + i, '', 'machine')), book(30, '', 'stranger'),
    // Polled ten times it is one stay; after the booking a second one begins.
    ...Array.from({ length: 10 }, (_, i) => wait(1 + i / 2, 'eve', 'eve')), wait(40, 'eve', 'eve'), wait(41, 'eve', 'eve'),
  ];
}

beforeAll(async () => {
  await collector.start();
  await collector.logIn();
  for (const spans of [verifications(), crowd(), told()]) expect((await collector.send('traces', traces(spans))).status).toBe(200);
  const gauge = Array.from({ length: 60 }, (_, i) => ({ name: 'identity.workers', value: 40, atMs: from + i * 1_000, attributes: { 'identity.channel': i % 2 ? 'KT' : 'SKT' } }));
  expect((await collector.send('metrics', metrics('identity', gauge))).status).toBe(200);
  await collector.askUntil<IngestStatus>('/ingest', (s) => s.services.length >= 3 && s.spoolBytes === 0);
});
afterAll(() => collector.remove());

const said = ({ rows }: WhoAnswer) => rows.map(({ conditions }) => conditions.map(({ attribute, value }) => `${attribute}=${value}`).sort().join(' & '));

describe('who', () => {
  it('is in a rectangle of slow ones: the pair that was planted, first', async () => {
    const answer = await collector.ask<WhoAnswer>(`/who?from=${from}&to=${to}&minDurationMs=2500`);
    expect(said(answer)[0]).toBe('app.version=5.2 & booking.region=busan');
    expect(answer.selected).toMatchObject({ total: SPANS / 12, sampled: SPANS / 12 });
    expect(answer.rows[0]).toMatchObject({ share: 1, backgroundShare: 0 });
    expect(answer.identifiers).toEqual(expect.arrayContaining(['order.id', 'enduser.pseudo.id', 'session.id']));
    expect(said(answer).some((who) => who.includes('order.id'))).toBe(false);
  });

  it('fails: the birth digit that nobody named', async () => {
    const answer = await collector.ask<WhoAnswer>(`/who?from=${from}&to=${to}&pipeline=vaccine&stage=identity&error=true`);
    expect(said(answer)).toContain('booking.birth_digit=7');
    expect(said(answer).some((who) => who.startsWith('error='))).toBe(false);
  });

  it('is in a verdict, from its kind, place and onset alone', async () => {
    const answer = await collector.ask<WhoAnswer>(`/who?of=errors&pipeline=vaccine&stage=identity&from=${from}&to=${to}`);
    expect(answer.filters).toMatchObject({ stage: 'identity', error: true });
    expect(said(answer)).toContain('booking.birth_digit=7');
    expect(await collector.ask<WhoAnswer>(`/who?of=surge&pipeline=vaccine&stage=identity&from=${from}&to=${to}`)).toMatchObject({ background: 'before' });
    const { verdicts } = await collector.ask<VerdictsAnswer>(`/verdicts?from=${from}&to=${to}&pipeline=vaccine&who=true`);
    for (const { affected } of verdicts) expect(Array.isArray(affected.who)).toBe(true);
  });

  it('is told something new: the verdict names those who are, against those who are told something else', async () => {
    const { verdicts } = await collector.ask<VerdictsAnswer>(`/verdicts?from=${toldFrom}&to=${toldFrom + 89_000}&pipeline=vaccine&who=true`);
    const shift = verdicts.find(({ kind }) => kind === 'outcome_shift');
    expect(shift?.subject.attribute).toBe('outcome=not eligible');
    expect(shift?.affected.who[0]).toMatchObject({ attribute: 'booking.year', value: '1962', share: 1 });
    expect(shift?.affected.who.some(({ value }) => value.includes('not eligible'))).toBe(false);
  });

  it('leads to the transactions it speaks of', async () => {
    const where = encodeURIComponent(JSON.stringify({ 'app.version': '5.2', 'booking.region': 'busan' }));
    expect((await collector.ask<TransactionsAnswer>(`/transactions?from=${from}&to=${to}&minDurationMs=2500&where=${where}`)).total).toBe(SPANS / 12);
    expect((await collector.ask<TransactionsAnswer>(`/transactions?from=${from}&to=${to}&maxDurationMs=2500&where=${where}`)).total).toBe(0);
  });

  it('of nothing is nobody, of everything is refused, and so is what cannot be read', async () => {
    expect(await collector.ask<WhoAnswer>(`/who?from=${from}&to=${to}&minDurationMs=60000`)).toMatchObject({ rows: [], selected: { total: 0 } });
    for (const query of [`from=${from}&to=${to}`, `from=${from}&to=${to}&error=true&background=everything`, `from=${from}&to=${to}&where=region`, `from=${from}&to=${to}&where=${encodeURIComponent('{"a":1}')}`, `from=${from}&to=${to}&error=true&backgroundFrom=5&backgroundTo=4`]) {
      expect((await collector.get(`/api/v1/who?${query}`)).status, query).toBe(400);
    }
    expect((await collector.get(`/api/v1/who?from=${from}&to=${to}&error=true`, {})).status).toBe(401);
  });
});

describe('people against connections', () => {
  it('adds up: every place in line that is not a person\'s first has its reason', async () => {
    const answer = await collector.ask<CrowdAnswer>(`/crowd?pipeline=vaccine&from=${crowdFrom}&to=${crowdTo}`);
    const booking = answer.stages.find(({ stage }) => stage === 'booking')!;
    expect(booking).toMatchObject({ places: 52, persons: 3, sessions: 6, addresses: null, gap: 49 });
    expect(Object.fromEntries(booking.reasons.map(({ reason, count }) => [reason, count]))).toEqual({ devices: 1, retries: 1, rejoins: 1, machines: 45, nobody: 1 });
    // A stay in the waiting room is one place, however often it was polled.
    expect(answer.stages.find(({ stage }) => stage === 'waiting-room')).toMatchObject({ deliberate: true, places: 2, persons: 1, gap: 1 });
    expect(answer.oneIn).toBe(1);
  });

  it('of no pipeline is refused, of a time without anybody is empty', async () => {
    expect((await collector.get('/api/v1/crowd?pipeline=')).status).toBe(400);
    expect(await collector.ask<CrowdAnswer>(`/crowd?pipeline=vaccine&from=${crowdFrom - 600_000}&to=${crowdFrom - 500_000}`)).toMatchObject({ stages: [] });
  });
});

describe('the planner', () => {
  it('says how many servers a drawn crowd needs, and what wait fewer lead to', async () => {
    const needed = await collector.ask<PlanAnswer>('/plan?pipeline=vaccine&profile=drawn&points=0:5,5:200,20:200,21:5,40:5&targetWaitMs=2000');
    expect(needed).toMatchObject({ given: false, profile: 'drawn', targetWaitMs: 2_000 });
    expect(needed.arrivals).toHaveLength(40);
    const places = needed.places.filter(({ stage }) => stage === 'identity');
    expect(places.length).toBeGreaterThanOrEqual(1);
    for (const place of places) {
      expect(place.servers!).toBeGreaterThan(1);
      expect(place.waitMsMax!).toBeLessThanOrEqual(2_000);
      expect(place.wait).toHaveLength(40);
    }
    const given = places.map(({ stage, channel }) => `${channel === '' ? stage : `${stage}/${channel}`}=1`).join(',');
    const short = await collector.ask<PlanAnswer>(`/plan?pipeline=vaccine&profile=drawn&points=0:5,5:200,20:200,21:5,40:5&servers=${encodeURIComponent(given)}`);
    expect(short.given).toBe(true);
    expect(short.places.find(({ stage }) => stage === 'identity')!.waitMsMax!).toBeGreaterThan(100_000);
  });

  it('repeats the last opening so many times over', async () => {
    const once = await collector.ask<PlanAnswer>('/plan?pipeline=vaccine&profile=opening');
    const thrice = await collector.ask<PlanAnswer>('/plan?pipeline=vaccine&profile=opening&times=3');
    expect(once.takenFrom).not.toBeNull();
    expect(Math.max(...thrice.arrivals) / Math.max(...once.arrivals)).toBeCloseTo(3, 1);
  });

  it('refuses what it cannot read, by the parameter\'s name', async () => {
    for (const [query, name] of [['profile=drawn', 'points'], ['profile=drawn&points=1,2', 'points'], ['servers=identity', 'servers'], ['times=0', 'times'], ['targetWaitMs=0', 'targetWaitMs'], ['profile=dream', 'profile']] as const) {
      const answer = await collector.get(`/api/v1/plan?pipeline=vaccine&${query}`);
      expect(answer.status, query).toBe(400);
      expect((await answer.json() as { error: { message: string } }).error.message).toContain(name);
    }
    expect((await collector.get('/api/v1/plan?pipeline=')).status).toBe(400);
  });
});
