// What would come to a place if nobody before it had to wait. Where all workers of a caller wait for the place's answer, the
// caller asks no more often than the place answers: what arrives there looks like what it can do, and the rest stands in
// line at the caller. A remedy has to be large enough for both.
import { callsOf } from './edge-calls.js';
import { meanOver, sumOver } from './flow.js';
import type { Place, Scene } from './scene.js';

const NOW_SECONDS = 20;
const BEFORE_SECONDS = 60;

/**
 * Requests a second that a service would get, from what its callers get and how many calls each of theirs made before
 * `onset`; callers of callers included. What arrives today where no caller has a line.
 *
 * Cost: O(edges × seconds) of the callers with a line
 */
function demandOfService(scene: Scene, service: Place, onset: number, seen: ReadonlySet<string> = new Set()): number {
  const from = Math.max(onset, scene.seconds - NOW_SECONDS);
  let demand = meanOver(service.flow.arrivals, from, scene.seconds);
  for (const edge of scene.edges) {
    const caller = scene.serviceOf.get(edge.service);
    if (edge.peer !== service.service || caller === undefined || seen.has(edge.service) || !hasLine(caller)) continue;
    const { calls } = callsOf(scene, edge);
    const before = sumOver(caller.flow.ended, onset - BEFORE_SECONDS, onset);
    if (before === 0) continue;
    const callsOfOne = sumOver(calls, onset - BEFORE_SECONDS, onset) / before;
    demand += Math.max(0, callsOfOne * demandOfService(scene, caller, onset, new Set([...seen, service.service])) - meanOver(calls, from, scene.seconds));
  }
  return demand;
}

const hasLine = ({ narrowness: { line, lineFine } }: Place): boolean => meanOver(line, line.length - 3, line.length) > lineFine;

/** How many times of today's arrivals would come to the place. */
export function heldBack(scene: Scene, place: Place, onset: number): number {
  const service = scene.serviceOf.get(place.service);
  if (service === undefined) return 1;
  const today = meanOver(service.flow.arrivals, Math.max(onset, scene.seconds - NOW_SECONDS), scene.seconds);
  return today > 0 ? demandOfService(scene, service, onset) / today : 1;
}
