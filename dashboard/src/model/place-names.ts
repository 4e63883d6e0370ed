// What people read for a stage, a channel or an outcome where an answer holds only its id. The pipelines' own names; an
// id that no pipeline names is shown as it is. Filters and addresses stay with the ids.
import { attributesIn } from './attribute-filter.js';
import { nameIn, type Name, type PipelineDefinition, type Subject } from '@narrows/contract';

export interface PlaceNames {
  stage: (stage: string) => string;
  /** Of a stage; '' where the stage is not known. */
  channel: (stage: string, channel: string) => string;
  outcome: (outcome: string) => string;
  /** `본인인증 · PASS(SKT)`; empty for a place in no stage. */
  place: (place: { stage: string; channel: string }) => string;
}

/** `preferred`: the pipeline in which the ids are looked up before all others. */
export function placeNames(pipelines: readonly PipelineDefinition[], language: 'ko' | 'en', preferred?: string): PlaceNames {
  const inOrder = [...pipelines].sort((a, b) => Number(b.id === preferred) - Number(a.id === preferred));
  const stages = inOrder.flatMap((pipeline) => pipeline.stages);
  const first = <T>(all: readonly T[], id: string, nameOf: (one: T) => Name | undefined): string => {
    for (const one of all) {
      const name = nameOf(one);
      if (name !== undefined) return name[language] || name.en;
    }
    return id;
  };
  const stage: PlaceNames['stage'] = (id) => first(stages, id, (one) => (one.id === id ? one.name : undefined));
  const channel: PlaceNames['channel'] = (of, id) => first(stages, id, (one) => (of === '' || one.id === of ? nameIn(one.channels, id) : undefined));
  return {
    stage, channel,
    outcome: (id) => first(inOrder, id, (pipeline) => nameIn(pipeline.outcomes, id)),
    place: (place) => [stage(place.stage), channel(place.stage, place.channel)].filter((part) => part !== '').join(' · '),
  };
}

/** A subject as people call it, from the widest to the narrowest. */
export const subjectNames = (subject: Subject, names: PlaceNames): string[] =>
  [names.stage(subject.stage ?? ''), names.channel(subject.stage ?? '', subject.channel ?? ''), subject.service, subject.operation, subject.instance, subject.dependency, subject.attribute]
    .filter((word) => word !== undefined && word !== '') as string[];

/** A filter's value as people call it; the value itself where it is no place and no outcome. */
export function filterText(filter: string, value: string, names: PlaceNames): string {
  if (filter === 'stage') return names.stage(value);
  if (filter === 'channel') return names.channel('', value);
  if (filter === 'where') return Object.entries(attributesIn(value)).map(([attribute, wanted]) => `${attribute}=${wanted}`).join(', ');
  return filter === 'outcome' ? names.outcome(value) : value;
}
