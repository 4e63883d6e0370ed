import { expect, test } from 'vitest';
import { shareFor } from './share-for.js';

test('many who ask at once cause one question, and the next one comes only when the answer is stale', async () => {
  let asked = 0;
  let nowMs = 0;
  const ask = shareFor(1_000, async () => ++asked, () => nowMs);
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1]);
  nowMs = 999;
  expect(await ask()).toBe(1);
  nowMs = 1_000;
  expect(await ask()).toBe(2);
});

test('an error is not kept', async () => {
  let asked = 0;
  const ask = shareFor(1_000, async () => { if (++asked === 1) throw new Error('down'); return asked; }, () => 0);
  await expect(ask()).rejects.toThrow('down');
  expect(await ask()).toBe(2);
});
