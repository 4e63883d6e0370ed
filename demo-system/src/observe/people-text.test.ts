import { expect, test } from 'vitest';
import { PeopleTally } from '../crowd/people-tally.js';
import { peopleText } from './people-text.js';

test('what people lived through is told in sentences, and what did not happen is left out', () => {
  const tally = new PeopleTally();
  for (let i = 0; i < 100; i++) tally.came(1_000, 1_000 + i % 7);
  tally.count('devices', 160);
  for (let i = 0; i < 60; i++) tally.ended('booked', 20_000);
  for (let i = 0; i < 10; i++) tally.ended('gave_up', 90_000);
  tally.count('thrownBack', 5);
  tally.answered(100, { status: 200 });
  tally.answered(0, { status: 0, because: 'ECONNRESET' });
  const text = peopleText(tally.counts());
  expect(text).toContain('100 people came with 160 browsers: 60 served (60 %), 10 gave up (10 %), 30 were still on their way.');
  expect(text).toContain('5 times somebody was thrown back to the start.');
  expect(text).toContain('1 had none (ECONNRESET 1). The crowd itself was at most 6 ms late.');
  expect(text).not.toContain('suspended');
});
