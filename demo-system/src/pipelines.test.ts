// The pipelines that Narrows is given for the demo name every channel that their scenario offers.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { after } from './scenarios/after.js';
import { before } from './scenarios/before.js';

test.each([before, after])('$pipeline has a name for each of its channels', ({ pipeline, channels }) => {
  const text = readFileSync(new URL(`../pipelines/${pipeline}.yaml`, import.meta.url), 'utf8');
  const named = [...text.matchAll(/^ {6}([\w-]+): \{ ko: .+, en: .+ \}$/gm)].map((match) => match[1]);
  expect(named.toSorted()).toEqual(channels.map(({ id }) => id).toSorted());
});
