// The OpenTelemetry Collector's own golden requests, in both encodings, value by value against the reference decoder (which
// fuzz-outside.test.ts checks against Google's). Left out, and said so, where the archive is not beside the repository.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Signal } from '@narrows/contract';
import { afterAll, expect, test } from 'vitest';
import { assertRows, decode } from './fuzz-verdict.js';
import { ROOTS } from './otlp-fields.js';
import { readMessage } from './otlp-reference.js';
import { expectRows } from './otlp-rows.js';

const ARCHIVE = fileURLToPath(new URL('../../../shared/conformance/otlp-golden.tgz', import.meta.url));
const hasArchive = existsSync(ARCHIVE);
if (!hasArchive) console.warn(`left out: golden OTLP requests, there is no ${ARCHIVE}`);
const directory = mkdtempSync(join(tmpdir(), 'narrows-golden-'));
afterAll(() => { rmSync(directory, { recursive: true, force: true }); });

interface GoldenFile { File: string; Signal: Signal; Items: number }

test.skipIf(!hasArchive)('every value of every golden request is stored as the independent decoder reads it, from protobuf and from JSON', () => {
  execFileSync('tar', ['-xzf', ARCHIVE, '-C', directory]);
  const golden = join(directory, 'otlp-golden');
  const manifest = (JSON.parse(readFileSync(join(golden, 'MANIFEST.json'), 'utf8')) as GoldenFile[]).filter(({ File }) => File.endsWith('.pb'));
  for (const { File, Signal, Items } of manifest) {
    const bytes = readFileSync(join(golden, File));
    const expected = expectRows(Signal, readMessage(ROOTS[Signal], bytes));
    expect([File, expected.accepted, expected.rejected]).toEqual([File, Items, {}]);
    assertRows(decode(Signal, bytes), expected, File);
    assertRows(decode(Signal, readFileSync(join(golden, File.replace(/\.pb$/, '.json'))), 'json'), expected, `${File} as JSON`);
  }
  expect(manifest.length).toBeGreaterThan(50);
});
