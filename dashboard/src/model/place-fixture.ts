// A place with nothing reported but what a test names: so that a test says only what it is about.
import type { PlaceState } from '@narrows/contract';

export function placeOf(known: Partial<PlaceState>): PlaceState {
  return {
    stage: '', channel: '', service: '', name: { ko: known.stage ?? '', en: known.stage ?? '' }, deliberate: false, light: 'fine',
    arrivalsPerSecond: null, completionsPerSecond: null, errorsPerSecond: null, inFlight: null, waiting: null, residenceMs: null, selfMs: null, downstreamMs: null,
    utilisation: null, capacityPerSecond: null, capacitySource: null, oldestMs: null, clearsInSeconds: null, ...known,
  };
}
