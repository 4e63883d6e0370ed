// Every error of the query API in one shape, mapped once, here: what happened, what to do, and the request id under
// which the log has the rest. What is not an operating error is INTERNAL, and its text stays in the log.
import { ERRORS, NarrowsError, type ErrorAnswer, type ErrorCode } from '@narrows/contract';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

export function errorAnswer(code: ErrorCode, message: string, requestId: string, fields?: NarrowsError['fields']): ErrorAnswer {
  return { error: { code, message, whatToDo: ERRORS[code].doc, requestId, ...(fields && { fields: [...fields] }) } };
}

/** Fastify's error handler. */
export async function answerError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const known = toNarrowsError(error);
  if (known.spec.http >= 500) request.log.error({ err: error, code: known.code }, 'request failed');
  if (known.retryable && known.code !== 'INTERNAL') reply.header('retry-after', String(known.retryAfterSeconds ?? 1));
  await reply.code(known.spec.http).type('application/json').send(errorAnswer(known.code, known.message, request.id, known.fields));
}

function toNarrowsError(error: FastifyError | Error): NarrowsError {
  if (error instanceof NarrowsError) return error;
  if ('validation' in error && error.validation) {
    const [fault] = error.validation;
    const parameter = fault?.instancePath.slice(1).replaceAll('/', '.') || String(fault?.params['missingProperty'] ?? error.validationContext ?? 'query');
    return new NarrowsError('QUERY_INVALID', `${parameter}: ${fault?.message ?? 'is wrong'}`, { cause: error });
  }
  const status = 'statusCode' in error ? error.statusCode : undefined;
  if (status === 429) return new NarrowsError('RATE_LIMITED', error.message, { cause: error });
  if (status === 404) return new NarrowsError('NOT_FOUND', error.message, { cause: error });
  if (status !== undefined && status >= 400 && status < 500) return new NarrowsError('QUERY_INVALID', error.message, { cause: error });
  return new NarrowsError('INTERNAL', 'An unexpected fault; the log has the details.', { cause: error });
}
