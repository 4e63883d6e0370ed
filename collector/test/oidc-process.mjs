// A real OpenID Connect provider as a process of its own: `oidc-provider` with the people whom the test names, over TLS where it is given
// a certificate. In comes one JSON argument and later, line by line, what has changed about people; out goes one line with its address. It
// ends with its parent.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

const { people, client, redirectsTo, tls } = JSON.parse(process.argv[2]);
const server = tls ? https.createServer({ key: readFileSync(tls.key), cert: readFileSync(tls.cert) }) : http.createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `${tls ? 'https' : 'http'}://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ ...client, redirect_uris: ['http://localhost/'], post_logout_redirect_uris: ['http://localhost/'], response_types: ['code'], grant_types: ['authorization_code'] }],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups'], email: ['email', 'email_verified'] },
    cookies: { keys: ['of the test'] },
    features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
    pkce: { required: () => true },
    findAccount: (_context, id) => (people[id] ? { accountId: id, claims: () => ({ sub: id, ...people[id] }) } : undefined),
    ttl: { Session: 600, Grant: 600, IdToken: 300, AccessToken: 300, Interaction: 600 },
  });
  // The collector's port is known only when it runs, and it must know the provider's first.
  const allowed = (address) => new RegExp(redirectsTo).test(address);
  provider.Client.prototype.redirectUriAllowed = allowed;
  provider.Client.prototype.postLogoutRedirectUriAllowed = allowed;
  server.on('request', provider.callback());
  process.stdout.write(`${issuer}\n`);
});
createInterface(process.stdin).on('line', (line) => { Object.assign(people, JSON.parse(line)); }).on('close', () => process.exit(0));
