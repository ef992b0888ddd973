import { isInside, webhookAddressCheck } from '../../../bin/preflight/webhook-addresses';
import { regionsOf } from '../../../bin/preflight/preflight';
import { dev } from '../../../lib/config/dev';
import { prod } from '../../../lib/config/prod';

const [context] = regionsOf(dev);
const ask = async (...addresses: string[]) =>
  (await webhookAddressCheck(() => Promise.resolve(addresses)).run(context))[0];

describe('where the names lead at which clients are told', () => {
  it.each([
    '10.0.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    'fe80::1',
    'fd00::1',
    '::ffff:10.0.0.1',
    '::ffff:a00:1',
    '::10.0.0.1',
    '64:ff9b::10.0.0.1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b::1',
    '64:ff9b:1::808:808',
    '2002:a00:1::1',
    '2001::1',
    'fec0::1',
    'fe80::1%eth0',
  ])('%s is inside', async (address) => {
    expect(isInside(address)).toBe(true);
    expect(await ask('93.184.215.14', address)).toMatchObject({ state: 'action-needed' });
  });
  it.each([
    '93.184.215.14',
    '172.32.0.1',
    '2606:2800:21f:cb07:6820:80da:af6b:8b2c',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
  ])('%s is outside', async (address) => {
    expect(isInside(address)).toBe(false);
    expect(await ask(address)).toMatchObject({ state: 'ready' });
  });
  it('is unknown for a name that does not resolve, and nobody asks where nobody is told', async () => {
    const nobody = webhookAddressCheck(() => Promise.reject(new Error('ENOTFOUND')));
    expect(await nobody.run(context)).toMatchObject([{ state: 'not-checked' }]);
    expect(await nobody.run(regionsOf(prod)[0])).toMatchObject([{ found: 'no client is told' }]);
  });
});
