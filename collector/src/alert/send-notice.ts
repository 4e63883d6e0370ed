// A notice out of the door by one channel. Returns when the other side has taken it; throws a DeliveryFault that says at which
// step it failed, whether to try again, and what to do. The delivery's id travels along, so that a receiver can tell a repetition.
import { isIP } from 'node:net';
import { createTransport } from 'nodemailer';
import type { ChannelDraft, ChannelSettings } from '@narrows/contract';
import type { AddressGuard } from './address-guard.js';
import { connectionFault, DeliveryFault } from './delivery-fault.js';
import { guardedPost } from './guarded-post.js';
import { kakaoBody, signatureOf, slackBody, subjectOfNotice, textOfNotice, webhookBody, type Notice } from './notice.js';

const MAIL_TIMEOUT_MS = 10_000;

/** Errors: DeliveryFault. */
export async function sendNotice(guard: AddressGuard, channel: ChannelDraft, notice: Notice, deliveryId: string, nowMs: number): Promise<void> {
  switch (channel.kind) {
    case 'webhook': return sendWebhook(guard, channel.settings, notice, deliveryId, nowMs);
    case 'slack': await guardedPost(guard, { url: channel.settings.url, body: slackBody(notice, channel.language), headers: {} }); return;
    case 'kakao': {
      const { url, secret } = channel.settings;
      await guardedPost(guard, { url, body: kakaoBody(notice, channel.settings, deliveryId, channel.language), headers: { 'idempotency-key': deliveryId, ...(secret ? { authorization: `Bearer ${secret}` } : {}) } });
      return;
    }
    case 'email': return sendMail(guard, channel.settings, notice, deliveryId, channel.language);
    case 'browser': return; // Open dashboards ask for it.
  }
}

async function sendWebhook(guard: AddressGuard, { url, secret }: ChannelSettings['webhook'], notice: Notice, deliveryId: string, nowMs: number): Promise<void> {
  const body = webhookBody(notice, deliveryId);
  const timestamp = Math.floor(nowMs / 1_000);
  const signed: Record<string, string> = secret ? { 'x-narrows-signature': signatureOf(secret, timestamp, body) } : {};
  await guardedPost(guard, { url, body, headers: { 'idempotency-key': deliveryId, 'x-narrows-timestamp': String(timestamp), ...signed } });
}

async function sendMail(guard: AddressGuard, settings: ChannelSettings['email'], notice: Notice, deliveryId: string, language: 'ko' | 'en'): Promise<void> {
  const pinned = await guard.pin(settings.host);
  const transport = createTransport({
    host: pinned.address, port: settings.port, secure: settings.secure === 'tls', requireTLS: settings.secure === 'starttls', ignoreTLS: settings.secure === 'none',
    tls: isIP(pinned.host) === 0 ? { servername: pinned.host } : {}, connectionTimeout: MAIL_TIMEOUT_MS, greetingTimeout: MAIL_TIMEOUT_MS, socketTimeout: MAIL_TIMEOUT_MS, disableFileAccess: true, disableUrlAccess: true,
    ...(settings.user ? { auth: { user: settings.user, pass: settings.password ?? '' } } : {}),
  });
  try {
    await transport.sendMail({
      from: settings.from, to: settings.to, subject: subjectOfNotice(notice, language), text: textOfNotice(notice, language),
      messageId: `<${deliveryId}@narrows>`, headers: { 'X-Narrows-Delivery': deliveryId, 'Auto-Submitted': 'auto-generated' },
    });
  } catch (error) {
    throw mailFault(error);
  } finally {
    transport.close();
  }
}

function mailFault(error: unknown): DeliveryFault {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const status = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0;
  const detail = error instanceof Error ? error.message : String(error);
  if (code === 'EAUTH') return new DeliveryFault('answer', false, detail, '메일 서버가 계정이나 암호를 받지 않았습니다', 'the mail server did not take the user or the password');
  if (code === 'ETLS') return new DeliveryFault('tls', true, detail, '메일 서버와 암호화 연결(TLS)을 맺지 못했습니다', 'no TLS connection with the mail server');
  if (code === 'EENVELOPE') return new DeliveryFault('answer', status < 500, detail, '메일 서버가 보내는 주소나 받는 주소를 거절했습니다', 'the mail server refused the sender or a recipient');
  if (status > 0) return new DeliveryFault('answer', status < 500, detail, `메일 서버가 ${status}로 답했습니다`, `the mail server answered ${status}`);
  return connectionFault(error);
}
