import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import { LocaleProvider } from '../../i18n/locale.js';
import { placeNames } from '../../model/place-names.js';
import { StatusMark } from '../parts/status-mark.js';
import { Active } from './active.js';
import { ChannelStrip } from './channel-strip.js';
import { People } from './people.js';
import { RiverTable } from './river-table.js';
import { tickOf } from './tick-fixture.js';

afterEach(cleanup);
const show = (children: ReactNode, language: 'ko' | 'en' = 'ko') => render(<LocaleProvider language={language} timeZone="Asia/Seoul">{children}</LocaleProvider>);
const { places, active, people } = tickOf({});

test('the table has a row for every stage and channel, with the river\'s own numbers', () => {
  show(<RiverTable places={places} chosen={null} onChoose={() => undefined} />);
  const row = screen.getByRole('row', { name: /본인인증/ });
  const texts = within(row).getAllByRole('cell').map((cell) => cell.textContent);
  expect(texts).toEqual(expect.arrayContaining(['62.4/초', '20.8/초', '100 %', '871', '43.0초', '21/초']));
  expect(screen.getAllByRole('row')).toHaveLength(1 + places.length);
});

test('what was not reported is a dash that says so, never a zero', () => {
  show(<RiverTable places={places} chosen={null} onChoose={() => undefined} />);
  const cells = within(screen.getByRole('row', { name: /예약 확정/ })).getAllByRole('cell').slice(1);
  expect(cells.map((cell) => cell.textContent)).toEqual(cells.map(() => '–'));
  expect(cells[0]?.title).toBe('보고되지 않음');
});

test('a deliberate wait is called by its name and is never shown as stuck', () => {
  show(<RiverTable places={places} chosen={null} onChoose={() => undefined} />);
  const row = screen.getByRole('row', { name: /대기실/ });
  expect(row.textContent).toContain('의도된 대기');
  expect(row.innerHTML).not.toContain('text-stuck');
});

test('stage and channel names narrow the page, and say which one it is narrowed to', () => {
  const onChoose = vi.fn();
  show(<RiverTable places={places} chosen={{ slot: 'identity', braid: 'kcb' }} onChoose={onChoose} />);
  fireEvent.click(screen.getByRole('button', { name: '본인인증' }));
  expect(onChoose).toHaveBeenCalledWith('identity', '');
  expect(screen.getByRole('button', { name: 'KCB 휴대폰' }).getAttribute('aria-pressed')).toBe('true');
});

test('the channel strip says light and load in words', () => {
  show(<ChannelStrip places={places} chosen={null} onChoose={() => undefined} />, 'en');
  expect(screen.getByRole('button', { name: 'KCB phone: Busy, 91 %' })).toBeTruthy();
});

test('where no agent reports what is in flight the arc is not drawn as zero', () => {
  show(<Active active={active} chosen={null} onChoose={() => undefined} />);
  expect(screen.getByText('보고되지 않음')).toBeTruthy();
  expect(screen.queryByText('진행 중')).toBeNull();
});

test('the arc\'s total and every service can be chosen by keyboard', () => {
  const onChoose = vi.fn();
  const services = [{ service: 'identity', bands: [3, 4, 50], states: { method: 1, sql: 0, httpc: 0, pool: 56, socket: 0 } }];
  show(<Active active={{ reported: true, services, oldest: [] }} chosen={null} onChoose={onChoose} />, 'en');
  fireEvent.click(screen.getByRole('button', { name: /identity/ }));
  expect(onChoose).toHaveBeenLastCalledWith('identity', '');
  fireEvent.click(screen.getByRole('button', { name: /50.*8 s or more/ }));
  expect(onChoose).toHaveBeenLastCalledWith('', '8s+');
  expect(screen.getByText('57', { selector: 'strong' })).toBeTruthy();
});

test('people who are not named by any attribute are not counted as nobody', () => {
  show(<People people={people} names={placeNames([], 'ko')} />);
  expect(screen.getAllByText('보고되지 않음')).toHaveLength(5);
});

test('outcomes are called by their names, with the id under the pointer', () => {
  const pipeline = { id: 'p', name: { ko: 'p', en: 'p' }, stages: [], outcomes: { thrown_back: { ko: '처음으로 되돌아감', en: 'Sent back to the start' } } };
  show(<People people={{ ...people, outcomes: [{ outcome: 'thrown_back', count: 12_200 }, { outcome: 'other', count: 3 }] }} names={placeNames([pipeline], 'ko')} />);
  expect(screen.getByTitle('thrown_back: 12,200').textContent).toBe('처음으로 되돌아감1.22만100 %');
  expect(screen.getByText('other')).toBeTruthy();
});

test('a mark beside words that say the same is decoration, alone it has a name', () => {
  const { container } = show(<><StatusMark light="stuck" label="" /><StatusMark light="busy" /></>, 'en');
  expect(screen.getAllByRole('img').map((mark) => mark.getAttribute('aria-label'))).toEqual(['Busy']);
  expect(container.querySelectorAll('svg[aria-hidden="true"]')).toHaveLength(1);
});
