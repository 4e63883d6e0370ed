// Roles from a claim: what fits, in which order, and what a claim cannot do.
import { expect, test } from 'vitest';
import { claimedRoles } from './claimed-roles.js';

const roles = [{ value: 'narrows-admin', role: 'platform-admin' as const }, { value: 'kdca-lead', role: 'agency-admin' as const, agency: 'kdca' }, { value: 'kdca', role: 'operator' as const, agency: 'kdca' }];

test('a value in a list or alone is a role in its agency; where two fit the first of the mapping holds', () => {
  expect(claimedRoles({ roles }, { groups: ['kdca', 'kdca-lead', 'other'] })).toEqual([{ agency: 'kdca', role: 'agency-admin' }]);
  expect(claimedRoles({ roles }, { groups: 'kdca' })).toEqual([{ agency: 'kdca', role: 'operator' }]);
  expect(claimedRoles({ roles }, { groups: ['narrows-admin', 'kdca'] })).toEqual([{ agency: null, role: 'platform-admin' }, { agency: 'kdca', role: 'operator' }]);
});

test('the claim may lie in an object, or have dots in its own name', () => {
  expect(claimedRoles({ roles, roleClaim: 'realm_access.roles' }, { realm_access: { roles: ['kdca'] } })).toHaveLength(1);
  expect(claimedRoles({ roles, roleClaim: 'https://sso.go.kr/roles' }, { 'https://sso.go.kr/roles': ['kdca'] })).toHaveLength(1);
});

test.each([[{}], [{ groups: null }], [{ groups: 7 }], [{ groups: { 0: 'kdca' } }], [{ groups: ['KDCA', 'kdca '] }], [{ groups: [['kdca']] }]])('%j is no role', (claims) => {
  expect(claimedRoles({ roles }, claims)).toEqual([]);
});

test('names that every object has lead nowhere', () => {
  expect(claimedRoles({ roles: [{ value: 'Object', role: 'platform-admin' }], roleClaim: 'constructor.name' }, {})).toEqual([]);
});
