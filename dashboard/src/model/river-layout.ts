// The pipeline as a river, in pixels along and across the flow: places of one second in, beds, flows, banks and braids
// out. It knows neither SVG nor direction: a narrow screen turns the same layout by ninety degrees.
//
//        from            mouth  neck              exit   to          across ▲
//   ──────┬────────────────┬──╮                     ╭────┬──
//         │   basin     ╱▓▓▓│   ╲___________________╱     │            bed half-width = capacity
//   ~~~~~~│~~~~~~~~~~~~▓▓▓▓▓│~~~~~~~~ reach ~~~~~~~~~~~~~~│~~~  flow half-width = arrivals, completions
//         │             ╲▓▓▓│   ╱‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾╲     │
//   ──────┴────────────────┴──╯  area ▓ = people waiting  ╰────┴──        along ▶
import type { PlaceState } from '@narrows/contract';
import { steadyScale, type RiverScales } from './river-scale.js';

/** A width on the capacity scale, and how much it may be trusted. */
export interface RiverBed {
  halfPx: number;
  /** False: nobody reported a capacity; the bed is drawn dashed and its width says nothing. */
  known: boolean;
  /** True: the capacity is wider than the picture; the banks are drawn open. */
  clipped: boolean;
}

/** Standing water. Before a reach it rises towards the wall; in a reservoir it is a lake. Area / people is one scale. */
export interface RiverBank {
  people: number;
  areaPx: number;
  fromPx: number;
  toPx: number;
  /** Height over the bed's edge at the highest point, on each side. */
  risePx: number;
  clipped: boolean;
}

export interface RiverBraid {
  key: string;
  place: PlaceState;
  /** Where the braid leaves the neck, and where it runs, as offsets across from the middle of the river. */
  neckPx: number;
  rowPx: number;
  bed: RiverBed;
  flowHalfPx: number;
}

export interface RiverSlot {
  key: string;
  place: PlaceState;
  fromPx: number;
  mouthPx: number;
  neckPx: number;
  exitPx: number;
  toPx: number;
  /** Half-width of the bed in the basin: what the reach before lets through. */
  basinHalfPx: number;
  /** Whether that is a reported capacity. */
  basinKnown: boolean;
  bed: RiverBed;
  /** Arrivals in the basin, completions in the reach. */
  inflowHalfPx: number;
  flowHalfPx: number;
  /** Water before the wall; null where nobody waits or nobody says. */
  bank: RiverBank | null;
  /** Width of the stream of errors that leaves the reach, on the capacity scale; 0: none. */
  leakPx: number;
  /** A deliberate wait: a lake with a gate, never stuck. */
  reservoir: boolean;
  braids: RiverBraid[];
  /** Room for a braid's label across the flow; 0 without braids. */
  braidPitchPx: number;
}

export interface RiverLayout {
  alongPx: number;
  acrossPx: number;
  scales: RiverScales;
  /** Area of one person, and width of one completion per second: for the legend. */
  areaPxPerPerson: number;
  widthPxPerSecond: number;
  slots: RiverSlot[];
}

export interface RiverSize { alongPx: number; acrossPx: number }

/** Share of the half height that beds may take; what stands above them is room for banked water. */
const BED_SHARE = 0.4;
const NECK_PX = 26;
const EXIT_PX = 26;
/** Share of a slot that is basin. */
const BASIN_SHARE = 0.42;
/** A field wider than this many times the flow is drawn open: otherwise the narrow place would be a hair. */
const OPEN_FIELD_RATIO = 8;
const BRAID_PITCH_MIN_PX = 9;
const BRAID_GAP_PX = 3;

/** Stage and its channels; without a pipeline, services. */
interface Reach { key: string; place: PlaceState; channels: PlaceState[] }

/** `stage` or, without a pipeline, `service:name`. */
export const placeKey = (place: PlaceState): string => (place.stage === '' ? `service:${place.service}` : place.stage);

/** Places in the order of the flow, channels gathered under their stage. */
export function reachesOf(places: readonly PlaceState[]): Reach[] {
  const reaches = new Map<string, Reach>();
  for (const place of places) {
    const key = placeKey(place);
    const reach = reaches.get(key);
    if (reach === undefined) reaches.set(key, { key, place, channels: place.channel === '' ? [] : [place] });
    else if (place.channel === '') reach.place = place;
    else reach.channels.push(place);
  }
  return [...reaches.values()];
}

/** A braided stage is longer, so that its channels' labels fit. */
const weightOf = (reach: Reach): number => 1 + Math.min(1.1, reach.channels.length * 0.13);

/** Length of a river whose plain stages are `slotPx` long. */
export const riverAlongPx = (places: readonly PlaceState[], slotPx: number): number => reachesOf(places).reduce((sum, reach) => sum + weightOf(reach) * slotPx, 0);

/** Height that keeps the labels of the most braided stage apart. */
export function riverAcrossPx(places: readonly PlaceState[], leastPx: number, braidPitchPx: number): number {
  const most = Math.max(0, ...reachesOf(places).map((reach) => reach.channels.length));
  return Math.max(leastPx, most * braidPitchPx + 16);
}

/**
 * Lay the river out.
 *
 * Shape:  places of one tick, size in pixels, scales of the tick before (null at first) → slots in order of the flow
 * Promise: bed width / capacity and bank area / people are the same for all slots, except where `clipped` says so
 */
export function layoutRiver(places: readonly PlaceState[], size: RiverSize, previous: RiverScales | null): RiverLayout {
  const reaches = reachesOf(places);
  const roomPx = size.acrossPx / 2;
  const weights = reaches.map(weightOf);
  const pxPerWeight = size.alongPx / Math.max(1, weights.reduce((sum, weight) => sum + weight, 0));
  const basinPx = pxPerWeight * BASIN_SHARE;
  const scales = chooseScales(reaches, previous);
  const bedMaxHalfPx = roomPx * BED_SHARE;
  const riseMaxPx = roomPx - bedMaxHalfPx;
  const pen: Pen = {
    halfPxPerSecond: bedMaxHalfPx / scales.bedFullPerSecond,
    areaPxPerPerson: waveAreaPx(riseMaxPx, basinPx) / scales.bankFullPeople,
    bedMaxHalfPx, riseMaxPx, basinPx, roomPx,
  };

  const slots: RiverSlot[] = [];
  let atPx = 0;
  for (const [index, reach] of reaches.entries()) {
    const lengthPx = pxPerWeight * (weights[index] ?? 1);
    slots.push(layoutSlot(reach, slots.at(-1) ?? null, atPx, lengthPx, pen));
    atPx += lengthPx;
  }
  return { alongPx: size.alongPx, acrossPx: size.acrossPx, scales, slots, areaPxPerPerson: pen.areaPxPerPerson, widthPxPerSecond: pen.halfPxPerSecond * 2 };
}

interface Pen { halfPxPerSecond: number; areaPxPerPerson: number; bedMaxHalfPx: number; riseMaxPx: number; basinPx: number; roomPx: number }

function chooseScales(reaches: readonly Reach[], previous: RiverScales | null): RiverScales {
  let capacity = 0;
  let flow = 0;
  let waiting = 0;
  for (const { place } of reaches) {
    capacity = Math.max(capacity, place.capacityPerSecond ?? 0);
    flow = Math.max(flow, place.completionsPerSecond ?? 0, Math.min(place.arrivalsPerSecond ?? 0, 3 * (place.completionsPerSecond ?? 0)));
    if (!place.deliberate) waiting = Math.max(waiting, place.waiting ?? 0);
  }
  const bed = flow > 0 ? Math.max(flow, Math.min(capacity, flow * OPEN_FIELD_RATIO)) : capacity;
  return {
    bedFullPerSecond: steadyScale(bed, previous?.bedFullPerSecond ?? null, 1),
    bankFullPeople: steadyScale(waiting, previous?.bankFullPeople ?? null, 50),
  };
}

function layoutSlot(reach: Reach, before: RiverSlot | null, fromPx: number, lengthPx: number, pen: Pen): RiverSlot {
  const { place } = reach;
  const bed = bedOf(place, pen);
  const mouthPx = fromPx + pen.basinPx;
  const slot: RiverSlot = {
    key: reach.key, place, fromPx, mouthPx,
    neckPx: mouthPx + NECK_PX,
    exitPx: fromPx + lengthPx - EXIT_PX,
    toPx: fromPx + lengthPx,
    basinHalfPx: before === null ? bed.halfPx : before.bed.halfPx,
    basinKnown: before === null ? bed.known : before.bed.known,
    bed,
    inflowHalfPx: Math.min(pen.bedMaxHalfPx, (place.arrivalsPerSecond ?? 0) * pen.halfPxPerSecond),
    flowHalfPx: Math.min(bed.halfPx, (place.completionsPerSecond ?? 0) * pen.halfPxPerSecond),
    bank: null,
    leakPx: Math.min(pen.bedMaxHalfPx, (place.errorsPerSecond ?? 0) * pen.halfPxPerSecond * 2),
    reservoir: place.deliberate,
    braids: [],
    braidPitchPx: 0,
  };
  slot.bank = bankOf(slot, pen);
  layoutBraids(slot, reach.channels, pen);
  return slot;
}

function bedOf(place: PlaceState, pen: Pen): RiverBed {
  if (place.capacityPerSecond === null) {
    const flowHalfPx = (place.completionsPerSecond ?? 0) * pen.halfPxPerSecond;
    return { halfPx: Math.min(pen.bedMaxHalfPx, flowHalfPx + 5), known: false, clipped: false };
  }
  const halfPx = place.capacityPerSecond * pen.halfPxPerSecond;
  return { halfPx: Math.min(halfPx, pen.bedMaxHalfPx), known: true, clipped: halfPx > pen.bedMaxHalfPx * 1.001 };
}

/** Both outlines are parabolas over the bed's edges, so that the area is exact: a wave rises as t², a lake as 1 − (2t − 1)². */
const waveAreaPx = (risePx: number, lengthPx: number): number => (2 / 3) * risePx * lengthPx;
const lakeAreaPx = (risePx: number, lengthPx: number): number => (4 / 3) * risePx * lengthPx;

/** Standing water of a slot. A wave keeps its shape while it grows; a lake keeps its length. */
function bankOf(slot: RiverSlot, pen: Pen): RiverBank | null {
  const people = slot.place.waiting;
  // Before the page has a width there is no area to stand in.
  if (people === null || people <= 0 || pen.basinPx <= 0) return null;
  const wantedPx = people * pen.areaPxPerPerson;
  if (slot.reservoir) {
    const lengthPx = slot.mouthPx - slot.fromPx;
    const fullPx = wantedPx / lakeAreaPx(1, lengthPx);
    const risePx = Math.min(fullPx, pen.riseMaxPx);
    return { people, areaPx: lakeAreaPx(risePx, lengthPx), fromPx: slot.fromPx, toPx: slot.mouthPx, risePx, clipped: fullPx > pen.riseMaxPx };
  }
  const growth = Math.sqrt(wantedPx / waveAreaPx(pen.riseMaxPx, pen.basinPx));
  const share = Math.min(1, growth);
  const risePx = pen.riseMaxPx * share;
  const lengthPx = pen.basinPx * share;
  return { people, areaPx: waveAreaPx(risePx, lengthPx), fromPx: slot.mouthPx - lengthPx, toPx: slot.mouthPx, risePx, clipped: growth > 1.001 };
}

function layoutBraids(slot: RiverSlot, channels: readonly PlaceState[], pen: Pen): void {
  if (channels.length === 0) return;
  const beds = channels.map((channel) => bedOf(channel, pen));
  const evenPx = (2 * pen.roomPx - 8) / channels.length;
  const widthPx = beds.reduce((sum, bed) => sum + bed.halfPx * 2, 0);
  const rowsPx = beds.map((bed) => Math.max(BRAID_PITCH_MIN_PX, bed.halfPx * 2 + BRAID_GAP_PX));
  const sparePx = Math.max(0, 2 * pen.roomPx - 8 - rowsPx.reduce((sum, row) => sum + row, 0)) / channels.length;
  let rowPx = -(rowsPx.reduce((sum, row) => sum + row + sparePx, 0)) / 2;
  let neckPx = -widthPx / 2;
  // Where the channels' capacities do not add up to the stage's, the neck is shared in proportion.
  const squeeze = widthPx > 0 ? (slot.bed.halfPx * 2) / widthPx : 1;
  for (const [index, place] of channels.entries()) {
    const bed = beds[index] ?? { halfPx: 1, known: false, clipped: false };
    const heightPx = (rowsPx[index] ?? 0) + sparePx;
    slot.braids.push({
      key: place.channel, place, bed,
      neckPx: (neckPx + bed.halfPx) * squeeze,
      rowPx: rowPx + heightPx / 2,
      flowHalfPx: Math.min(bed.halfPx, (place.completionsPerSecond ?? 0) * pen.halfPxPerSecond),
    });
    rowPx += heightPx;
    neckPx += bed.halfPx * 2;
  }
  slot.braidPitchPx = evenPx;
}
