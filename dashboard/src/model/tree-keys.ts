// What a key does in a tree of rows (WAI-ARIA treegrid): up and down move, right opens or goes in, left folds or goes out.
import type { SpanNode } from './span-tree.js';

export interface TreePosition { rows: readonly SpanNode[]; cursor: number; folded: ReadonlySet<SpanNode>; page: number }
export type TreeStep = { kind: 'select' | 'toggle'; node: SpanNode };

const select = (node: SpanNode | null | undefined): TreeStep | null => (node ? { kind: 'select', node } : null);

/** Null: the key means nothing here. */
export function treeStep(key: string, { rows, cursor, folded, page }: TreePosition): TreeStep | null {
  const move = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -rows.length, End: rows.length }[key];
  if (move !== undefined) return select(rows[Math.min(rows.length - 1, Math.max(0, cursor + move))]);
  const node = rows[cursor];
  if (!node) return null;
  const isFolded = folded.has(node);
  if (key === 'ArrowRight') return node.children.length === 0 ? null : isFolded ? { kind: 'toggle', node } : select(node.children[0]);
  if (key === 'ArrowLeft') return node.children.length > 0 && !isFolded ? { kind: 'toggle', node } : select(node.parent);
  return key === 'Enter' && node.children.length > 0 ? { kind: 'toggle', node } : null;
}
