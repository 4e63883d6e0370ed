import { describe, expect, it } from 'vitest';
import { criticalPath } from './critical-path.js';
import { buildSpanTree } from './span-tree.js';
import { testSpans } from './testing-spans.js';
import { mainRoot, serviceShares, whereErrorsBegan, whereItWaited } from './trace-findings.js';

const tree = buildSpanTree(testSpans(
  { id: 'web', begin: 0, end: 2_100, name: 'POST /api/identity', error: '502' },
  { id: 'call', parent: 'web', begin: 10, end: 2_050, kind: 'Client', name: 'POST', error: '502' },
  { id: 'identity', parent: 'call', begin: 20, end: 2_040, kind: 'Server', service: 'identity', name: 'POST /verify/:channel', error: 'pool exhausted' },
  { id: 'carrier', parent: 'identity', begin: 1_900, end: 2_020, service: 'identity', kind: 'Client', name: 'POST carrier' },
));
const path = criticalPath(tree.roots[0]!);

describe('where it waited', () => {
  it('names the operation with the most own time on the critical path', () => {
    expect(whereItWaited(path, 2_100e6)).toMatchObject({ service: 'identity', operation: 'POST /verify/:channel', nano: 1_900e6, totalNano: 2_100e6, spans: 1 });
  });

  it('adds up many small calls of one kind, which together may be the reason', () => {
    const many = buildSpanTree(testSpans({ id: 'a', begin: 0, end: 100 }, ...Array.from({ length: 30 }, (_, i) => ({ id: `q${i}`, parent: 'a', begin: 5 + i * 3, end: 8 + i * 3, name: 'SELECT slots' }))));
    expect(whereItWaited(criticalPath(many.roots[0]!), 100e6)).toMatchObject({ operation: 'SELECT slots', spans: 30, nano: 90e6 });
  });
});

describe('where errors began', () => {
  it('is the failing span below which nothing failed', () => {
    expect(whereErrorsBegan(tree).map((node) => node.span.spanId)).toEqual(['identity']);
  });
});

describe('mainRoot', () => {
  it('prefers a real root over a longer span whose parent is missing', () => {
    expect(mainRoot(buildSpanTree(testSpans({ id: 'short', begin: 0, end: 1 }, { id: 'orphan', parent: 'x', begin: 0, end: 9 })))?.span.spanId).toBe('short');
    expect(mainRoot(buildSpanTree([]))).toBeNull();
  });
});

describe('serviceShares', () => {
  it('adds up to the root\'s time', () => {
    const shares = serviceShares(tree, path);
    expect(shares.map(({ service, spans, errors }) => [service, spans, errors])).toEqual([['identity', 2, 1], ['web', 2, 2]]);
    expect(shares.reduce((sum, { pathNano }) => sum + pathNano, 0)).toBe(2_100e6);
  });
});
