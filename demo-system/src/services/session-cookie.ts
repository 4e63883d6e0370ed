// One cookie a browser: who it is to the site, and, hashed, to telemetry.
import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

const COOKIE = 'sid';

/** The request's cookie; a new browser gets one. */
export function sessionCookieOf(request: FastifyRequest, reply: FastifyReply): string {
  const known = /(?:^|;\s*)sid=([\w-]{16,64})/.exec(request.headers.cookie ?? '')?.[1];
  if (known) return known;
  const cookie = randomBytes(16).toString('base64url');
  void reply.header('set-cookie', `${COOKIE}=${cookie}; Path=/; HttpOnly; SameSite=Lax`);
  return cookie;
}
