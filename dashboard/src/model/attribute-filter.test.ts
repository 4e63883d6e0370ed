import { expect, it } from 'vitest';
import { attributesIn, filterOf } from './attribute-filter.js';

it('a row becomes filters: those that exist, and attributes for the rest, on top of what is there', () => {
  expect(filterOf([{ attribute: 'channel', value: 'kt' }, { attribute: 'app.version', value: '5.2' }], '{"region":"busan"}')).toEqual({ channel: 'kt', where: '{"region":"busan","app.version":"5.2"}' });
  expect(filterOf([{ attribute: 'error', value: 'true' }], undefined)).toEqual({ error: true });
  expect(filterOf([{ attribute: 'hour', value: '20' }], undefined)).toBeNull();
});

it('what cannot be read in an address is nothing, and no exception', () => {
  for (const text of ['', '{', '[1]', 'null', '{"a":1}', undefined]) expect(attributesIn(text)).toEqual({});
});
