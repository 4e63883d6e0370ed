import { describe, expect, test } from 'vitest';
import { NarrowsError } from '@narrows/contract';
import { statusAnswer, successAnswer } from '../receive/otlp-answer.js';
import { outcomeOf } from './upstream-answer.js';

const PROTOBUF = 'application/x-protobuf';
const answer = (status: number, { contentType = PROTOBUF, retryAfter, body = new Uint8Array(0) }: { contentType?: string; retryAfter?: string; body?: Uint8Array } = {}) =>
  outcomeOf({ status, contentType, retryAfter, body });

describe('200', () => {
  test('of a collector says that all is stored, or how much is not and why', () => {
    const whole = successAnswer('traces', 'protobuf', { accepted: 3, rejected: 0, rejectedMessage: '', duplicate: false });
    const partial = successAnswer('traces', 'protobuf', { accepted: 3, rejected: 300, rejectedMessage: 'zero_id: 300', duplicate: false });
    expect(answer(200, { body: whole })).toEqual({ kind: 'accepted', rejected: 0, because: '' });
    expect(answer(200, { body: partial })).toEqual({ kind: 'accepted', rejected: 300, because: 'zero_id: 300' });
  });
  test('of anything else, a page that wants a login, takes nothing from the disk', () => {
    for (const contentType of ['text/html', '', 'application/json']) expect(answer(200, { contentType }).kind).toBe('unwelcome');
  });
});

test.each([408, 429, 500, 502, 503, 504])('%i means later', (status) => { expect(answer(status, { contentType: 'text/html' }).kind).toBe('later'); });

test('Retry-After is honoured up to a minute, and nonsense is not', () => {
  const waits = ['7', '999999999', '-5', 'Wed, 21 Oct 2037 07:28:00 GMT', undefined].map((retryAfter) => answer(503, { ...(retryAfter !== undefined && { retryAfter }) }));
  expect(waits.map((outcome) => outcome.kind === 'later' && outcome.waitMs)).toEqual([7_000, 60_000, 0, 0, 0]);
});

test('a refusal counts only in the words of a collector, and its words are told', () => {
  const body = statusAnswer('protobuf', new NarrowsError('DECODE_MALFORMED', 'wire type 3 at byte 9'));
  expect(answer(400, { body })).toEqual({ kind: 'refused', because: expect.stringContaining('wire type 3 at byte 9') as string });
  expect(answer(413).kind).toBe('refused');
  expect(answer(400, { contentType: 'text/html' }).kind).toBe('unwelcome');
});

test.each([301, 401, 403, 404, 405, 407, 415])('%i means that the relay is set up wrongly: nothing is given up for it', (status) => { expect(answer(status).kind).toBe('unwelcome'); });

test('an answer of random bytes is read without a fault', () => {
  for (let length = 0; length < 64; length++) {
    const body = Uint8Array.from({ length }, (_, i) => (i * 151 + length * 37) & 255);
    expect(answer(200, { body }).kind).toBe('accepted');
  }
});
