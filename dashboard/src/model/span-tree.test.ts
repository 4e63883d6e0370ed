import { describe, expect, it } from 'vitest';
import { buildSpanTree } from './span-tree.js';
import { testSpan, testSpans } from './testing-spans.js';

const order = (tree: ReturnType<typeof buildSpanTree>) => tree.nodes.map((node) => `${node.span.spanId}@${node.depth}`);

describe('buildSpanTree', () => {
  it('puts parents before children and siblings in the order of time, whatever order they came in', () => {
    const tree = buildSpanTree(testSpans({ id: 'c', parent: 'a', begin: 5, end: 6 }, { id: 'd', parent: 'b', begin: 2, end: 3 }, { id: 'a', begin: 0, end: 10 }, { id: 'b', parent: 'a', begin: 1, end: 4 }));
    expect(order(tree)).toEqual(['a@0', 'b@1', 'd@2', 'c@1']);
    expect(tree.roots[0]?.descendants).toBe(3);
  });

  it('shows a span whose parent never came as a root, and counts it', () => {
    const tree = buildSpanTree(testSpans({ id: 'a', begin: 0, end: 10 }, { id: 'lost', parent: 'gone', begin: 3, end: 4 }));
    expect(tree.missingParents).toBe(1);
    expect(tree.nodes.find((node) => node.span.spanId === 'lost')?.parentMissing).toBe(true);
  });

  it('cuts a ring of parents at its earliest span and loses none, also with tails hanging on it', () => {
    const tree = buildSpanTree(testSpans({ id: 'tail', parent: 'x', begin: 9, end: 10 }, { id: 'x', parent: 'y', begin: 2, end: 5 }, { id: 'y', parent: 'x', begin: 1, end: 6 }, { id: 'self', parent: 'self', begin: 0, end: 1 }));
    expect(tree.rings).toBe(1);
    expect(order(tree).toSorted()).toEqual(['self@0', 'tail@2', 'x@1', 'y@0']);
  });

  it('keeps spans with a double id, and counts them', () => {
    const tree = buildSpanTree(testSpans({ id: 'a', begin: 0, end: 10 }, { id: 'b', parent: 'a', begin: 1, end: 2 }, { id: 'b', parent: 'a', begin: 1, end: 2 }));
    expect(tree.nodes).toHaveLength(3);
    expect(tree.doubleIds).toBe(1);
  });

  it('moves a server span, and what lies below it, into the call of another clock by the least amount, and says so', () => {
    const tree = buildSpanTree(testSpans(
      { id: 'client', begin: 0, end: 100, kind: 'Client' },
      { id: 'server', parent: 'client', begin: 5_050, end: 5_100, kind: 'Server', service: 'identity' },
      { id: 'inner', parent: 'server', begin: 5_060, end: 5_070, service: 'identity' },
    ));
    const [, server, inner] = tree.nodes;
    expect([server?.beginNano, server?.endNano]).toEqual([50e6, 100e6]);
    expect(inner?.beginNano).toBe(60e6);
    expect(tree.skews).toEqual([{ from: 'web', to: 'identity', correctionNano: -5_000e6 }]);
    expect(tree.endNano).toBe(100e6);
  });

  it('leaves an asynchronous child where it is, on whatever clock', () => {
    const tree = buildSpanTree(testSpans({ id: 'p', begin: 0, end: 10, kind: 'Producer' }, { id: 'c', parent: 'p', begin: 500, end: 520, kind: 'Consumer', service: 'worker' }));
    expect(tree.skews).toEqual([]);
    expect(tree.nodes[1]?.beginNano).toBe(500e6);
  });

  it('builds an empty trace, and 100,000 spans that are one chain', () => {
    expect(buildSpanTree([]).nodes).toEqual([]);
    const chain = Array.from({ length: 100_000 }, (_, i) => testSpan({ id: String(i), parent: i === 0 ? '' : String(i - 1), begin: i / 1_000, end: 200 }));
    const tree = buildSpanTree(chain);
    expect(tree.nodes.at(-1)?.depth).toBe(99_999);
    expect(tree.roots[0]?.descendants).toBe(99_999);
  });

  it('cuts a ring of 100,000 spans', () => {
    const ring = Array.from({ length: 100_000 }, (_, i) => testSpan({ id: String(i), parent: String((i + 1) % 100_000), begin: i, end: i + 1 }));
    expect(buildSpanTree(ring)).toMatchObject({ rings: 1, missingParents: 0 });
  });
});
