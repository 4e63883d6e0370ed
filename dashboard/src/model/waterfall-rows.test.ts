import { describe, expect, it } from 'vitest';
import { buildSpanTree } from './span-tree.js';
import { testSpan, testSpans } from './testing-spans.js';
import { treeStep } from './tree-keys.js';
import { matchingNodes, unfoldTo, visibleRows } from './waterfall-rows.js';

const tree = buildSpanTree([
  ...testSpans({ id: 'a', begin: 0, end: 10 }, { id: 'b', parent: 'a', begin: 1, end: 5 }, { id: 'c', parent: 'b', begin: 2, end: 3 }),
  testSpan({ id: 'd', parent: 'a', begin: 6, end: 7, service: 'identity' }, { attributes: { 'identity.channel': 'PASS-LGU' } }),
]);
const [a, b, c, d] = tree.nodes as [typeof tree.nodes[0], typeof tree.nodes[0], typeof tree.nodes[0], typeof tree.nodes[0]];
const ids = (rows: Iterable<typeof a>) => [...rows].map((node) => node.span.spanId);

describe('rows of the waterfall', () => {
  it('leave out what lies under a folded span', () => {
    expect(ids(visibleRows(tree, new Set([b])))).toEqual(['a', 'b', 'd']);
    expect(ids(visibleRows(tree, new Set([a, b])))).toEqual(['a']);
  });

  it('unfold to a span that is searched for', () => {
    expect([...unfoldTo(c, new Set([a, b, d]))]).toEqual([d]);
  });

  it('match by name, service and attribute value, without regard to case, and nothing for nothing', () => {
    expect(ids(matchingNodes(tree, 'pass-lgu'))).toEqual(['d']);
    expect(ids(matchingNodes(tree, 'IDENTITY'))).toEqual(['d']);
    expect(matchingNodes(tree, '  ').size).toBe(0);
  });
});

describe('keys of the tree', () => {
  const at = (cursor: number, folded: ReadonlySet<typeof a> = new Set()) => ({ rows: visibleRows(tree, folded), cursor, folded, page: 2 });
  it('move by rows and stop at the ends', () => {
    expect(treeStep('ArrowDown', at(-1))).toEqual({ kind: 'select', node: a });
    expect(treeStep('End', at(0))).toEqual({ kind: 'select', node: d });
    expect(treeStep('ArrowDown', at(3))).toEqual({ kind: 'select', node: d });
  });
  it('go in and out, folding on the way', () => {
    expect(treeStep('ArrowRight', at(0))).toEqual({ kind: 'select', node: b });
    expect(treeStep('ArrowRight', at(1, new Set([b])))).toEqual({ kind: 'toggle', node: b });
    expect(treeStep('ArrowLeft', at(1))).toEqual({ kind: 'toggle', node: b });
    expect(treeStep('ArrowLeft', at(2))).toEqual({ kind: 'select', node: b });
    expect(treeStep('x', at(2))).toBeNull();
  });
});
