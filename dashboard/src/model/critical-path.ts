// The chain of work that made a trace as long as it was: taking time from any part of it would have made the whole
// shorter. From the end of the root backwards: the child that ended last before the cursor was waited for, so the path
// goes through it; what lies between is the span's own time.
//
//   root    ├──own──┬───────────┬─own─┤        cursor starts at the right end
//   child A         ├──A────────┤              ended last before the cursor: on the path
//   child B           ├──B────┤                ended while A still ran: nobody waited for it
//
// A child that outlives its parent on the same clock, by more than rounding, was not waited for. On another clock that is skew
// or network, and its end is clipped; a consumer span works on its own account. Iterative, O(n log n).
import { ROUNDING_NANO, sameClock, type SpanNode } from './span-tree.js';

/** A stretch of a span's own time on the path, in the tree's nanoseconds. */
export interface PathSegment { node: SpanNode; beginNano: number; endNano: number }

interface Window { node: SpanNode; beginNano: number; endNano: number }

/** Segments cover the root's whole duration without gap or overlap, latest first. */
export function criticalPath(root: SpanNode): PathSegment[] {
  const segments: PathSegment[] = [];
  const stack: Window[] = [{ node: root, beginNano: root.beginNano, endNano: root.endNano }];
  for (let window = stack.pop(); window; window = stack.pop()) walk(window, segments, stack);
  return segments.toSorted((a, b) => b.endNano - a.endNano || b.beginNano - a.beginNano);
}

function walk({ node, beginNano, endNano }: Window, segments: PathSegment[], stack: Window[]): void {
  let cursorNano = endNano;
  for (const { child, clippedNano } of waitedFor(node, beginNano, endNano)) {
    if (clippedNano > cursorNano) continue;
    if (cursorNano > clippedNano) segments.push({ node, beginNano: clippedNano, endNano: cursorNano });
    const childBeginNano = Math.max(child.beginNano, beginNano);
    stack.push({ node: child, beginNano: childBeginNano, endNano: clippedNano });
    cursorNano = childBeginNano;
  }
  if (cursorNano > beginNano) segments.push({ node, beginNano, endNano: cursorNano });
}

/** Children that the span may have waited for inside the window, last end first; of equal ends the longest first. */
function waitedFor(node: SpanNode, beginNano: number, endNano: number): { child: SpanNode; clippedNano: number }[] {
  const found: { child: SpanNode; clippedNano: number }[] = [];
  for (const child of node.children) {
    if (child.endNano >= node.endNano + ROUNDING_NANO && (sameClock(child.span, node.span) || child.span.kind === 'Consumer')) continue;
    const clippedNano = Math.min(child.endNano, endNano);
    if (clippedNano > Math.max(child.beginNano, beginNano)) found.push({ child, clippedNano });
  }
  return found.sort((a, b) => b.clippedNano - a.clippedNano || a.child.beginNano - b.child.beginNano);
}

/** Own nanoseconds on the path by node, and the segments of each. */
export function pathByNode(segments: readonly PathSegment[]): Map<SpanNode, { nano: number; segments: PathSegment[] }> {
  const byNode = new Map<SpanNode, { nano: number; segments: PathSegment[] }>();
  for (const segment of segments) {
    const entry = byNode.get(segment.node) ?? { nano: 0, segments: [] };
    entry.nano += segment.endNano - segment.beginNano;
    entry.segments.push(segment);
    byNode.set(segment.node, entry);
  }
  return byNode;
}
