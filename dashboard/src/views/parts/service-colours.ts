// Colours of services on a page. All services that the collector knows take part, so that a service has the same colour
// in a list that shows three of them and in a trace that shows nine.
import { useMemo } from 'react';
import { useIngest } from '../../api/answers.js';
import { serviceColours } from '../../model/service-colour.js';

export function useServiceColours(services: readonly string[]): ReadonlyMap<string, string> {
  const known = useIngest(false).data?.services;
  return useMemo(() => serviceColours(known?.map(({ service }) => service) ?? [], services), [known, services]);
}
