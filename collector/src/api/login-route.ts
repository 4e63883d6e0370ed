// `/login?token=…`: a one-time link becomes a session and leads to the dashboard. A link that no longer works is answered
// with a page that says how to get another, in both languages, since nobody has chosen one yet.
import '@fastify/cookie';
import '@fastify/rate-limit';
import '@fastify/swagger';
import { ERRORS, NarrowsError } from '@narrows/contract';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { redeemLoginLink } from '../access/login-links.js';
import type { MetaDb } from '../access/meta-db.js';
import { createSession, findSession, SESSION_AGE_MAX_MS } from '../access/sessions.js';
import { SESSION_COOKIE } from './authentication.js';
import { page } from './plain-page.js';

/** Tries a minute and address. A token has 192 bits; this only keeps the log short. */
const LOGIN_TRIES_PER_MINUTE = 60;

export function addLoginRoute(app: FastifyInstance, db: MetaDb, now: () => number): void {
  app.get<{ Querystring: { token?: string } }>('/login', { schema: { hide: true }, config: { rateLimit: { max: LOGIN_TRIES_PER_MINUTE, timeWindow: 60_000 } } }, async (request, reply) => {
    const { token } = request.query;
    try {
      const owner = await redeemLoginLink(db, typeof token === 'string' ? token : '', now());
      const id = await createSession(db, { ...owner, person: null }, now());
      return await reply.setCookie(SESSION_COOKIE, id, {
        httpOnly: true, sameSite: 'lax', path: '/', maxAge: SESSION_AGE_MAX_MS / 1_000, secure: request.protocol === 'https',
      }).redirect('/');
    } catch (error) {
      if (!(error instanceof NarrowsError)) throw error;
      const id = request.cookies[SESSION_COOKIE];
      // Who is logged in already and opens the link again is where they want to be.
      if (id !== undefined && await findSession(db, id, now())) return reply.redirect('/');
      return token === undefined ? sendNoLink(reply) : sendUsedLink(reply);
    }
  });
}

const NEW_LINK = 'npx narrows login-link';

/** Somebody typed the address, or copied half of the link. */
function sendNoLink(reply: FastifyReply): FastifyReply {
  return reply.code(ERRORS.LOGIN_LINK_USED.http).type('text/html; charset=utf-8').send(page(
    { ko: '로그인 링크 전체를 열어 주세요', en: 'Open the whole login link' },
    { ko: '주소에 링크의 토큰이 없습니다. 링크를 끝까지 복사해 열거나, 수집기를 실행한 곳에서 아래 명령으로 새 링크를 받으세요.', en: 'The address has no token. Copy the link to its end, or print a new one where the collector runs.' },
    NEW_LINK,
    { href: '/', words: { ko: '계정으로 로그인', en: 'Log in by an account' } },
  ));
}

function sendUsedLink(reply: FastifyReply): FastifyReply {
  return reply.code(ERRORS.LOGIN_LINK_USED.http).type('text/html; charset=utf-8').send(page(
    { ko: '로그인 링크를 더 이상 쓸 수 없습니다', en: 'This login link no longer works' },
    { ko: '이미 사용했거나 만료된 링크입니다. 수집기를 실행한 곳에서 아래 명령으로 새 링크를 받으세요.', en: 'It was used already, or it has expired. Print a new one where the collector runs:' },
    NEW_LINK,
  ));
}
