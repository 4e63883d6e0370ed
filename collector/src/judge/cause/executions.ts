// Spans and logs in, executions out: one service's part of one trace, from the span by which it was entered to the calls
// by which it left, with everything that was seen inside. All evidence about conduct and time is read from these.
//
//   gateway ├─────────────────────────┤            execution 0: items GET /, call cart
//             client ├───────────────┤
//   cart               server ├────┤               execution 1 (parent 0): its wait is client − server
import type { CauseLog, CauseSpan, CauseWindow } from '@narrows/contract';
import { templateOf } from './log-template.js';

export interface Call {
  span: CauseSpan;
  /** The execution on the other side; null where the called one reports no span. */
  callee: Execution | null;
  /** Where it does not: the service that answers such calls, if one is known to. */
  usual?: string | undefined;
}

export interface Execution {
  trace: string;
  service: string;
  instance: string;
  /** Name of the span by which the service was entered. */
  operation: string;
  entry: CauseSpan;
  parent: Execution | null;
  spans: CauseSpan[];
  /** In the order in which they were begun. */
  calls: Call[];
  /** What was seen: `span …`, `call … > service`, `log …`, `error …`. */
  items: Set<string>;
  /** Milliseconds inside each own span without its children. */
  selfMs: Map<CauseSpan, number>;
}

const isEntryKind = (kind: string) => kind === 'Server' || kind === 'Consumer';
const isExitKind = (kind: string) => kind === 'Client' || kind === 'Producer';
/** Whoever takes a message later is no part of the call that sent it: whether he has done so yet says nothing about the sender. */
const isLater = (kind: string) => kind === 'Producer';
export const ERROR_SEVERITY = 17;
/** Records and spans of one execution beyond this tell nothing new. */
const ITEMS_MAX = 200;

interface Linked { span: CauseSpan; parent: Linked | null; children: Linked[]; execution: Execution | null }

function link(spans: readonly CauseSpan[]): Linked[] {
  const byId = new Map<string, Linked>();
  const linked = spans.map((span): Linked => ({ span, parent: null, children: [], execution: null }));
  for (const node of linked) byId.set(node.span.traceId + node.span.spanId, node);
  for (const node of linked) {
    const parent = node.span.parentSpanId === '' ? undefined : byId.get(node.span.traceId + node.span.parentSpanId);
    if (parent === undefined || parent === node) continue;
    node.parent = parent;
    parent.children.push(node);
  }
  return linked;
}

const isEntry = ({ span, parent }: Linked): boolean =>
  parent === null || parent.span.service !== span.service || (isEntryKind(span.kind) && isExitKind(parent.span.kind));

/** Who answers a call, by the caller and the name of its span. */
export type Callees = ReadonlyMap<string, string>;
const callKey = ({ service, name, peer }: CauseSpan): string => `${service}\n${name}\n${peer}`;

/**
 * Who answered most of the calls of each name in these windows. A call that went well was answered, also where the span that says so is not
 * there: it comes later, its clock is wrong, or it was lost.
 */
export function calleesOf(windows: readonly CauseWindow[]): Callees {
  const answered = new Map<string, Map<string, number>>();
  for (const { spans } of windows) {
    const exits = new Map<string, CauseSpan>();
    for (const span of spans) if (isExitKind(span.kind) && !isLater(span.kind)) exits.set(span.traceId + span.spanId, span);
    for (const { traceId, parentSpanId, service, kind } of spans) {
      const exit = isEntryKind(kind) && parentSpanId !== '' ? exits.get(traceId + parentSpanId) : undefined;
      if (exit === undefined) continue;
      let counts = answered.get(callKey(exit));
      if (counts === undefined) answered.set(callKey(exit), (counts = new Map()));
      counts.set(service, (counts.get(service) ?? 0) + 1);
    }
  }
  return new Map([...answered].map(([key, counts]) => [key, [...counts].reduce((a, b) => (b[1] > a[1] ? b : a))[0]]));
}

/** Time of a span that no child of the same host covers; a remote child takes its whole duration, whatever its clock says. */
function selfOf({ span, children }: Linked): number {
  const end = span.startMs + span.durationMs;
  let remote = 0;
  const intervals: [number, number][] = [];
  for (const child of children) {
    if (isLater(span.kind) && child.span.kind === 'Consumer') continue;
    if (child.execution !== null && child.execution.entry === child.span) remote += child.span.durationMs;
    else intervals.push([Math.max(span.startMs, child.span.startMs), Math.min(end, child.span.startMs + child.span.durationMs)]);
  }
  intervals.sort((a, b) => a[0] - b[0]);
  let covered = 0;
  let reached = -Infinity;
  for (const [from, to] of intervals) {
    if (to <= Math.max(from, reached)) continue;
    covered += to - Math.max(from, reached);
    reached = to;
  }
  return Math.max(0, span.durationMs - covered - remote);
}

/** Breadth first from the roots, so that a parent's execution is there before its children ask for it. No recursion over data. */
function inOrder(linked: readonly Linked[]): Linked[] {
  const order = linked.filter(({ parent }) => parent === null);
  for (let i = 0; i < order.length; i++) order.push(...order[i]!.children);
  return order;
}

function open(node: Linked): Execution {
  const { traceId, service, instance, name } = node.span;
  return {
    trace: traceId, service, instance, operation: name, entry: node.span, parent: node.parent?.execution ?? null,
    spans: [], calls: [], items: new Set(), selfMs: new Map(),
  };
}

function addLogs(logs: readonly CauseLog[], bySpan: ReadonlyMap<string, Execution>, byPlace: ReadonlyMap<string, Execution>): void {
  const templates = new Map<string, string>();
  for (const log of logs) {
    if (log.traceId === '') continue;
    const execution = bySpan.get(log.traceId + log.spanId) ?? byPlace.get(`${log.traceId} ${log.service}`);
    if (execution === undefined || execution.service !== log.service || execution.items.size >= ITEMS_MAX) continue;
    let template = templates.get(log.body);
    if (template === undefined) templates.set(log.body, (template = templateOf(log.body)));
    execution.items.add(`log ${template}`);
    if (log.severity >= ERROR_SEVERITY) execution.items.add('error log');
  }
}

/**
 * All executions of a window. Spans whose parent was lost count as entered from outside. `usual`: who answers calls whose answer is not there.
 *
 * Cost: O(spans log spans per parent + logs)
 */
export function executionsOf(window: CauseWindow, usual: Callees = calleesOf([window])): Execution[] {
  const executions: Execution[] = [];
  const bySpan = new Map<string, Execution>();
  const byPlace = new Map<string, Execution>();
  const order = inOrder(link(window.spans));
  for (const node of order) {
    if (isEntry(node)) {
      node.execution = open(node);
      executions.push(node.execution);
      byPlace.set(`${node.span.traceId} ${node.span.service}`, node.execution);
    } else {
      node.execution = node.parent!.execution;
    }
    node.execution!.spans.push(node.span);
    bySpan.set(node.span.traceId + node.span.spanId, node.execution!);
  }
  for (const node of order) {
    const { span, children, execution } = node;
    execution!.selfMs.set(span, selfOf(node));
    const callees = isLater(span.kind) ? [] : children.filter((child) => child.execution !== execution).map((child) => child.execution!);
    for (const callee of callees) execution!.calls.push({ span, callee });
    if (callees.length === 0 && isExitKind(span.kind)) execution!.calls.push({ span, callee: null, usual: usual.get(callKey(span)) });
    if (execution!.items.size >= ITEMS_MAX) continue;
    const answeredBy = callees[0]?.service ?? (isExitKind(span.kind) && !span.isError ? usual.get(callKey(span)) : undefined);
    if (span !== execution!.entry) execution!.items.add(`span ${span.name}${answeredBy === undefined ? '' : ` > ${answeredBy}`}`);
    if (span.isError) execution!.items.add('error span');
  }
  for (const { calls } of executions) calls.sort((a, b) => a.span.startMs - b.span.startMs);
  addLogs(window.logs, bySpan, byPlace);
  return executions;
}
