import { describe, expect, it } from 'vitest';
import { mergeStretches, ownNano, ownStretches } from './self-time.js';
import { buildSpanTree } from './span-tree.js';
import { testSpan, testSpans } from './testing-spans.js';

describe('own time', () => {
  it('is what no child covers, however children overlap or stick out', () => {
    const root = buildSpanTree(testSpans({ id: 'a', begin: 0, end: 10 }, { id: 'b', parent: 'a', begin: 1, end: 4 }, { id: 'c', parent: 'a', begin: 3, end: 6 }, { id: 'd', parent: 'a', begin: 8, end: 20 })).roots[0]!;
    expect(ownStretches(root)).toEqual([{ beginNano: 0, endNano: 1e6 }, { beginNano: 6e6, endNano: 8e6 }]);
    expect(ownNano(root)).toBe(3e6);
  });

  it('is exact over 100,000 children', () => {
    const rows = [testSpan({ id: 'a', begin: 0, end: 100_000 }), ...Array.from({ length: 100_000 }, (_, i) => testSpan({ id: `k${i}`, parent: 'a', begin: i, end: i + 0.75 }))];
    expect(ownNano(buildSpanTree(rows).roots[0]!)).toBe(25_000e6);
  });

  it('is drawn with narrow gaps closed and nothing lost at the ends', () => {
    expect(mergeStretches([{ beginNano: 0, endNano: 1 }, { beginNano: 2, endNano: 3 }, { beginNano: 50, endNano: 60 }], 10)).toEqual([{ beginNano: 0, endNano: 3 }, { beginNano: 50, endNano: 60 }]);
  });
});
