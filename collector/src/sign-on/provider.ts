// One OpenID Connect provider: where people are sent, and what is believed of what comes back. Authorization code with PKCE; state,
// nonce, issuer, audience, times and the signature of the ID token are checked by the library; no token outlives the exchange.
// Source: OpenID Connect Core 1.0, RP-Initiated Logout 1.0; RFC 7636, RFC 9207
import { NarrowsError, type SignOnProvider } from '@narrows/contract';
import * as oidc from 'openid-client';
import { claimAt, claimedRoles, type ClaimedRole } from './claimed-roles.js';
import { createProviderFetch } from './provider-fetch.js';

/** How long what the provider publishes of itself is good for: it may move its endpoints and switch its keys. */
const DISCOVERY_GOOD_MS = 3600_000;
const CLOCK_TOLERANCE_SECONDS = 30;

/** With the contents of the files that its configuration names. */
export interface ProviderOptions { provider: SignOnProvider; clientSecret: string | null; ca: string | null; now: () => number }
/** What must come back with the person, and is known to nobody else. */
export interface Challenge { state: string; nonce: string; codeVerifier: string }
export interface Identity { issuer: string; subject: string; /** What to call the account. */ login: string; name: string; roles: ClaimedRole[] }

export class Provider {
  readonly id: string;
  readonly name: SignOnProvider['name'];
  /** Null: of the whole platform. */
  readonly agency: string | null;
  readonly #options: ProviderOptions;
  #found: { configuration: Promise<oidc.Configuration>; atMs: number } | undefined;

  constructor(options: ProviderOptions) {
    this.id = options.provider.id;
    this.name = options.provider.name;
    this.agency = options.provider.agency ?? null;
    this.#options = options;
  }

  /** Where to send somebody, and what must come back with them. Errors: SIGN_ON_UNAVAILABLE. */
  async begin(redirectUri: string): Promise<{ address: string; challenge: Challenge }> {
    const configuration = await this.#configuration();
    const challenge = { state: oidc.randomState(), nonce: oidc.randomNonce(), codeVerifier: oidc.randomPKCECodeVerifier() };
    const address = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri, scope: ['openid', ...this.#options.provider.scopes ?? ['profile', 'email']].join(' '), state: challenge.state, nonce: challenge.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(challenge.codeVerifier), code_challenge_method: 'S256',
    });
    return { address: address.href, challenge };
  }

  /** `address`: the whole one that the person came back to. Errors: SIGN_ON_FAILED, SIGN_ON_UNAVAILABLE; `cause` has what is wrong. */
  async finish(address: string, { state, nonce, codeVerifier }: Challenge): Promise<Identity> {
    const configuration = await this.#configuration();
    try {
      const tokens = await oidc.authorizationCodeGrant(configuration, new URL(address), { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: codeVerifier, idTokenExpected: true });
      const claims = tokens.claims();
      if (!claims) throw new Error('there is no ID token');
      const { roleClaim = 'groups', roles = [] } = this.#options.provider;
      // Many providers keep an ID token small and tell the rest when they are asked.
      const asksMore = configuration.serverMetadata().userinfo_endpoint !== undefined && (claims['name'] === undefined || (roles.length > 0 && claimAt(claims, roleClaim) === undefined));
      const told = asksMore ? { ...await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub), ...claims } : { ...claims };
      return { issuer: claims.iss, subject: claims.sub, ...this.#words(told, claims.sub), roles: claimedRoles(this.#options.provider, told) };
    } catch (cause) {
      throw new NarrowsError('SIGN_ON_FAILED', `The sign-in at ${this.id} failed: ${sentenceOf(cause)}`, { cause });
    }
  }

  /** Where the provider ends its own session, or null. */
  async endSessionAddress(returnTo: string): Promise<string | null> {
    const configuration = await this.#configuration().catch(() => null); // Whoever leaves is not held up by a provider that is away.
    if (configuration?.serverMetadata().end_session_endpoint === undefined) return null;
    return oidc.buildEndSessionUrl(configuration, { post_logout_redirect_uri: returnTo }).href;
  }

  /** Under its own prefix, so that no provider can make an account that is called like somebody else's. */
  #words(claims: Readonly<Record<string, unknown>>, subject: string): { login: string; name: string } {
    const text = (name: string): string => { const value = claims[name]; return typeof value === 'string' ? value.trim() : ''; };
    const known = text('preferred_username') || text('email') || subject;
    return { login: `${this.id}:${known.replace(/[\s<>"']/g, '').slice(0, 80)}`, name: (text('name') || known).slice(0, 80) };
  }

  async #configuration(): Promise<oidc.Configuration> {
    const nowMs = this.#options.now();
    if (this.#found === undefined || nowMs - this.#found.atMs > DISCOVERY_GOOD_MS) this.#found = { configuration: this.#discover(), atMs: nowMs };
    const found = this.#found;
    try {
      return await found.configuration;
    } catch (cause) {
      if (this.#found === found) this.#found = undefined;
      throw new NarrowsError('SIGN_ON_UNAVAILABLE', `The provider ${this.id} cannot be asked: ${sentenceOf(cause)}`, { cause, retryAfterSeconds: 10 });
    }
  }

  async #discover(): Promise<oidc.Configuration> {
    const { provider: { issuer, clientId }, clientSecret, ca } = this.#options;
    const url = new URL(issuer);
    return oidc.discovery(url, clientId, { [oidc.clockTolerance]: CLOCK_TOLERANCE_SECONDS }, clientSecret === null ? oidc.None() : oidc.ClientSecretBasic(clientSecret), {
      [oidc.customFetch]: createProviderFetch(ca),
      // The library refuses plain HTTP everywhere; our own fetch allows it on this very machine.
      execute: [oidc.enableNonRepudiationChecks, ...url.protocol === 'http:' ? [oidc.allowInsecureRequests] : []],
    });
  }
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const more = 'error_description' in error ? String(error.error_description) : cause instanceof Error ? cause.message : '';
  return (more === '' || error.message.includes(more) ? error.message : `${error.message} (${more})`).slice(0, 500);
}
