import { expect, test } from 'vitest';
import { faultAt, faultyAnswer } from './channel-fault.js';

const fault = { channel: 'kcb-phone', fromSeconds: 25, toSeconds: 60, errorShare: 0.7, errorMs: 400, hangMs: 8_000 };

test('a fault holds for its channel and its time only', () => {
  expect(faultAt([fault], 'kcb-phone', 24.9)).toBeNull();
  expect(faultAt([fault], 'kcb-phone', 25)).toBe(fault);
  expect(faultAt([fault], 'pass-kt', 30)).toBeNull();
  expect(faultAt([fault], 'kcb-phone', 60)).toBeNull();
  expect(faultAt([{ ...fault, toSeconds: null }], 'kcb-phone', 1e6)).not.toBeNull();
});

test('a faulty provider either answers with an error soon or hangs', () => {
  expect(faultyAnswer(fault, 0.69)).toEqual({ outcome: 'provider_error', afterMs: 400 });
  expect(faultyAnswer(fault, 0.7)).toEqual({ outcome: 'provider_timeout', afterMs: 8_000 });
});
