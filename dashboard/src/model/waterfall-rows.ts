// Which rows of the tree are on the screen: those whose ancestors are all open, and which of them match a search.
// Rows are made by one walk over the pre-order list, skipping what lies under a folded span.
import type { SpanNode, TraceTree } from './span-tree.js';

export function visibleRows(tree: TraceTree, folded: ReadonlySet<SpanNode>): SpanNode[] {
  if (folded.size === 0) return tree.nodes;
  const rows: SpanNode[] = [];
  for (let i = 0; i < tree.nodes.length; i += 1) {
    const node = tree.nodes[i]!;
    rows.push(node);
    if (folded.has(node)) i += node.descendants;
  }
  return rows;
}

/** Nodes whose name, service, status or an attribute holds the text, without regard to case. */
export function matchingNodes(tree: TraceTree, text: string): Set<SpanNode> {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return new Set();
  return new Set(tree.nodes.filter(({ span }) => holds(span.name, wanted) || holds(span.service, wanted) || holds(span.spanId, wanted) || holds(span.statusMessage, wanted)
    || Object.entries(span.attributes).some(([key, value]) => holds(key, wanted) || holds(value, wanted))));
}

const holds = (text: string, wanted: string): boolean => text.toLowerCase().includes(wanted);

/** Open everything above a span, so that it can be seen. */
export function unfoldTo(node: SpanNode, folded: ReadonlySet<SpanNode>): Set<SpanNode> {
  const next = new Set(folded);
  for (let at = node.parent; at; at = at.parent) next.delete(at);
  return next;
}
