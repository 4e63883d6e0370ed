// A second tenant for tests of several: made in the metadata file of a collector, which may be running, with a key to send
// and a token to read.
import path from 'node:path';
import type { PipelineDefinition } from '@narrows/contract';
import { ensureAgency } from '../dist/access/agencies.js';
import { savePipeline } from '../dist/access/agency-settings.js';
import { createCredential } from '../dist/access/credentials.js';
import { openMetaDb } from '../dist/access/meta-db.js';

export interface TestAgency { id: string; key: string; token: string }

export async function createAgency(dataDir: string, id: string, pipelines: readonly PipelineDefinition[] = []): Promise<TestAgency> {
  const db = await openMetaDb(path.join(dataDir, 'meta.db'));
  try {
    await ensureAgency(db, { id, name: id, timeZone: 'Asia/Seoul' }, Date.now());
    for (const pipeline of pipelines) await savePipeline(db, id, pipeline, Date.now());
    const { secret: key } = await createCredential(db, { kind: 'ingest', agency: id, name: 'test' }, Date.now());
    const { secret: token } = await createCredential(db, { kind: 'api', agency: id, name: 'test' }, Date.now());
    return { id, key, token };
  } finally {
    await db.destroy();
  }
}
