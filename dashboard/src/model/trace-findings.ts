// What a responder wants to know before reading a single bar: where the time went, where the error began, and what is
// wrong with the record itself.
import { pathByNode, type PathSegment } from './critical-path.js';
import type { SpanNode, TraceTree } from './span-tree.js';

/** `nano` of `totalNano` on the critical path were own time of `spans` spans of one operation; `node` is the largest. */
export interface WaitFinding { service: string; operation: string; nano: number; totalNano: number; spans: number; node: SpanNode }

/** The operation with the most own time on the critical path; null for an empty path. */
export function whereItWaited(segments: readonly PathSegment[], totalNano: number): WaitFinding | null {
  const byOperation = new Map<string, WaitFinding & { largestNano: number }>();
  for (const [node, { nano }] of pathByNode(segments)) {
    const { service, name } = node.span;
    const key = JSON.stringify([service, name]);
    const found = byOperation.get(key) ?? { service, operation: name, nano: 0, totalNano, spans: 0, node, largestNano: 0 };
    found.nano += nano;
    found.spans += 1;
    if (nano > found.largestNano) { found.largestNano = nano; found.node = node; }
    byOperation.set(key, found);
  }
  let most: (WaitFinding & { largestNano: number }) | null = null;
  for (const found of byOperation.values()) if (!most || found.nano > most.nano) most = found;
  return most;
}

/** Where the errors began: spans with an error and no failing child, earliest end first. */
export function whereErrorsBegan(tree: TraceTree): SpanNode[] {
  return tree.nodes
    .filter((node) => isError(node) && !node.children.some(isError))
    .toSorted((a, b) => a.endNano - b.endNano);
}

export const isError = (node: SpanNode): boolean => node.span.statusCode === 'Error';

const longest = (nodes: readonly SpanNode[]): SpanNode | null =>
  nodes.reduce<SpanNode | null>((best, node) => (!best || node.endNano - node.beginNano > best.endNano - best.beginNano ? node : best), null);

/** The root that people waited for: of those without a parent the longest; else the longest of all. */
export function mainRoot(tree: TraceTree): SpanNode | null {
  return longest(tree.roots.filter((node) => !node.parentMissing)) ?? longest(tree.roots);
}

export interface ServiceShare { service: string; spans: number; errors: number; pathNano: number }

/** Services of the trace with their spans, errors and own time on the critical path, most time first. */
export function serviceShares(tree: TraceTree, segments: readonly PathSegment[]): ServiceShare[] {
  const shares = new Map<string, ServiceShare>();
  for (const node of tree.nodes) {
    const share = shares.get(node.span.service) ?? { service: node.span.service, spans: 0, errors: 0, pathNano: 0 };
    share.spans += 1;
    if (isError(node)) share.errors += 1;
    shares.set(node.span.service, share);
  }
  for (const { node, beginNano, endNano } of segments) {
    const share = shares.get(node.span.service);
    if (share) share.pathNano += endNano - beginNano;
  }
  return [...shares.values()].toSorted((a, b) => b.pathNano - a.pathNano || b.spans - a.spans);
}
