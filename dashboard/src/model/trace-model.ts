// Everything the trace page draws, computed once from one answer: the tree, its critical path, where the time went and
// where the errors began.
import type { LogRow, TraceAnswer } from '@narrows/contract';
import { criticalPath, pathByNode, type PathSegment } from './critical-path.js';
import { buildSpanTree, type SpanNode, type TraceTree } from './span-tree.js';
import { mainRoot, serviceShares, whereErrorsBegan, whereItWaited, type ServiceShare, type WaitFinding } from './trace-findings.js';

export interface TraceModel {
  /** CSS colour of each service; added by the page, which knows all services. */
  colours: ReadonlyMap<string, string>;
  tree: TraceTree;
  root: SpanNode | null;
  path: Map<SpanNode, { nano: number; segments: PathSegment[] }>;
  finding: WaitFinding | null;
  errorsBegan: SpanNode[];
  shares: ServiceShare[];
  byId: Map<string, SpanNode>;
  logsBySpan: Map<string, LogRow[]>;
}

export function traceModel(answer: TraceAnswer): Omit<TraceModel, 'colours'> {
  const tree = buildSpanTree(answer.spans);
  const root = mainRoot(tree);
  const segments = root ? criticalPath(root) : [];
  const byId = new Map<string, SpanNode>();
  for (const node of tree.nodes) if (!byId.has(node.span.spanId)) byId.set(node.span.spanId, node);
  const logsBySpan = new Map<string, LogRow[]>();
  for (const log of answer.logs) {
    const logs = logsBySpan.get(log.spanId);
    if (logs) logs.push(log); else logsBySpan.set(log.spanId, [log]);
  }
  return {
    tree, root, byId, logsBySpan,
    path: pathByNode(segments),
    finding: root ? whereItWaited(segments, root.endNano - root.beginNano) : null,
    errorsBegan: whereErrorsBegan(tree),
    shares: serviceShares(tree, segments),
  };
}

/** Unix milliseconds of a span or log time, with its fraction. */
export function unixNanoToMs(unixNano: string | bigint): number {
  const nano = BigInt(unixNano);
  return Number(nano / 1_000_000n) + Number(nano % 1_000_000n) / 1e6;
}

/** Nanoseconds from the beginning of the trace. */
export function sinceOriginNano(tree: TraceTree, unixNano: string): number {
  return Number(BigInt(unixNano) - tree.originUnixNano);
}
