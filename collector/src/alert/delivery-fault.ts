// Why a message did not get through: at which step, whether the same may work later, and in both languages what to do.
import type { ChannelTestAnswer } from '@narrows/contract';

export type DeliveryStep = ChannelTestAnswer['step'];

export class DeliveryFault extends Error {
  constructor(readonly step: DeliveryStep, readonly retryable: boolean, readonly detail: string, readonly ko: string, readonly en: string) {
    super(`${step}: ${en} (${detail.slice(0, 300)})`);
    this.name = 'DeliveryFault';
  }
}

const TLS_CODES = /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/;

/** What the operating system says of a connection, in words. */
export function connectionFault(error: unknown): DeliveryFault {
  if (error instanceof DeliveryFault) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const detail = error instanceof Error ? error.message || code : String(error);
  if (TLS_CODES.test(code) || TLS_CODES.test(detail.toUpperCase())) return new DeliveryFault('tls', true, detail, '암호화 연결(TLS)을 맺지 못했습니다. 서버의 인증서를 확인하세요', 'no TLS connection; check the certificate of the server');
  if (code === 'ECONNREFUSED') return new DeliveryFault('connect', true, detail, '연결이 거부되었습니다. 서버가 그 포트에서 실행 중인지 확인하세요', 'the connection was refused; check that the server listens on that port');
  if (code === 'ETIMEDOUT' || code === 'ESOCKETTIMEDOUT' || code === 'ESOCKET') return new DeliveryFault('connect', true, detail, '서버에 닿지 않습니다. 방화벽과 주소를 확인하세요', 'the server cannot be reached; check firewall and address');
  return new DeliveryFault('connect', true, detail, '연결이 끊겼습니다. 잠시 뒤 다시 시도하세요', 'the connection broke; try again later');
}
