import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { criticalPath, pathByNode } from './critical-path.js';
import { buildSpanTree, sameClock, type SpanNode } from './span-tree.js';
import { testSpan, testSpans, type TestSpan } from './testing-spans.js';

function pathOf(...spans: TestSpan[]): string[] {
  const root = buildSpanTree(testSpans(...spans)).roots[0]!;
  return criticalPath(root).toReversed().map(({ node, beginNano, endNano }) => `${node.span.spanId} ${beginNano / 1e6}-${endNano / 1e6}`);
}

/** The definition, a millisecond at a time from the end backwards. */
function bruteForce(root: SpanNode): string[] {
  const owners: string[] = [];
  const visit = (node: SpanNode, begin: number, end: number): void => {
    let at = end;
    while (at > begin) {
      const ended = node.children
        .filter((child) => !(child.endNano > node.endNano && (sameClock(child.span, node.span) || child.span.kind === 'Consumer')))
        .map((child) => ({ child, begin: Math.max(begin, child.beginNano / 1e6), end: Math.min(end, child.endNano / 1e6) }))
        .filter((one) => one.end === at && one.begin < one.end)
        .toSorted((a, b) => a.child.beginNano - b.child.beginNano)[0];
      if (ended) { visit(ended.child, ended.begin, at); at = ended.begin; } else { at -= 1; owners.push(`${at} ${node.span.spanId}`); }
    }
  };
  visit(root, root.beginNano / 1e6, root.endNano / 1e6);
  return owners.toSorted();
}

describe('criticalPath', () => {
  it('gives the whole time of a span without children to itself', () => {
    expect(pathOf({ id: 'a', begin: 0, end: 10 })).toEqual(['a 0-10']);
  });

  it('goes through calls that follow each other, and gives the gaps to the caller', () => {
    expect(pathOf({ id: 'a', begin: 0, end: 10 }, { id: 'b', parent: 'a', begin: 1, end: 4 }, { id: 'c', parent: 'a', begin: 5, end: 9 }))
      .toEqual(['a 0-1', 'b 1-4', 'a 4-5', 'c 5-9', 'a 9-10']);
  });

  it('goes through the slower of two parallel calls only', () => {
    expect(pathOf({ id: 'a', begin: 0, end: 10 }, { id: 'slow', parent: 'a', begin: 1, end: 9 }, { id: 'fast', parent: 'a', begin: 1, end: 5 }))
      .toEqual(['a 0-1', 'slow 1-9', 'a 9-10']);
  });

  it('does not wait for work that outlives its parent on the same clock, nor for a consumer', () => {
    expect(pathOf({ id: 'a', begin: 0, end: 10 }, { id: 'async', parent: 'a', begin: 2, end: 50 }, { id: 'sync', parent: 'a', begin: 3, end: 9 }))
      .toEqual(['a 0-3', 'sync 3-9', 'a 9-10']);
    expect(pathOf({ id: 'a', begin: 0, end: 10 }, { id: 'mail', parent: 'a', begin: 2, end: 50, kind: 'Consumer', service: 'mail' })).toEqual(['a 0-10']);
  });

  it('waits for a call whose end was rounded to just after that of its caller', () => {
    expect(pathOf({ id: 'a', begin: 0, end: 10 }, { id: 'call', parent: 'a', begin: 1, end: 10.4 }, { id: 'b', parent: 'call', begin: 1, end: 9, service: 'identity', kind: 'Server' }))
      .toEqual(['a 0-1', 'b 1-9', 'call 9-10']);
  });

  it('clips a callee that ends after its caller by another clock, and one that begins before it', () => {
    expect(pathOf({ id: 'a', begin: 0, end: 10 }, { id: 'b', parent: 'a', begin: 4, end: 12, service: 'identity', kind: 'Server' })).toEqual(['a 0-4', 'b 4-10']);
    const tree = buildSpanTree(testSpans({ id: 'a', begin: 2, end: 10 }, { id: 'b', parent: 'a', begin: 0, end: 6, service: 'identity' }));
    const segments = criticalPath(tree.nodes[0]!);
    expect(segments.map(({ node, beginNano, endNano }) => `${node.span.spanId} ${beginNano / 1e6}-${endNano / 1e6}`)).toEqual(['a 6-10', 'b 2-6']);
  });

  it('covers the root without gap or overlap and agrees with the definition, over random trees', () => {
    const spans = fc.array(fc.record({ parent: fc.nat(), begin: fc.nat(30), length: fc.nat(20), service: fc.constantFrom('web', 'identity'), kind: fc.constantFrom('Internal', 'Consumer', 'Server') }), { maxLength: 14 });
    fc.assert(fc.property(spans, (list) => {
      const rows = [testSpan({ id: 'root', begin: 0, end: 30 }), ...list.map((one, i) => testSpan({ id: String(i), parent: i === 0 ? 'root' : ['root', ...list.keys()].map(String)[one.parent % (i + 1)]!, begin: one.begin, end: one.begin + one.length, service: one.service, kind: one.kind }))];
      const root = buildSpanTree(rows).nodes.find((node) => node.span.spanId === 'root')!;
      const segments = criticalPath(root).toReversed();
      let cursor = root.beginNano;
      for (const segment of segments) { expect(segment.beginNano).toBe(cursor); cursor = segment.endNano; }
      expect(cursor).toBe(root.endNano);
      const owners = segments.flatMap(({ node, beginNano, endNano }) => Array.from({ length: (endNano - beginNano) / 1e6 }, (_, i) => `${beginNano / 1e6 + i} ${node.span.spanId}`));
      expect(owners.toSorted()).toEqual(bruteForce(root));
    }), { numRuns: 500 });
  });

  it('walks 100,000 spans, 4,000 of them children of one parent and the rest one chain', () => {
    const fan = Array.from({ length: 4_000 }, (_, i) => testSpan({ id: `f${i}`, parent: 'root', begin: i, end: i + 1 }));
    const chain = Array.from({ length: 95_999 }, (_, i) => testSpan({ id: `c${i}`, parent: i === 0 ? 'f0' : `c${i - 1}`, begin: 0, end: 1 }));
    const tree = buildSpanTree([testSpan({ id: 'root', begin: 0, end: 4_000 }), ...fan, ...chain]);
    expect(tree.nodes).toHaveLength(100_000);
    const segments = criticalPath(tree.nodes[0]!);
    expect(segments).toHaveLength(4_000);
    expect(segments.at(-1)?.node.span.spanId).toBe('c95998');
  });
});

describe('pathByNode', () => {
  it('adds up the pieces of one span', () => {
    const root = buildSpanTree(testSpans({ id: 'a', begin: 0, end: 10 }, { id: 'b', parent: 'a', begin: 2, end: 5 })).roots[0]!;
    expect(pathByNode(criticalPath(root)).get(root)).toMatchObject({ nano: 7e6, segments: [{ beginNano: 5e6 }, { beginNano: 0 }] });
  });
});
