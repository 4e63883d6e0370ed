import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSearch, parseUrlState, rangeOf, stringifySearch, type UrlState } from './url-state.js';

const read = (search: string): UrlState => parseUrlState(parseSearch(search));

describe('the address', () => {
  it('reads back to the state it was written from', () => {
    const state: UrlState = { pipeline: 'vaccine', stage: 'identity', from: 1_626_087_600_000, to: 1_626_088_200_000, operation: 'POST /verify/:channel', minDurationMs: 2_500, maxDurationMs: 5_000, error: true, sort: 'slowest', span: 'ab12', lang: 'ko', find: '한글 &=?#%' };
    expect(read(stringifySearch({ ...state }))).toEqual(state);
  });

  it('can be read by a person', () => {
    expect(stringifySearch({ operation: 'POST /verify/:channel', from: 1, pipeline: '*' })).toBe('?operation=POST%20/verify/:channel&from=1&pipeline=*');
  });

  it('leaves out what it does not know or cannot read, and never fails', () => {
    expect(read('?theme=pink&last=-3&from=9&to=5&minDurationMs=x&traceId=zz&unknown=1&__proto__=x&error=maybe')).toEqual({});
    fc.assert(fc.property(fc.string(), (text) => { read(text); }));
  });

  it('takes moments as ISO dates too', () => {
    expect(read('?from=2021-07-12T11:00:00Z&to=2021-07-12T11:10:00Z')).toEqual({ from: 1_626_087_600_000, to: 1_626_088_200_000 });
  });

  it('is a live range unless both ends are there', () => {
    expect(rangeOf(read('?from=5'))).toEqual({ live: true, lastMinutes: 10 });
    expect(rangeOf(read('?last=30'))).toEqual({ live: true, lastMinutes: 30 });
    expect(rangeOf(read('?from=5&to=9'))).toEqual({ live: false, fromMs: 5, toMs: 9 });
  });
});
