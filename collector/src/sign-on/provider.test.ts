// A provider that lies: what it says is held against what was asked, its published keys, and the clock. What is believed is held in
// `test/sign-on.test.ts`, by a real one.
import { generateKeyPairSync, sign } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Provider } from './provider.js';

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const others = generateKeyPairSync('rsa', { modulusLength: 2048 });
let issuer = '';
let server: http.Server;
let token: (claims: Record<string, unknown>) => string;
let extra: Record<string, unknown> = {};
let userinfo: Record<string, unknown> = {};
let nonce = '';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const signed = (claims: object, { alg = 'RS256', key = keys.privateKey } = {}): string => {
  const text = `${part({ alg, kid: 'k' })}.${part(claims)}`;
  return `${text}.${alg === 'none' ? '' : sign('sha256', Buffer.from(text), key).toString('base64url')}`;
};

beforeAll(async () => {
  server = http.createServer((request, response) => {
    const answers: Record<string, () => object> = {
      '/.well-known/openid-configuration': () => ({ issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks`, userinfo_endpoint: `${issuer}/me`, response_types_supported: ['code'], id_token_signing_alg_values_supported: ['RS256'] }),
      '/jwks': () => ({ keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }] }),
      '/token': () => ({ access_token: 'a', token_type: 'Bearer', id_token: token({ iss: issuer, sub: 'kim', aud: 'narrows', iat: Math.floor(Date.now() / 1_000), exp: Math.floor(Date.now() / 1_000) + 60, nonce, groups: ['ops'], name: '김', ...extra }) }),
      '/me': () => userinfo,
    };
    const answer = answers[request.url ?? ''];
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(answer?.() ?? {}));
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => { server.close(); });
beforeEach(() => { token = (claims) => signed(claims); extra = {}; userinfo = {}; });

async function goThere(change: (back: URL) => void = () => undefined) {
  const provider = new Provider({ provider: { id: 'gov', name: { ko: '가', en: 'a' }, issuer, clientId: 'narrows', roles: [{ value: 'ops', role: 'operator', agency: 'kdca' }] }, clientSecret: null, ca: null, now: Date.now });
  const { challenge } = await provider.begin('http://localhost/sign-on/gov/callback');
  nonce = challenge.nonce;
  const back = new URL(`http://localhost/sign-on/gov/callback?code=c&state=${challenge.state}`);
  change(back);
  return provider.finish(back.href, challenge);
}

test('what fits is believed', async () => {
  expect(await goThere()).toEqual({ issuer, subject: 'kim', login: 'gov:kim', name: '김', roles: [{ agency: 'kdca', role: 'operator' }] });
});

test('roles that the token leaves out are asked for, of the same person only', async () => {
  extra = { groups: undefined };
  userinfo = { sub: 'kim', groups: ['ops'] };
  expect((await goThere()).roles).toHaveLength(1);
  userinfo = { sub: 'lee', groups: ['ops'] };
  await expect(goThere()).rejects.toMatchObject({ code: 'SIGN_ON_FAILED' });
});

test.each<[string, () => void]>([
  ['another nonce', () => { extra = { nonce: 'of another sign-in' }; }],
  ['no nonce', () => { extra = { nonce: undefined }; }],
  ['another audience', () => { extra = { aud: 'somebody else' }; }],
  ['another issuer', () => { extra = { iss: 'https://sso.example' }; }],
  ['a token that is over', () => { extra = { exp: 1_000 }; }],
  ['no subject', () => { extra = { sub: undefined }; }],
  ['a signature by another key', () => { token = (claims) => signed(claims, { key: others.privateKey }); }],
  ['no signature', () => { token = (claims) => signed(claims, { alg: 'none' }); }],
  ['a changed token', () => { token = (claims) => { const [head, , tail] = signed(claims).split('.'); return `${head}.${part({ ...claims, sub: 'boss' })}.${tail}`; }; }],
  ['no token', () => { token = () => ''; }],
  ['an answer without end', () => { token = () => 'x'.repeat(2 * 1024 * 1024); }],
])('%s is not believed', async (_what, lie) => {
  lie();
  await expect(goThere()).rejects.toMatchObject({ code: 'SIGN_ON_FAILED' });
});

test.each<[string, (back: URL) => void]>([
  ['another state', (back) => { back.searchParams.set('state', 'x'); }],
  ['a refusal', (back) => { back.searchParams.delete('code'); back.searchParams.set('error', 'access_denied'); }],
  ['the word of another issuer', (back) => { back.searchParams.set('iss', 'https://sso.example'); }],
])('%s on the way back is not believed', async (_what, change) => {
  await expect(goThere(change)).rejects.toMatchObject({ code: 'SIGN_ON_FAILED' });
});

test('one that is not there, or says it is another, is told as unavailable, and asked again next time', async () => {
  const provider = (address: string) => new Provider({ provider: { id: 'gov', name: { ko: '가', en: 'a' }, issuer: address, clientId: 'n' }, clientSecret: null, ca: null, now: Date.now });
  await expect(provider('http://127.0.0.1:1').begin('http://localhost/')).rejects.toMatchObject({ code: 'SIGN_ON_UNAVAILABLE', retryable: true });
  const renamed = provider(issuer.replace('127.0.0.1', 'localhost'));
  await expect(renamed.begin('http://localhost/')).rejects.toMatchObject({ code: 'SIGN_ON_UNAVAILABLE' });
  expect(await renamed.endSessionAddress('http://localhost/')).toBeNull();
});
