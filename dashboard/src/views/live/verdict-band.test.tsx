import type { Verdict, WhoAnswer } from '@narrows/contract';
import { QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { createNarrowsQueryClient } from '../../api/query-client.js';
import { LocaleProvider } from '../../i18n/locale.js';
import { placeNames } from '../../model/place-names.js';
import { tickOf } from './tick-fixture.js';
import { VerdictBand, type VerdictBandProps } from './verdict-band.js';

const asked: URL[] = [];
afterEach(() => { cleanup(); vi.unstubAllGlobals(); asked.length = 0; });

const side = { fromMs: 0, toMs: 1, total: 40_000, sampled: 4_000 };
const WHO: WhoAnswer = {
  background: 'rest', filters: {}, selected: side, compared: side, identifiers: ['order.id'],
  rows: [{ conditions: [{ attribute: 'booking.birth_digit', value: '7' }, { attribute: 'region', value: '<b>busan</b>' }], also: [], share: 0.8, backgroundShare: 0.1, lift: 8, liftLow: 7.5, liftHigh: 8.6, confidence: 0.9999 }],
};

const SINCE = Date.UTC(2021, 6, 12, 11, 0, 12);
const PIPELINES = [{ id: 'vaccine', name: { ko: '백신', en: 'Vaccine' }, stages: [{ id: 'waiting-room', name: { ko: '대기실', en: 'Waiting room' }, match: { name: 'x' } }] }];
const saturation: Verdict = {
  kind: 'saturation', since: SINCE, confidence: 0.96, subject: { stage: 'identity' },
  sentence: { ko: '본인인증이 병목입니다', en: 'Identity verification is the bottleneck' },
  evidence: [{ claim: { ko: '들어오는 수', en: 'Arrivals' }, measure: 'arrivals', unit: '/s', before: 17, now: 62, link: '/live?stage=identity' }, { claim: { ko: '밖', en: 'outside' }, measure: 'x', unit: '1', before: null, now: 0.4, link: 'javascript:alert(1)' }],
  affected: { journeys: 912, share: 0.71, who: [{ attribute: 'identity.channel', value: 'KCB', share: 0.31, lift: 3.1 }] },
  remedies: [{ action: 'add_instances', subject: { service: 'identity' }, amount: 6, predicted: { waitBefore: 2_460_000, waitAfter: 90_000, throughput: 63, clearsInSeconds: null }, assumptions: [{ ko: '도착이 그대로입니다.', en: 'Arrivals stay.' }] }],
  ruledOut: [{ subject: { stage: 'waiting-room' }, because: { ko: '기다리게 하려고 만든 단계입니다.', en: 'It is there to make people wait.' } }],
};

function show(props: Partial<VerdictBandProps>, language: 'ko' | 'en' = 'ko') {
  const handlers = { onPanel: vi.fn(), onFollow: vi.fn(), onChooseWho: vi.fn() };
  vi.stubGlobal('fetch', async (input: string) => {
    asked.push(new URL(input, 'http://narrows.test'));
    return new Response(JSON.stringify(input.includes('/who') ? WHO : { pipelines: PIPELINES }), { status: 200 });
  });
  render(
    <QueryClientProvider client={createNarrowsQueryClient()}><LocaleProvider language={language} timeZone="Asia/Seoul">
      <VerdictBand tick={tickOf({ verdicts: [saturation], serverNowMs: SINCE + 221_900 })} names={placeNames(PIPELINES, language)} panel={null} {...handlers} {...props} />
    </LocaleProvider></QueryClientProvider>,
  );
  return handlers;
}

test('the sentence stands as the headline; under it for how long in whole seconds, and how sure, with the exact moment on hover', () => {
  show({});
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('본인인증이 병목입니다');
  expect(screen.getByText('3분 41초째').title).toContain('2021-07-12 20:00:12.000');
  expect(screen.getByText('확신 96 %')).toBeTruthy();
});

test('the remedy\'s button says what it makes of the wait', () => {
  const { onPanel } = show({});
  const button = screen.getByRole('button', { name: /해결책.*\+6대.*41분 → 1분 30초/ });
  fireEvent.click(button);
  expect(onPanel).toHaveBeenCalledWith('remedy');
});

test('who is slow by its own work is not told to mend what it calls', () => {
  const verdicts = (subject: Verdict['subject']): Verdict[] => [{ ...saturation, kind: 'slow_dependency', subject, remedies: [{ ...saturation.remedies[0]!, action: 'fix_dependency', subject }] }];
  show({ tick: tickOf({ verdicts: verdicts({ service: 'web' }) }) });
  expect(screen.getByText('자체 지연')).toBeTruthy();
  expect(screen.getByRole('button', { name: /해결책.*느려진 처리 자체를 고치기/ })).toBeTruthy();
  cleanup();
  show({ tick: tickOf({ verdicts: verdicts({ service: 'web', dependency: 'registry' }) }) });
  expect(screen.getByText('느린 의존 대상')).toBeTruthy();
  expect(screen.getByRole('button', { name: /해결책.*호출하는 대상 고치기/ })).toBeTruthy();
});

test('evidence is a table of before and now; only addresses inside the dashboard are links, and they are followed inside', () => {
  const { onFollow } = show({ panel: 'evidence' }, 'en');
  const row = screen.getByRole('row', { name: /Arrivals/ });
  expect(within(row).getAllByRole('cell', { hidden: true }).map((cell) => cell.textContent)).toEqual(['17/s', '→', '62/s', 'Open']);
  expect(screen.getAllByRole('link')).toHaveLength(1);
  fireEvent.click(screen.getByRole('link'));
  expect(onFollow).toHaveBeenCalledWith('/live?stage=identity');
});

test('who is in it is asked when it is opened, and a row leads to those', async () => {
  const { onChooseWho } = show({ panel: 'who' }, 'en');
  const row = await screen.findByRole('button', { name: /Narrow to booking\.birth_digit 7 and region <b>busan<\/b>: Selected 80 %, Others 10 %, 95 % interval ×7\.5 to ×8\.6/, hidden: true });
  const question = asked.find(({ pathname }) => pathname.endsWith('/who'));
  expect(Object.fromEntries(question!.searchParams)).toMatchObject({ of: 'saturation', stage: 'identity', from: String(SINCE) });
  expect(screen.getByText(/nearly every value is another one: order\.id/)).toBeTruthy();
  fireEvent.click(row);
  expect(onChooseWho.mock.lastCall?.[1]).toEqual(WHO.rows[0]!.conditions);
});

test('who is affected, what was assumed and what was ruled out can be read', () => {
  show({ panel: 'who' }, 'en');
  expect(screen.getByText('912 people are affected, 71 % of those in the pipeline')).toBeTruthy();
  cleanup();
  show({ panel: 'remedy' }, 'en');
  expect(screen.getByText(/Arrivals stay\./)).toBeTruthy();
  cleanup();
  show({ panel: 'ruledOut' }, 'en');
  expect(screen.getByText('It is there to make people wait.')).toBeTruthy();
  expect(screen.getByRole('rowheader', { name: 'Waiting room' }).title).toBe('waiting-room');
});

test('below one half there is no verdict: the page is calm and says quietly what it keeps an eye on', () => {
  show({ tick: tickOf({ verdicts: [{ ...saturation, confidence: 0.4 }] }) });
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('지금은 병목이 없습니다');
  expect(screen.getByText('지켜보는 중')).toBeTruthy();
  expect(screen.queryByRole('button', { name: '근거' })).toBeNull();
});

test('where there is no data of any stage, whether it never came or came to an end, nothing is called calm', () => {
  show({ tick: tickOf({ verdicts: [], dataAgeMs: 3600_000, places: tickOf({}).places.map((place) => ({ ...place, light: 'none' as const })) }) });
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('지금은 판정할 데이터가 없습니다');
});

test('of a moment that is over nothing is said in the present', () => {
  show({ tick: tickOf({ verdicts: [] }), past: true });
  expect(screen.getByRole('status').textContent).toMatch(/^이때는 병목이 없었습니다/);
  expect(screen.queryByText(/지금|매초/)).toBeNull();
});
