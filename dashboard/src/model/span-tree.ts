// Spans of one trace, as they were stored, become a tree in the order of time. Nothing is trusted: parents may be
// missing, ids may be double, a chain of parents may close into a ring, clocks of two machines may differ. What was
// found wrong is counted, so that the page can say so. No recursion: a trace may be 100,000 spans deep.
//
// Clock correction: a server span belongs inside the client span that called it. Where it lies outside, its clock
// differs, and it is moved, with everything below it, by the smallest amount that puts it inside:
//   client  ├──────────────┤
//   server            ├────────┤      recorded
//   server      ├────────┤            shown, correctionNano < 0
import type { SpanRow } from '@narrows/contract';

/** Times are nanoseconds since `TraceTree.originUnixNano`, corrected; a double holds 104 days of them exactly. */
export interface SpanNode {
  span: SpanRow;
  parent: SpanNode | null;
  /** By begin, then end. */
  children: SpanNode[];
  depth: number;
  beginNano: number;
  endNano: number;
  /** What was added to the recorded times; 0 nearly always. */
  correctionNano: number;
  /** Nodes below this one. */
  descendants: number;
  /** Its parent was named but is not in the answer. */
  parentMissing: boolean;
}

export interface TraceTree {
  roots: SpanNode[];
  /** All nodes, parents before children. */
  nodes: SpanNode[];
  originUnixNano: bigint;
  endNano: number;
  /** Spans whose parent is not here, whose id came twice, and that were cut out of a ring of parents. */
  missingParents: number;
  doubleIds: number;
  rings: number;
  /** Pairs of services whose clocks disagree, with the largest correction that was made. */
  skews: { from: string; to: string; correctionNano: number }[];
}

/**
 * Differences below this are rounding, not clocks and not work that goes on: OpenTelemetry for Node begins a span at a whole
 * millisecond and counts on from there, so the last of two spans of one process to end may seem the first by nearly one.
 */
export const ROUNDING_NANO = 1_000_000;

/** Cost: O(n log n), for the order of siblings. */
export function buildSpanTree(spans: readonly SpanRow[]): TraceTree {
  const originUnixNano = spans.reduce<bigint | null>((least, span) => { const at = BigInt(span.startUnixNano); return least === null || at < least ? at : least; }, null) ?? 0n;
  const nodes = spans.map((span) => toNode(span, originUnixNano));
  const byId = new Map<string, SpanNode>();
  let doubleIds = 0;
  for (const node of nodes) {
    if (byId.has(node.span.spanId)) doubleIds += 1;
    else byId.set(node.span.spanId, node);
  }
  let missingParents = 0;
  const roots: SpanNode[] = [];
  for (const node of nodes) {
    const parent = byId.get(node.span.parentSpanId);
    if (parent && parent !== node) { node.parent = parent; parent.children.push(node); continue; }
    node.parentMissing = node.span.parentSpanId !== '' && parent === undefined;
    if (node.parentMissing) missingParents += 1;
    roots.push(node);
  }
  const rings = breakRings(nodes, roots);
  roots.sort(byTime);
  const { ordered, skews } = order(roots);
  return { roots, nodes: ordered, originUnixNano, endNano: ordered.reduce((latest, node) => Math.max(latest, node.endNano), 0), missingParents, doubleIds, rings, skews };
}

function toNode(span: SpanRow, originUnixNano: bigint): SpanNode {
  const beginNano = Number(BigInt(span.startUnixNano) - originUnixNano);
  return { span, parent: null, children: [], depth: 0, beginNano, endNano: beginNano + Number(span.durationNano), correctionNano: 0, descendants: 0, parentMissing: false };
}

const byTime = (a: SpanNode, b: SpanNode): number => a.beginNano - b.beginNano || b.endNano - a.endNano;

/** Nodes that no root reaches stand in a ring: the earliest of each ring becomes a root. */
function breakRings(nodes: readonly SpanNode[], roots: SpanNode[]): number {
  const reached = new Set<SpanNode>();
  const reach = (from: SpanNode): void => {
    const stack = [from];
    for (let node = stack.pop(); node; node = stack.pop()) {
      if (reached.has(node)) continue;
      reached.add(node);
      for (const child of node.children) stack.push(child);
    }
  };
  for (const root of roots) reach(root);
  let rings = 0;
  for (const node of nodes) {
    if (reached.has(node)) continue;
    const first = earliestOfRing(node);
    const parent = first.parent;
    if (parent) parent.children = parent.children.filter((child) => child !== first);
    first.parent = null;
    roots.push(first);
    rings += 1;
    reach(first);
  }
  return rings;
}

/** Going up from a node that no root reaches ends in a ring. */
function earliestOfRing(from: SpanNode): SpanNode {
  const seen = new Set<SpanNode>();
  let at = from;
  while (at.parent && !seen.has(at)) { seen.add(at); at = at.parent; }
  let earliest = at;
  for (let member = at.parent; member && member !== at; member = member.parent) if (byTime(member, earliest) < 0) earliest = member;
  return earliest;
}

/** Parents before children, siblings by time; on the way down depth and clock correction, on the way up the counts. */
function order(roots: readonly SpanNode[]): { ordered: SpanNode[]; skews: TraceTree['skews'] } {
  const ordered: SpanNode[] = [];
  const skews = new Map<string, TraceTree['skews'][number]>();
  const stack = roots.toReversed();
  for (let node = stack.pop(); node; node = stack.pop()) {
    ordered.push(node);
    for (const child of node.children) {
      child.depth = node.depth + 1;
      const own = correction(node, child, child.beginNano + node.correctionNano, child.endNano + node.correctionNano);
      child.correctionNano = node.correctionNano + own;
      child.beginNano += child.correctionNano;
      child.endNano += child.correctionNano;
      if (own !== 0) noteSkew(skews, node.span.service, child.span.service, own);
    }
    node.children.sort(byTime);
    for (let i = node.children.length - 1; i >= 0; i -= 1) stack.push(node.children[i]!);
  }
  for (let i = ordered.length - 1; i >= 0; i -= 1) {
    const node = ordered[i]!;
    if (node.parent) node.parent.descendants += node.descendants + 1;
  }
  return { ordered, skews: [...skews.values()] };
}

/** Only a synchronous call across two clocks is corrected, and only where the callee fits into the call. */
function correction(parent: SpanNode, child: SpanNode, beginNano: number, endNano: number): number {
  if (parent.span.kind !== 'Client' || child.span.kind !== 'Server' || sameClock(parent.span, child.span)) return 0;
  if (endNano - beginNano > parent.endNano - parent.beginNano) return 0;
  const early = parent.beginNano - beginNano;
  const late = endNano - parent.endNano;
  if (early > ROUNDING_NANO) return early;
  return late > ROUNDING_NANO ? -late : 0;
}

/** One process has one clock. */
export function sameClock(a: SpanRow, b: SpanRow): boolean {
  return a.service === b.service && a.instance === b.instance;
}

function noteSkew(skews: Map<string, TraceTree['skews'][number]>, from: string, to: string, correctionNano: number): void {
  const key = JSON.stringify([from, to]);
  const before = skews.get(key);
  if (!before || Math.abs(before.correctionNano) < Math.abs(correctionNano)) skews.set(key, { from, to, correctionNano });
}
