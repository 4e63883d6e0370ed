// Where a message may go. A tenant writes the address and the collector calls it, so the collector must not become a way into
// its own network: every address that the name resolves to must be a public one, or stand in the administrator's list of
// networks (in a closed network receivers are private). The address that was looked at is the one that is called: a name that
// resolves to another one a moment later (rebinding) gains nothing. Nothing here follows a redirect.
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { NarrowsError } from '@narrows/contract';
import { DeliveryFault } from './delivery-fault.js';

/** Not to be called: this machine, its networks, and what leads into them by another spelling. RFC 6890 and its registry. */
const NOT_PUBLIC_V4 = ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'];
/** Of IPv6 only 2000::/3 is public, and in it not documentation, Teredo and the like, and 6to4, which carries an IPv4 address. */
const NOT_PUBLIC_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];
const ADDRESSES_MAX = 20;

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits = ''] = network.split('/');
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
const notPublicV4 = listOf(NOT_PUBLIC_V4);
const publicV6 = listOf(['2000::/3']);
const notPublicV6 = listOf(NOT_PUBLIC_V6);

/** `::ffff:a.b.c.d` and `64:ff9b::a.b.c.d` are IPv4 addresses in another coat. */
function unmapped(address: string): string {
  if (isIP(address) !== 6) return address;
  const full = new URL(`http://[${address}]/`).hostname.slice(1, -1); // One spelling of each address.
  const coat = /^(?:::ffff:|64:ff9b::)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(full);
  if (!coat) return full;
  const [high, low] = [parseInt(coat[1]!, 16), parseInt(coat[2]!, 16)];
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

export function isPublicAddress(address: string): boolean {
  const bare = unmapped(address);
  if (isIP(bare) === 4) return !notPublicV4.check(bare, 'ipv4');
  return isIP(bare) === 6 && publicV6.check(bare, 'ipv6') && !notPublicV6.check(bare, 'ipv6');
}

/** Networks that an administrator allows besides: `10.1.0.0/16, 192.168.7.0/24`. Errors: CONFIG_INVALID. */
export function parseNetworks(text: string): BlockList {
  const networks = text.split(',').map((one) => one.trim()).filter((one) => one !== '');
  for (const network of networks) {
    const [address = '', bits = '', ...rest] = network.split('/');
    const version = isIP(address);
    if (version === 0 || rest.length > 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > (version === 4 ? 32 : 128)) {
      throw new NarrowsError('CONFIG_INVALID', `configuration:\n  NARROWS_NOTIFY_NETWORKS: "${network.slice(0, 80)}" is no network like 10.1.0.0/16`);
    }
  }
  return listOf(networks);
}

export type Resolve = (host: string) => Promise<readonly { address: string; family: number }[]>;
export const systemResolve: Resolve = (host) => lookup(host, { all: true, verbatim: true });

export interface Pinned { address: string; family: 4 | 6; host: string }

export class AddressGuard {
  constructor(readonly allowed: BlockList, readonly resolve: Resolve = systemResolve) {}

  mayCall(address: string): boolean {
    const bare = unmapped(address);
    return isPublicAddress(bare) || this.allowed.check(bare, isIP(bare) === 6 ? 'ipv6' : 'ipv4');
  }

  /** The address to call for a host. All that it resolves to must be allowed. Errors: DeliveryFault at step `address`. */
  async pin(host: string): Promise<Pinned> {
    const bare = host.replace(/^\[|\]$/g, '');
    const found = isIP(bare) > 0 ? [{ address: bare, family: isIP(bare) }] : await this.#lookUp(bare);
    for (const { address } of found.slice(0, ADDRESSES_MAX)) {
      if (!this.mayCall(address)) throw new DeliveryFault('address', false, `${bare} → ${address}`, '내부 네트워크 주소로는 보낼 수 없습니다. 폐쇄망이라면 관리자가 NARROWS_NOTIFY_NETWORKS에 그 대역을 넣어야 합니다', 'this address lies in a private network; in a closed network an administrator allows it by NARROWS_NOTIFY_NETWORKS');
    }
    const first = found[0]!;
    return { address: first.address, family: first.family === 6 ? 6 : 4, host: bare };
  }

  async #lookUp(host: string): Promise<readonly { address: string; family: number }[]> {
    let found: readonly { address: string; family: number }[] = [];
    try {
      found = await this.resolve(host);
    } catch (error) {
      throw new DeliveryFault('address', true, `${host}: ${error instanceof Error ? error.message : String(error)}`, '서버 이름을 찾을 수 없습니다. 주소를 확인하세요', 'the name of the server cannot be found; check the address');
    }
    if (found.length === 0) throw new DeliveryFault('address', true, host, '서버 이름에 주소가 없습니다', 'the name of the server has no address');
    return found;
  }
}
