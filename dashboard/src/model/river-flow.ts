// What moves in the river: dots that cross a reach in its residence time. By Little's law a reach that passes X people
// a second and keeps each for W seconds holds X · W of them; that many dots are drawn, one for so many people.
import type { RiverSlot } from './river-layout.js';

export interface RiverStream {
  key: string;
  /** Seconds from the basin to the exit. */
  crossingSeconds: number;
  dots: number;
}

export interface RiverFlow { peoplePerDot: number; streams: RiverStream[] }

const DOTS_MAX = 420;
const DOTS_PER_REACH_MAX = 150;
/** Faster than this is a flicker, slower looks frozen: frozen is right only where nothing is completed. */
const CROSSING_SECONDS_MIN = 0.9;
const CROSSING_SECONDS_MAX = 90;

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

/** Streams of all reaches, with one number of people a dot. */
export function flowOf(slots: readonly RiverSlot[]): RiverFlow {
  const held = slots.map((slot) => {
    const perSecond = slot.place.completionsPerSecond ?? 0;
    const wanted = (slot.place.residenceMs ?? 0) / 1_000;
    const crossingSeconds = Math.min(CROSSING_SECONDS_MAX, Math.max(CROSSING_SECONDS_MIN, wanted));
    return { key: slot.key, crossingSeconds, people: perSecond * crossingSeconds };
  });
  const total = held.reduce((sum, reach) => sum + Math.min(reach.people, 4_000), 0);
  const peoplePerDot = STEPS.find((step) => total / step <= DOTS_MAX) ?? 10_000;
  return {
    peoplePerDot,
    streams: held.map(({ key, crossingSeconds, people }) => ({
      key, crossingSeconds,
      dots: people === 0 ? 0 : Math.min(DOTS_PER_REACH_MAX, Math.max(1, Math.round(people / peoplePerDot))),
    })),
  };
}

/** Where dot `index` begins its way (0–1): the golden ratio spreads any number evenly, and more dots move none. */
export const dotPhase = (index: number): number => (index * 0.618_033_988_75) % 1;

/** Where it swims across the flow (−1–1), independent of its phase. */
export const dotLane = (index: number): number => ((index * 0.754_877_666_25) % 1) * 2 - 1;
