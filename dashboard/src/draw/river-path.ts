// A laid-out river as SVG path data. The layout speaks of along and across; here, and only here, a wide screen makes
// them x and y and a narrow one y and x. Parabolas become quadratic Béziers, which are exact.
import type { RiverBank, RiverBraid, RiverLayout, RiverSlot } from '../model/river-layout.js';

export type Orientation = 'rightwards' | 'downwards';
export type Point = readonly [along: number, across: number];

/** Path commands over (along, across), written as x and y of an orientation; across is measured from the middle. */
class PathPen {
  private text = '';
  constructor(private readonly orientation: Orientation, private readonly middlePx: number) {}
  move(to: Point): this { return this.add('M', to); }
  line(to: Point): this { return this.add('L', to); }
  quadratic(control: Point, to: Point): this { return this.add('Q', control, to); }
  /** An S from here to there that leaves and arrives along the flow. */
  ease(from: Point, to: Point): this {
    const half = (from[0] + to[0]) / 2;
    return this.add('C', [half, from[1]], [half, to[1]], to);
  }
  close(): this { this.text += 'Z'; return this; }
  toString(): string { return this.text; }
  private add(command: string, ...points: Point[]): this {
    this.text += command + points.map(([along, across]) => {
      const x = round(along);
      const y = round(across + this.middlePx);
      return this.orientation === 'rightwards' ? `${x} ${y}` : `${y} ${x}`;
    }).join(' ');
    return this;
  }
}
const round = (px: number): number => Math.round(px * 100) / 100;

export interface RiverPaths { bed: string; banks: string; basinBanks: string; inflow: string; flow: string; bank: string; wall: string; gate: string; leak: string; braids: BraidPaths[] }
export interface BraidPaths { key: string; bed: string; banks: string; flow: string; hit: string }

/** All paths of a slot. */
export function slotPaths(layout: RiverLayout, slot: RiverSlot, orientation: Orientation): RiverPaths {
  const pen = () => new PathPen(orientation, layout.acrossPx / 2);
  const { fromPx, mouthPx, neckPx, exitPx, toPx, bed, basinHalfPx } = slot;
  const braided = slot.braids.length > 0;
  const reachEndPx = braided ? neckPx : toPx;
  return {
    bed: ribbon(pen(), [[fromPx, basinHalfPx], [mouthPx, basinHalfPx], [neckPx, bed.halfPx], [reachEndPx, bed.halfPx]])
      + (braided ? ribbon(pen(), [[exitPx, bed.halfPx], [toPx, bed.halfPx]]) : ''),
    banks: edges(pen(), [[mouthPx, basinHalfPx], [neckPx, bed.halfPx], [reachEndPx, bed.halfPx]]) + (braided ? edges(pen(), [[exitPx, bed.halfPx], [toPx, bed.halfPx]]) : ''),
    basinBanks: edges(pen(), [[fromPx, basinHalfPx], [mouthPx, basinHalfPx]]),
    inflow: ribbon(pen(), [[fromPx, slot.inflowHalfPx], [mouthPx, slot.inflowHalfPx], [neckPx, slot.flowHalfPx]]),
    flow: ribbon(pen(), [[neckPx, slot.flowHalfPx], [reachEndPx, slot.flowHalfPx]]) + (braided ? ribbon(pen(), [[exitPx, slot.flowHalfPx], [toPx, slot.flowHalfPx]]) : ''),
    bank: slot.bank === null ? '' : (slot.reservoir ? lake : wave)(pen(), slot.bank, basinHalfPx),
    wall: wall(pen(), slot),
    gate: slot.reservoir ? gate(pen(), slot) : '',
    leak: slot.leakPx < LEAK_LEAST_PX ? '' : leak(pen(), slot, layout.acrossPx / 2),
    braids: slot.braids.map((braid) => braidPaths(slot, braid, pen)),
  };
}

/** Thinner than this the stream of errors cannot be seen; its number stands in the figures all the same. */
const LEAK_LEAST_PX = 0.4;

/** Centre line of what leaves as errors: out of the lower shore and away; drawn as wide as the errors are many. */
function leak(pen: PathPen, slot: RiverSlot, edgePx: number): string {
  const fromPx = slot.toPx - 30;
  return pen.move([fromPx - 20, slot.bed.halfPx - slot.leakPx / 2]).quadratic([fromPx, slot.bed.halfPx], [fromPx + 6, edgePx]).toString();
}

/** A band of changing half-width around the middle; stretches of one width are straight, changes are eased. */
function ribbon(pen: PathPen, profile: readonly Point[], middle: readonly number[] = []): string {
  const outline = (sign: 1 | -1): Point[] => profile.map(([along, half], index) => [along, (middle[index] ?? 0) + sign * half]);
  const there = outline(-1);
  const back = outline(1).toReversed();
  const first = there[0];
  if (first === undefined || profile.every(([, half]) => half <= 0)) return '';
  pen.move(first);
  trace(pen, there);
  const turn = back[0];
  if (turn !== undefined) pen.line(turn);
  trace(pen, back);
  return pen.close().toString();
}

function trace(pen: PathPen, points: readonly Point[]): void {
  for (let index = 1; index < points.length; index++) {
    const from = points[index - 1];
    const to = points[index];
    if (from === undefined || to === undefined) continue;
    if (from[1] === to[1]) pen.line(to);
    else pen.ease(from, to);
  }
}

/** Only the two shores of a band, open at its ends: so that unknown ones can be dashed. */
function edges(pen: PathPen, profile: readonly Point[], middle: readonly number[] = []): string {
  for (const sign of [-1, 1]) {
    const shore = profile.map(([along, half], index): Point => [along, (middle[index] ?? 0) + sign * half]);
    const first = shore[0];
    if (first === undefined) continue;
    pen.move(first);
    trace(pen, shore);
  }
  return pen.toString();
}

/** Water that rises towards the wall: over each shore a parabola t², flat where it begins. */
function wave(pen: PathPen, bank: RiverBank, shorePx: number): string {
  for (const sign of [-1, 1]) {
    pen.move([bank.fromPx, sign * shorePx])
      .quadratic([(bank.fromPx + bank.toPx) / 2, sign * shorePx], [bank.toPx, sign * (shorePx + bank.risePx)])
      .line([bank.toPx, sign * shorePx]).close();
  }
  return pen.toString();
}

/** A lake: over each shore a parabola that is highest in the middle. */
function lake(pen: PathPen, bank: RiverBank, shorePx: number): string {
  for (const sign of [-1, 1]) {
    pen.move([bank.fromPx, sign * shorePx])
      .quadratic([(bank.fromPx + bank.toPx) / 2, sign * (shorePx + 2 * bank.risePx)], [bank.toPx, sign * shorePx]).close();
  }
  return pen.toString();
}

/** The wall that holds the water back, from the shore of the reach to the top of the water. */
function wall(pen: PathPen, slot: RiverSlot): string {
  const risePx = slot.bank === null || slot.reservoir ? 0 : slot.bank.risePx;
  const topPx = slot.basinHalfPx + risePx;
  if (risePx === 0) return '';
  for (const sign of [-1, 1]) pen.move([slot.mouthPx, sign * Math.min(slot.bed.halfPx, slot.basinHalfPx)]).line([slot.mouthPx, sign * topPx]);
  return pen.toString();
}

/** The gate of a reservoir: two leaves beside the opening. */
function gate(pen: PathPen, slot: RiverSlot): string {
  for (const sign of [-1, 1]) {
    const openPx = Math.max(4, slot.flowHalfPx + 2);
    pen.move([slot.mouthPx, sign * openPx]).line([slot.mouthPx, sign * (openPx + 18)]);
  }
  return pen.toString();
}

/** Length of the fan from the neck to a braid's row, and back. */
const FAN_PX = 34;

function braidPaths(slot: RiverSlot, braid: RiverBraid, pen: () => PathPen): BraidPaths {
  const { neckPx, exitPx } = slot;
  const course = braidCourse(braid);
  const along = [neckPx, neckPx + FAN_PX, exitPx - FAN_PX, exitPx];
  const band = (half: number): Point[] => along.map((at) => [at, half]);
  return {
    key: braid.key,
    bed: ribbon(pen(), band(braid.bed.halfPx), course),
    banks: edges(pen(), band(braid.bed.halfPx), course),
    flow: ribbon(pen(), band(braid.flowHalfPx), course),
    hit: ribbon(pen(), band(Math.max(braid.bed.halfPx + 2, slot.braidPitchPx / 2 - 1)), course),
  };
}

const braidCourse = (braid: RiverBraid): number[] => [braid.neckPx, braid.rowPx, braid.rowPx, braid.neckPx];

/** Where a dot is after `progress` (0–1) of its way through a slot, in lane −1–1; `braid` null: past the braids. */
export function dotAt(slot: RiverSlot, braid: RiverBraid | null, progress: number, lane: number): Point {
  const along = slot.fromPx + progress * (slot.toPx - slot.fromPx);
  if (along <= slot.mouthPx) return [along, lane * slot.inflowHalfPx * 0.85];
  if (along <= slot.neckPx) return [along, lane * 0.85 * mix(slot.inflowHalfPx, slot.flowHalfPx, smooth((along - slot.mouthPx) / (slot.neckPx - slot.mouthPx)))];
  if (braid === null || along >= slot.exitPx) return [along, lane * slot.flowHalfPx * 0.85];
  const leave = smooth(Math.min(1, (along - slot.neckPx) / FAN_PX));
  const meet = smooth(Math.min(1, (slot.exitPx - along) / FAN_PX));
  return [along, mix(braid.neckPx, braid.rowPx, Math.min(leave, meet)) + lane * braid.flowHalfPx * 0.7];
}

const mix = (a: number, b: number, share: number): number => a + (b - a) * share;
const smooth = (share: number): number => share * share * (3 - 2 * share);
