import { expect, test } from 'vitest';
import { AddressGuard, isPublicAddress, parseNetworks, type Resolve } from './address-guard.js';
import { guardedPost } from './guarded-post.js';
import { WebhookReceiver } from '../testing/webhook-receiver.js';

const resolving = (...addresses: string[]): Resolve => async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
const guard = (networks = '', resolve: Resolve = resolving('93.184.215.14')) => new AddressGuard(parseNetworks(networks), resolve);

test('what leads to this machine or into its networks is not public, in whatever coat', () => {
  const inside = ['127.0.0.1', '127.1.2.3', '0.0.0.0', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1', '198.18.0.1', '224.0.0.1', '255.255.255.255',
    '::1', '::', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:a9fe:a9fe', '64:ff9b::7f00:1', '64:ff9b::10.0.0.1', 'fe80::1', 'fc00::1', 'fd12:3456::1', 'ff02::1', '2002:7f00:1::', '2001:db8::1', '2001::1', '::127.0.0.1', 'fec0::1'];
  expect(inside.filter(isPublicAddress)).toEqual([]);
  expect(['93.184.215.14', '1.1.1.1', '172.32.0.1', '2606:4700:4700::1111', '::ffff:8.8.8.8', '64:ff9b::808:808'].filter((one) => !isPublicAddress(one))).toEqual([]);
});

test('a host written as a number is the address that it means', async () => {
  for (const host of ['0x7f000001', '2130706433', '017700000001', '127.1', '0', '[::ffff:7f00:1]', 'localhost.', '127.0.0.1.']) {
    const { hostname } = new URL(`http://${host}/`);
    await expect(guard('', resolving('127.0.0.1')).pin(hostname)).rejects.toMatchObject({ step: 'address', retryable: false });
  }
});

test('a name is refused when one of its addresses is inside, and the address that was looked at is the one that is called', async () => {
  await expect(guard('', resolving('93.184.215.14', '10.0.0.7')).pin('mixed.example')).rejects.toMatchObject({ step: 'address' });
  await expect(guard('', async () => []).pin('empty.example')).rejects.toMatchObject({ step: 'address' });
  let asked = 0;
  const rebinding: Resolve = async () => [{ address: asked++ === 0 ? '127.0.0.1' : '10.9.9.9', family: 4 }];
  const receiver = new WebhookReceiver();
  const { port } = new URL(await receiver.start());
  try {
    // The name answers differently the second time; there is no second time.
    await guardedPost(guard('127.0.0.0/8', rebinding), { url: `http://rebinding.example:${port}/x`, body: '{}', headers: {} });
    expect([asked, receiver.received[0]!.headers.host]).toEqual([1, `rebinding.example:${port}`]);
    receiver.answers = [{ status: 307, headers: { location: `http://127.0.0.1:${port}/inside` } }];
    await expect(guardedPost(guard('127.0.0.0/8', rebinding), { url: `http://127.0.0.1:${port}/`, body: '{}', headers: {} })).rejects.toMatchObject({ step: 'answer', retryable: false });
    expect(receiver.received).toHaveLength(2);
  } finally {
    await receiver.stop();
  }
});

test('an administrator\'s list opens its networks and no more', () => {
  const closed = guard('10.1.0.0/16, fd00:1::/32');
  expect(['10.1.2.3', '::ffff:10.1.2.3', 'fd00:1::9', '8.8.8.8', '10.2.0.1', '127.0.0.1'].map((one) => closed.mayCall(one))).toEqual([true, true, true, true, false, false]);
  for (const wrong of ['10.0.0.0', '10.0.0.0/33', 'example.com/8', '::/129', '10.0.0.0/8/8', '*']) expect(() => parseNetworks(wrong)).toThrow(/is no network/);
});

test('an address with a name and a password, or of another kind, is refused before anything is called', async () => {
  for (const url of ['http://user:pass@example.com/', 'file:///etc/passwd', 'gopher://example.com/', 'javascript:alert(1)', 'https://', 'no address']) {
    await expect(guardedPost(guard(), { url, body: '{}', headers: {} })).rejects.toMatchObject({ step: 'settings', retryable: false });
  }
});
