import { expect, test } from 'vitest';
import { parseOptions, UsageError } from './options.js';

const parse = (...args: string[]) => parseOptions(args, '/home/me', '/repo');
const mistakeIn = (...args: string[]) => { try { parse(...args); return 'none'; } catch (error) { return error instanceof UsageError ? error.message : `not a usage error: ${String(error)}`; } };

test('without arguments the July day runs until Ctrl-C, with the ports and the folder that the documentation names', () => {
  expect(parse()).toEqual({ scenario: 'before', headless: false, minutes: null, speed: 1, port: 4319, otlpPort: 4318, dataDir: '/repo/.narrows/demo', jsonFile: null, truthFile: null, controlPort: 0, seed: 1, recordFolder: null });
});

test('every option is read, and paths are taken from where the person stands', () => {
  expect(parse('--headless', '--scenario', 'after', '--minutes=1.5', '--speed', '2', '--port', '5000', '--otlp-port', '5001', '--data', 'd', '--json', 'out.json', '--seed', '42'))
    .toEqual({ scenario: 'after', headless: true, minutes: 1.5, speed: 2, port: 5_000, otlpPort: 5_001, dataDir: '/home/me/d', jsonFile: '/home/me/out.json', truthFile: null, controlPort: 0, seed: 42, recordFolder: null });
  expect(parse('--no-browser')?.headless).toBe(true);
  expect(parse('--help')).toBeNull();
});

test('an unknown scenario is answered with the known ones', () => {
  expect(mistakeIn('--scenario', 'tuesday')).toBe('There is no scenario "tuesday". Known ones: before, after, channel-outage, suspension, wrong-clock, pledge-shop, primary, commission, online-class.');
});

test('what cannot be is refused with its value', () => {
  expect(mistakeIn('--minutes', 'ten')).toContain('--minutes must be a number from 0.05 to 1440; it is "ten"');
  expect(mistakeIn('--minutes', '0')).toContain('it is "0"');
  expect(mistakeIn('--speed', '100')).toContain('--speed');
  expect(mistakeIn('--seed', '1.5')).toContain('whole number');
  expect(mistakeIn('--port', '70000')).toContain('70000');
  expect(mistakeIn('--port', '')).toContain('--port');
  expect(mistakeIn('--port', '4318')).toContain('both 4318');
  expect(mistakeIn('--control-port', '4319')).toContain('--control-port is 4319, which another option has already');
  expect(mistakeIn('--json', 'x', '--truth', './x')).toContain('each needs a file of its own');
  expect(mistakeIn('--frobnicate')).toContain('--frobnicate');
  expect(mistakeIn('stray')).toContain('stray');
  expect(mistakeIn('--json')).toContain('--json');
});
