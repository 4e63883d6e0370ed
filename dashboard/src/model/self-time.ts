// A span's own time: the stretches of it in which none of its children was open. The rest is waiting for them (or for
// what they wait for).
import type { SpanNode } from './span-tree.js';

export interface Stretch { beginNano: number; endNano: number }

/** In order of time. Children count only as far as they lie inside the span. Cost: O(children), they are sorted by begin. */
export function ownStretches(node: SpanNode): Stretch[] {
  const own: Stretch[] = [];
  let cursorNano = node.beginNano;
  for (const child of node.children) {
    if (child.beginNano >= node.endNano) break;
    if (child.beginNano > cursorNano) own.push({ beginNano: cursorNano, endNano: child.beginNano });
    cursorNano = Math.max(cursorNano, child.endNano);
  }
  if (cursorNano < node.endNano) own.push({ beginNano: cursorNano, endNano: node.endNano });
  return own;
}

export function ownNano(node: SpanNode): number {
  return ownStretches(node).reduce((sum, { beginNano, endNano }) => sum + endNano - beginNano, 0);
}

/** The same stretches with gaps narrower than `gapNano` closed: at most a few hundred to draw, however many there are. */
export function mergeStretches(stretches: readonly Stretch[], gapNano: number): Stretch[] {
  const merged: Stretch[] = [];
  for (const { beginNano, endNano } of stretches) {
    const last = merged.at(-1);
    if (last && beginNano - last.endNano < gapNano) last.endNano = Math.max(last.endNano, endNano);
    else merged.push({ beginNano, endNano });
  }
  return merged;
}
