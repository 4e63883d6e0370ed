import { expect, test } from 'vitest';
import { RELAY_SERVICE, SenderBook, senderKey, SENDERS_MAX, silenceOf, type Heard } from './silence.js';

const heard = (service: string, instance: string, lastMs: number): Heard => ({ agency: 'kdca', service, instance, lastMs });
const silent = (book: SenderBook, asOfMs: number, listeningSinceMs = 0) => silenceOf(book.of('kdca'), { silentMs: 30_000, asOfMs, listeningSinceMs })
  .filter(({ silentForMs }) => silentForMs !== null).map(({ sender }) => `${sender.kind} ${senderKey(sender)}`);
/** Speaks every so often from 0 on. */
function speaking(book: SenderBook, service: string, instance: string, everyMs: number, untilMs: number, fromMs = 0): void {
  for (let at = fromMs; at <= untilMs; at += everyMs) book.hear([heard(service, instance, at)]);
}

test('an agent, a service and a relay that stop are named', () => {
  const book = new SenderBook();
  for (const [service, instance] of [['web', 'a'], ['web', 'b'], ['booking', 'c'], [RELAY_SERVICE, 'dmz']] as const) speaking(book, service, instance, 1_000, 100_000);
  speaking(book, 'web', 'b', 1_000, 140_000, 101_000);
  expect(silent(book, 125_000)).toEqual([]);
  expect(silent(book, 140_000)).toEqual(['agent web · a', 'service booking', 'agent booking · c', 'relay narrows-relay · dmz']);
});

test('who reports once a minute is not called silent after half of one', () => {
  const book = new SenderBook();
  speaking(book, 'java', 'x', 60_000, 600_000);
  expect(silent(book, 650_000)).toEqual([]);
  expect(silent(book, 751_000)).toEqual(['service java', 'agent java · x']);
});

test('an instance that a new one has replaced is not missed, and one that nobody replaced is', () => {
  const book = new SenderBook();
  speaking(book, 'web', 'old', 1_000, 100_000);
  speaking(book, 'web', 'older', 1_000, 100_000);
  speaking(book, 'web', 'new', 1_000, 200_000, 95_000);
  expect(silent(book, 200_000)).toHaveLength(1);
});

test('while the collector itself was away nobody could be heard', () => {
  const book = new SenderBook();
  book.restore([{ agency: 'kdca', kind: 'service', service: 'web', instance: '', firstMs: 0, lastMs: 100_000, gapMs: 1_000 }]);
  expect(silent(book, 520_000, 500_000)).toEqual([]);
  expect(silent(book, 531_000, 500_000)).toEqual(['service web']);
});

test('a day later a sender is history; a flood of names is bounded and counted', () => {
  const book = new SenderBook();
  book.hear([heard('web', 'a', 0)]);
  book.sweep(25 * 3600_000);
  expect(book.of('kdca')).toEqual([]);
  book.hear(Array.from({ length: SENDERS_MAX + 5 }, (_, i) => heard(`s${i}`, '', 0)));
  expect([book.of('kdca').length, book.left]).toEqual([SENDERS_MAX, 5]);
});
