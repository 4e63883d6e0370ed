// The names of stages, channels and outcomes, in the language of the page and of the pipeline it shows.
import { useMemo } from 'react';
import { usePipelines } from '../../api/answers.js';
import { useUrlState } from '../../app/use-url-state.js';
import { useLocale } from '../../i18n/locale.js';
import { placeNames, type PlaceNames } from '../../model/place-names.js';

export function usePlaceNames(): PlaceNames {
  const { language } = useLocale();
  const { state: { pipeline } } = useUrlState();
  const pipelines = usePipelines().data?.pipelines;
  return useMemo(() => placeNames(pipelines ?? [], language, pipeline), [pipelines, language, pipeline]);
}
