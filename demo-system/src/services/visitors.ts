// What the smaller sites share: who visits (one cookie, told to telemetry as pseudonyms), a site that can be closed for a
// while, and answers whose outcome is on the wire and on the span.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { traitsOfBrowser, type Asker } from './asker.js';
import { preferredLanguage } from './language.js';
import { createPseudonyms } from './pseudonym.js';
import { describeSpan, type ServiceSetting } from './service.js';
import { sessionCookieOf } from './session-cookie.js';

export type VisitHandler = (request: FastifyRequest, reply: FastifyReply, visitor: Asker) => Promise<unknown>;

export class Visitors {
  readonly #pseudonyms;
  #suspended = false;

  constructor({ environment, onOperation }: ServiceSetting) {
    this.#pseudonyms = createPseudonyms(`demo ${environment.seed}`);
    onOperation((operation) => { if (operation.action === 'suspend') this.#suspended = operation.suspended; });
  }

  /** Whether the operators have closed the site for a while. */
  get suspended(): boolean { return this.#suspended; }

  /** A person by something only they have, as telemetry may know them. */
  person(secret: string): string {
    return this.#pseudonyms.session(`person ${secret}`);
  }

  /** A route of a step: described on its span, and refused while the site is closed. */
  step(step: string, handler: VisitHandler) {
    return async (request: FastifyRequest, reply: FastifyReply) => {
      const visitor: Asker = { session: this.#pseudonyms.session(sessionCookieOf(request, reply)), traits: traitsOfBrowser(request.headers['user-agent']) };
      describeSpan({ step, ...visitor });
      // Closed on purpose: nothing has failed, and the outcome says what people are told.
      if (this.#suspended) return this.answer(reply, 'suspended');
      return handler(request, reply, visitor);
    };
  }

  answer(reply: FastifyReply, outcome: string, more: Record<string, unknown> = {}) {
    describeSpan({ outcome });
    return reply.send({ outcome, ...more });
  }

  languageOf(request: FastifyRequest): 'ko' | 'en' {
    return preferredLanguage(request.headers['accept-language']);
  }
}
