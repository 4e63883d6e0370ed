import { expect, test } from 'vitest';
import { createPseudonyms } from './pseudonym.js';

const details = { name: '홍길동', birth: '640815', phone: '010-1234-5678' };

test('the same person has the same pseudonym however they type their name and number, and another under another key', () => {
  const pseudonyms = createPseudonyms('key');
  const person = pseudonyms.person(details);
  expect(person).toMatch(/^[0-9a-f]{16}$/);
  expect(pseudonyms.person({ ...details, name: ' 홍길동 '.normalize('NFD'), phone: '01012345678' })).toBe(person);
  expect(pseudonyms.person({ ...details, birth: '640816' })).not.toBe(person);
  expect(createPseudonyms('other').person(details)).not.toBe(person);
});

test('a person and a session that happen to be the same text do not share a pseudonym', () => {
  const pseudonyms = createPseudonyms('key');
  expect(pseudonyms.session('홍길동\u0000640815\u000001012345678')).not.toBe(pseudonyms.person(details));
});
