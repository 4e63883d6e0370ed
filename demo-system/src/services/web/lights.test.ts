import { expect, test } from 'vitest';
import { lightOf, rankChannels } from './lights.js';

test('a channel is stuck when people stand in line or its verifications fail, busy when nearly full, else fine', () => {
  expect(lightOf({ load: 0.5, queue: 0, failing: 0 })).toBe('fine');
  expect(lightOf({ load: 0.8, queue: 0, failing: 0 })).toBe('busy');
  expect(lightOf({ load: 1, queue: 0, failing: 0 })).toBe('busy');
  expect(lightOf({ load: 1, queue: 1, failing: 0 })).toBe('stuck');
  expect(lightOf({ load: 0.1, queue: 0, failing: 0.3 })).toBe('stuck');
});

test('a channel in trouble is moved down the list, and the others keep their order', () => {
  const name = { ko: '', en: '' };
  const ranked = rankChannels([
    { id: 'a', name, load: 1, queue: 3, failing: 0 }, { id: 'b', name, load: 0.2, queue: 0, failing: 0 },
    { id: 'c', name, load: 0.8, queue: 0, failing: 0 }, { id: 'd', name, load: 0.1, queue: 0, failing: 0 },
  ]);
  expect(ranked.map(({ id }) => id)).toEqual(['b', 'd', 'c', 'a']);
});
