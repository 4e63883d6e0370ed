// Deployments that somebody marked, as the judge takes them: of which service, when, which version. A marker of a stage is
// one of the service behind it. Markers are few and indexed by time: a live page asks every few seconds.
import type { Deployment, Marker, PipelineDefinition } from '@narrows/contract';
import { listMarkers } from './markers.js';
import type { MetaDb } from './meta-db.js';

/** `1.4`, `v2.0.1-rc1`: what a text names as a version. */
const VERSION = /(?<![\p{L}\p{N}.])v?\d+(?:\.\d+)+[\w+-]*/iu;

/** In order of time, of markers within [fromMs, toMs). `pipeline` tells which service a stage is; a marker that names neither is left out. */
export async function markedDeployments(db: MetaDb, agency: string, pipeline: PipelineDefinition | null, range: { fromMs: number; toMs: number }): Promise<Deployment[]> {
  return (await listMarkers(db, agency, range)).flatMap((marker): Deployment[] => {
    const service = marker.kind === 'deployment' ? serviceOf(marker, pipeline) : undefined;
    return service ? [{ atMs: marker.at, service, version: versionOf(marker) }] : [];
  });
}

function serviceOf({ subject }: Marker, pipeline: PipelineDefinition | null): string | undefined {
  if (subject.service) return subject.service;
  const isHere = pipeline !== null && (!subject.pipeline || subject.pipeline === pipeline.id);
  return isHere ? pipeline.stages.find(({ id }) => id === subject.stage)?.match.service : undefined;
}

/** '' where the marker names none. */
const versionOf = ({ subject, text }: Marker): string => /^service\.version=(.+)$/.exec(subject.attribute ?? '')?.[1] ?? VERSION.exec(text)?.[0] ?? '';
