// A pupil on a school morning: opens the page shortly before, and goes in at 09:00 like everybody else.
import { SCHOOL_REGIONS } from '../services/classroom/regions.js';
import type { Visit } from './visitor.js';

const THINK_MS: readonly [number, number] = [100, 600];

export const pupilVisit: Visit = async (visitor) => {
  const { random, number } = visitor.setting;
  const region = SCHOOL_REGIONS[random.weighted(SCHOOL_REGIONS.map(({ pupilShare }) => pupilShare))]?.id;
  if (await visitor.ask('GET', '/api/school') === null) return 'gave_up';
  await visitor.think(THINK_MS);
  return await visitor.ask('POST', '/api/entrances', { region, pupil: `pupil-${number}` }) === null ? 'gave_up' : 'booked';
};
