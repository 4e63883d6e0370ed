// G1 and G3 in their short form: the soak with a few blows instead of a hundred (`npm run soak`). A real collector under
// writers and a relay is killed at random moments, its engine as well, and the engine's memory of loads is deleted.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const SOAK = fileURLToPath(new URL('../../bench/soak.mjs', import.meta.url));

test('killed again and again under load, it loses no acknowledged item, shows none twice, and every rollup is exact', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [SOAK, '--kills', '3', '--writers', '6']);
  const summary = JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, unknown>;
  console.info(stdout);
  expect(summary).toMatchObject({ kills: 3, lost: 0, duplicated: 0, unknown: 0, rollupsWrong: [] });
  expect(summary['acknowledged']).toBeGreaterThan(500);
  expect(summary['stored']).toBe(summary['acknowledged']);
});
