import { expect, it } from 'vitest';
import { drawnProfile, serversOf } from './plan-routes.js';

it('a drawn profile goes in straight lines between its points, one value a minute', () => {
  expect(drawnProfile('0:0,4:40')).toEqual([0, 10, 20, 30]);
  expect(drawnProfile('0:5,2:5,3:50,5:50')).toEqual([5, 5, 5, 50, 50]);
});

it('a profile that cannot be read is refused with the way to write it', () => {
  for (const text of ['', '0:5', 'now', '0:5,0:6', '5:1,3:2', '0:-1,3:2', '0:1,1000:2', '0:1,2:x', '1:1,2:2', '0:1,2:1e9']) expect(() => drawnProfile(text), text).toThrow(/^points: must be MINUTE:PER_SECOND/);
});

it('servers are read by stage and by channel, also where a channel has an equals sign', () => {
  expect([...serversOf('identity=20, identity/a=b=6')]).toEqual([['identity', 20], ['identity/a=b', 6]]);
  for (const text of ['identity', 'identity=', 'identity=0', 'identity=1.5', '=3', 'identity=99999999']) expect(() => serversOf(text), text).toThrow(/^servers: must be/);
});
