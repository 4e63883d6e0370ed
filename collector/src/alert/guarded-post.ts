// One POST of a small JSON body to an address that a tenant wrote: to the pinned address only, without following redirects,
// with one deadline for all of it and a bound on what is read of the answer.
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import type { AddressGuard } from './address-guard.js';
import { connectionFault, DeliveryFault } from './delivery-fault.js';

export interface Post { url: string; body: string; headers: Readonly<Record<string, string>> }
export interface PostAnswer { status: number; text: string }

const DEADLINE_MS = 10_000;
const ANSWER_BYTES_MAX = 4_096;
/** Not now, but perhaps later. */
const RETRYABLE = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Errors: DeliveryFault. Anything but a 2xx is one. */
export async function guardedPost(guard: AddressGuard, { url, body, headers }: Post): Promise<PostAnswer> {
  const target = targetOf(url);
  const pinned = await guard.pin(target.hostname);
  const answer = await new Promise<PostAnswer>((resolve, reject) => {
    const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send({
      host: pinned.address, family: pinned.family, port: target.port || (target.protocol === 'https:' ? 443 : 80), path: target.pathname + target.search, method: 'POST', agent: false,
      ...(target.protocol === 'https:' && isIP(pinned.host) === 0 ? { servername: pinned.host } : {}),
      headers: { host: target.host, 'content-type': 'application/json; charset=utf-8', 'content-length': String(Buffer.byteLength(body)), 'user-agent': 'narrows', ...headers },
    }, (response) => { read(response).then(resolve, reject); });
    const deadline = setTimeout(() => { request.destroy(new DeliveryFault('connect', true, `${DEADLINE_MS / 1_000} s`, '제시간에 답이 없습니다', 'there was no answer in time')); }, DEADLINE_MS);
    request.on('error', reject);
    request.on('close', () => { clearTimeout(deadline); reject(new DeliveryFault('connect', true, 'closed', '답하기 전에 연결이 끊겼습니다', 'the connection closed before an answer')); });
    request.end(body);
  }).catch((error: unknown) => { throw connectionFault(error); });
  return assertTaken(answer);
}

function targetOf(url: string): URL {
  const target = URL.canParse(url) ? new URL(url) : null;
  if (!target || (target.protocol !== 'https:' && target.protocol !== 'http:')) throw new DeliveryFault('settings', false, url.slice(0, 100), '주소는 https:// 또는 http://로 시작해야 합니다', 'the address must begin with https:// or http://');
  if (target.username !== '' || target.password !== '') throw new DeliveryFault('settings', false, target.host, '주소에 이름과 암호를 넣지 마세요', 'leave name and password out of the address');
  return target;
}

async function read(response: IncomingMessage): Promise<PostAnswer> {
  let text = '';
  for await (const chunk of response) {
    text += String(chunk);
    if (text.length > ANSWER_BYTES_MAX) { response.destroy(); break; }
  }
  return { status: response.statusCode ?? 0, text: text.slice(0, ANSWER_BYTES_MAX) };
}

function assertTaken(answer: PostAnswer): PostAnswer {
  const { status, text } = answer;
  if (status >= 200 && status < 300) return answer;
  const detail = `${status} ${text.slice(0, 200)}`;
  if (status >= 300 && status < 400) throw new DeliveryFault('answer', false, detail, '다른 주소로 보내는 답(리디렉션)은 따라가지 않습니다. 최종 주소를 넣으세요', 'redirects are not followed; enter the final address');
  if (status === 401 || status === 403) throw new DeliveryFault('answer', false, detail, '받는 쪽이 권한이 없다고 답했습니다. 주소나 비밀 값을 확인하세요', 'the receiver says that this is not allowed; check address and secret');
  if (status === 404 || status === 410) throw new DeliveryFault('answer', false, detail, '받는 쪽에 그런 주소가 없습니다', 'the receiver has no such address');
  throw new DeliveryFault('answer', RETRYABLE.has(status), detail, `받는 쪽이 ${status}로 답했습니다`, `the receiver answered ${status}`);
}
