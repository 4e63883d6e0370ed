// Episodes and markers as the timeline draws them: each at a share of the width, in lanes so that none covers another.
// Causes come first, so that what explains stands above what follows from it.
import type { Episode, Marker } from '@narrows/contract';

export interface EpisodeBar { episode: Episode; lane: number; left: number; width: number; /** Still being said at the end. */ open: boolean }
export interface MarkerFlag { marker: Marker; left: number }
export interface TimelinePicture { bars: EpisodeBar[]; flags: MarkerFlag[]; lanes: number; /** Episodes that no lane is left for. */ more: number }

const LANES_MAX = 4;
/** A bar is at least this wide, so that it can be hit. */
const WIDTH_MIN = 0.006;

export function timelinePicture(episodes: readonly Episode[], markers: readonly Marker[], fromMs: number, toMs: number): TimelinePicture {
  const shareOf = (atMs: number) => Math.min(1, Math.max(0, (atMs - fromMs) / Math.max(1, toMs - fromMs)));
  const ends: number[] = [];
  const bars: EpisodeBar[] = [];
  let more = 0;
  const inOrder = episodes.filter(({ begin, end }) => begin < toMs && (end ?? Infinity) >= fromMs)
    .toSorted((a, b) => Number(a.causedBy !== null) - Number(b.causedBy !== null) || a.begin - b.begin);
  for (const episode of inOrder) {
    const left = shareOf(episode.begin);
    const width = Math.max(WIDTH_MIN, shareOf(episode.end ?? toMs) - left);
    const free = ends.findIndex((end) => end <= left);
    const lane = free >= 0 ? free : ends.length;
    if (lane >= LANES_MAX) { more += 1; continue; }
    ends[lane] = left + width + WIDTH_MIN / 2;
    bars.push({ episode, lane, left: Math.min(left, 1 - WIDTH_MIN), width, open: episode.end === null });
  }
  const flags = markers.filter(({ at }) => at >= fromMs && at < toMs).map((marker) => ({ marker, left: shareOf(marker.at) }));
  return { bars, flags, lanes: Math.max(1, ends.length), more };
}

/** Moments for the axis: at whole minutes, some six of them. */
export function timelineTicks(fromMs: number, toMs: number): { atMs: number; left: number }[] {
  const stepMs = [1, 2, 5, 10, 15, 30, 60, 120].map((minutes) => minutes * 60_000).find((step) => (toMs - fromMs) / step <= 7) ?? 7_200_000;
  const ticks: { atMs: number; left: number }[] = [];
  for (let atMs = Math.ceil(fromMs / stepMs) * stepMs; atMs < toMs; atMs += stepMs) ticks.push({ atMs, left: (atMs - fromMs) / (toMs - fromMs) });
  return ticks;
}
