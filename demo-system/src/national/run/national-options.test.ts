import { expect, test } from 'vitest';
import { UsageError } from '../../options.js';
import { parseNationalOptions } from './national-options.js';

const parse = (line: string) => parseNationalOptions(line.split(' '), '/here', '/root');
const sentence = (line: string): string => {
  try {
    parse(line);
    return 'no mistake';
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return error.message;
  }
};

test('a day is watched at its real size unless something else is said', () => {
  expect(parse('--day 2021-07-19')).toMatchObject({ mode: 'watch', scale: 1, seed: 1, speed: null, shiftNow: false, headless: false, dataDir: '/root/.narrows/national' });
  expect(parse('--day 2021-08-09 --scale 0.01 --speed 1 --shift now')).toMatchObject({ mode: 'watch', scale: 0.01, speed: 1, shiftNow: true });
  expect(parse('--day 2021-07-19 --record out')).toMatchObject({ mode: 'record', folder: '/here/out' });
  expect(parse('--day 2021-07-19 --what-if identity-first,servers=10+line=people')).toMatchObject({ mode: 'what-if', reportFile: '/root/.narrows/what-if-2021-07-19.html' });
});

test.each([
  ['--scale 1', 'Say which day with --day: 2021-07-19, 2021-08-09.'],
  ['--day 2021-07-20', 'There is no day "2021-07-20". Known ones: 2021-07-19, 2021-08-09.'],
  ['--day 2021-07-19 --scale 0', '--scale must be a number from 0.001 to 2; it is "0".'],
  ['--day 2021-07-19 --scale big', '--scale must be a number from 0.001 to 2; it is "big".'],
  ['--day 2021-07-19 --shift now', '--shift now needs --speed 1: at another speed the day would run away from the clock.'],
  ['--day 2021-07-19 --what-if servers=10 --record out', '--what-if compares without a collector: leave --record out.'],
  ['--day 2021-07-19 --record out --speed 2 --headless', '--record writes files without a collector: leave --speed and --headless out.'],
  ['--day 2021-07-19 --report x.md', '--report belongs to --what-if; say what to compare, or leave it out.'],
  ['--day 2021-07-19 --what-if servers=no', '"servers=no" needs a whole number from 1 to 1000, as in servers=9.'],
  ['--day 2021-07-19 --what-if servers=5+servers=10', '--what-if changes the same thing twice in "servers=5+servers=10".'],
  ['--day 2021-08-09 --what-if identity-first', 'On 2021-08-09 identity verification was first already.'],
  ['--day 2021-07-19 --what-if weather=fine', '--what-if does not know "weather=fine"; known are identity-first, channels=N, servers=N, line=people and no-suspension.'],
  ['--day 2021-07-19 --port 4318', '--port and --otlp-port are both 4318; the dashboard and the telemetry need a port each.'],
])('%s is a mistake that says what is wrong', (line, expected) => {
  expect(sentence(line)).toBe(expected);
});
