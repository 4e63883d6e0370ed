import { describe, expect, it } from 'vitest';
import { createFormat } from './format.js';
import { unixMsToWall, wallToUnixMs } from './zone.js';

const ko = createFormat('ko', 'Asia/Seoul');
const en = createFormat('en', 'Asia/Seoul');
const AT = Date.UTC(2021, 6, 12, 11, 0, 12, 345);

describe('numbers', () => {
  it.each([[0, '0', '0'], [7, '7', '7'], [38.24, '38.2', '38.2'], [9_876, '9,876', '9,876'], [12_345, '1.23만', '12.3k'], [1_234_567, '123만', '1.23M'], [250_000_000, '2.5억', '250M'], [0.04567, '0.046', '0.046'], [-12_345, '-1.23만', '-12.3k']])('%d', (value, korean, english) => {
    expect(ko.count(value)).toBe(korean);
    expect(en.count(value)).toBe(english);
  });
  it('have their unit', () => {
    expect(en.rate(38.2)).toBe('38.2/s');
    expect(en.percent(1.024)).toBe('102 %');
    expect(en.bytes(12_345_678)).toBe('12.3 MB');
    expect(ko.exactCount(1_234_567)).toBe('1,234,567');
  });
});

describe('durations', () => {
  it.each([[0, '0 ms', '0 ms'], [1e-8, '0 ms', '0 ms'], [1e-6, '0.001 µs', '0.001 µs'], [0.84, '840 µs', '840 µs'], [1.234, '1.23 ms', '1.23 ms'], [842.4, '842 ms', '842 ms'], [999.7, '1.00초', '1.00 s'], [1_903, '1.90초', '1.90 s'], [59_940, '59.9초', '59.9 s'], [59_980, '1분', '1 min'], [125_000, '2분 5초', '2 min 5 s'], [3_600_000, '1시간', '1 h'], [90_061_000, '1일 1시간', '1 d 1 h']])('%d ms', (ms, korean, english) => {
    expect(ko.duration(ms)).toBe(korean);
    expect(en.duration(ms)).toBe(english);
  });
  it('of what goes on are in whole seconds', () => {
    expect([ko.elapsed(43_900), ko.elapsed(59_999), ko.elapsed(60_999), ko.elapsed(221_000)]).toEqual(['43초', '59초', '1분', '3분 41초']);
    expect(en.elapsed(54_000)).toBe('54 s');
  });
  it('of age are in seconds', () => {
    expect(en.age(840)).toBe('0.8 s');
    expect(ko.age(12_300)).toBe('12초');
    expect(ko.age(65_000)).toBe('1분 5초');
  });
});

describe('moments', () => {
  it('are in the agency\'s zone', () => {
    expect(ko.time(AT)).toBe('20:00:12');
    expect(en.timeMs(AT)).toBe('20:00:12.345');
    expect(en.exactTime(AT)).toBe('2021-07-12 20:00:12.345 KST');
  });
  it('of a picker go to Unix time and back, also over a clock change', () => {
    expect(wallToUnixMs('2021-07-12T20:00:12', 'Asia/Seoul')).toBe(AT - 345);
    for (const wall of ['2021-03-13T12:00:00', '2021-03-14T01:59:59', '2021-03-14T03:00:00', '2021-11-07T00:30:00', '2021-11-07T03:00:00']) {
      expect(unixMsToWall(wallToUnixMs(wall, 'America/New_York')!, 'America/New_York')).toBe(wall);
    }
    expect(wallToUnixMs('2021-11-07T01:30:00', 'America/New_York')).toBe(Date.UTC(2021, 10, 7, 5, 30));
    expect(wallToUnixMs('nonsense', 'Asia/Seoul')).toBeNull();
  });
});
