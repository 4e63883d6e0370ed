// What people call the place that an alert is about: names of stages and channels from the pipeline, a service by its id.
import { nameIn, type Bilingual, type PipelineDefinition, type Subject } from '@narrows/contract';

export function placeKeyText({ pipeline, stage, channel, service }: Subject, pipelines: readonly PipelineDefinition[]): Bilingual {
  const definition = pipelines.find(({ id }) => id === pipeline);
  if (stage) {
    const found = definition?.stages.find(({ id }) => id === stage);
    const name = found?.name ?? { ko: stage, en: stage };
    if (!channel) return name;
    const way = nameIn(found?.channels, channel) ?? { ko: channel, en: channel };
    return { ko: `${name.ko} ${way.ko}`, en: `${name.en} ${way.en}` };
  }
  if (service) return { ko: service, en: service };
  return definition?.name ?? { ko: pipeline ?? '', en: pipeline ?? '' };
}

/** `placeKey` of the series → the subject that links and groups use; empty parts are left out. */
export function subjectOf({ pipeline, stage, channel, service }: { pipeline: string; stage: string; channel: string; service: string }): Subject {
  return { ...(pipeline && { pipeline }), ...(stage && { stage }), ...(channel && { channel }), ...(service && { service }) };
}
