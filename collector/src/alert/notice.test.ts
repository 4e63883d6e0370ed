import { expect, test } from 'vitest';
import { kakaoBody, signatureOf, slackBody, subjectOfNotice, textOfNotice, type Notice } from './notice.js';
import { retryDelayMs } from './outbox.js';

const notice = (title: string, body = '본문'): Notice => ({
  event: 'opened', agency: { id: 'kdca', name: '질병관리청' }, severity: 'critical', incident: { id: 'i', number: 7, link: 'https://narrows.kr/incidents/i' }, title: { ko: title, en: title }, body: { ko: body, en: body }, atMs: 0,
});

test('a title with line breaks, control or bidi characters stays one line', () => {
  const subject = subjectOfNotice(notice('a\r\nBcc: all@agency.kr\u202e\u0000b'), 'ko');
  expect(subject).toBe('[질병관리청] 장애: a Bcc: all@agency.kr b');
  expect(textOfNotice(notice('x'), 'en')).toContain('https://narrows.kr/incidents/i');
});

test('Slack reads no mark-up out of a rule\'s name', () => {
  const { text } = JSON.parse(slackBody(notice('<!channel> <https://evil|click> & "'), 'ko')) as { text: string };
  expect(text).toContain('&lt;!channel&gt; &lt;https://evil|click&gt; &amp;');
});

test('a template is filled once: what is put in is no template', () => {
  const body = kakaoBody(notice('#{link}', '#{agency} #{constructor}'), { url: 'https://x', senderKey: 's', templateCode: 't', to: ['010-1234-5678'], template: '#{title} / #{body} / #{nothing}' }, 'd1', 'ko');
  expect(JSON.parse(body)).toMatchObject({ requestId: 'd1', recipients: [{ phone: '01012345678' }], message: '[질병관리청] 장애: #{link} / #{agency} #{constructor} / #{nothing}' });
});

test('the signature is over time and body together', () => {
  expect(signatureOf('s', 1, 'x')).not.toBe(signatureOf('s', 2, 'x'));
  // As another program computes it: printf '1700000000.{}' | openssl dgst -sha256 -hmac key
  expect(signatureOf('key', 1_700_000_000, '{}')).toBe('sha256=9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae');
});

test('tries come 5 s, 10 s, 20 s apart and never more than a quarter of an hour', () => {
  expect([1, 2, 3, 50].map((attempts) => retryDelayMs(attempts, 0))).toEqual([5_000, 10_000, 20_000, 600_000]);
  expect(retryDelayMs(50, 1)).toBe(900_000);
});
