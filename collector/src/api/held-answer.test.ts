import { expect, test } from 'vitest';
import { HeldAnswer } from './held-answer.js';

test('the first is waited for; from then on the one that is there is given, and asked for anew when it is due', async () => {
  const asked: number[] = [];
  const held = new HeldAnswer(5_000, (toMs) => { asked.push(toMs); return Promise.resolve(`as of ${toMs}`); });
  const renew = async () => { held.renew(() => undefined); await new Promise(setImmediate); };
  expect(await held.at(1_000)).toBe('as of 1000');
  await renew();
  expect(await held.at(5_999)).toBe('as of 1000');
  await renew();
  expect(asked).toEqual([1_000]);
  expect(await held.at(6_000)).toBe('as of 1000');
  await renew();
  expect(await held.at(7_000)).toBe('as of 6000');
  expect(asked).toEqual([1_000, 6_000]);
});

test('an answer that fails is told, is not asked for twice at a time, and stays due', async () => {
  let answer = (): Promise<string> => Promise.resolve('old');
  let asked = 0;
  const held = new HeldAnswer(1_000, () => { asked++; return answer(); });
  await held.at(0);
  const faults: unknown[] = [];
  let fail: (error: Error) => void = () => undefined;
  answer = () => new Promise((_, reject) => { fail = reject; });
  expect(await held.at(2_000)).toBe('old');
  held.renew((error) => faults.push(error));
  held.renew((error) => faults.push(error));
  expect(asked).toBe(2);
  fail(new Error('away'));
  await new Promise(setImmediate);
  expect(faults).toEqual([new Error('away')]);
  answer = () => Promise.resolve('new');
  held.renew(() => undefined);
  await new Promise(setImmediate);
  expect(await held.at(2_000)).toBe('new');
});
