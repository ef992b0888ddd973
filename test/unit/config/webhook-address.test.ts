import { dev } from '../../../lib/config/dev';
import { stageConfigSchema } from '../../../lib/config/schema';
import { webhookAddressSchema } from '../../../lib/config/webhook-address';

const refusal = (address: string): string | undefined =>
  webhookAddressSchema.safeParse(address).error?.issues[0]?.message;

describe('the address of a webhook', () => {
  it.each([
    'https://receiver.example.com/',
    'https://hooks.partner.example/pictures/v1',
    'https://a-b.example/x_y~z',
    'https://xn--exmple-cua.com/',
  ])('may be %s', (address) => {
    expect(refusal(address)).toBeUndefined();
  });

  it.each([
    ['http://receiver.example.com/', 'must begin with https'],
    ['ftp://receiver.example.com/', 'must begin with https'],
    ['receiver.example.com', 'is no address'],
    ['https://receiver.example.com:8443/', 'port 443'],
    ['https://user:secret@receiver.example.com/', 'no credentials'],
    ['https://receiver.example.com/?key=1', 'end with its path'],
    ['https://receiver.example.com/#x', 'end with its path'],
    ['https://10.0.0.1/', 'private'],
    ['https://192.168.1.1/', 'private'],
    ['https://172.16.0.9/', 'private'],
    ['https://127.0.0.1/', 'loopback'],
    ['https://169.254.169.254/latest/meta-data/', 'link-local'],
    ['https://[::1]/', 'loopback'],
    ['https://[fe80::1]/', 'link-local'],
    ['https://[fd00::1]/', 'private'],
    // Spellings of numbers that a parser of URLs reads as an address.
    ['https://2130706433/', 'loopback'],
    ['https://0x7f.1/', 'loopback'],
    ['https://8.8.8.8/', 'must be a name'],
    ['https://localhost/', 'public internet'],
    ['https://receiver/', 'public internet'],
    ['https://receiver.internal/', 'public internet'],
    ['https://a.home.arpa/', 'public internet'],
    ['https://ip-10-0-0-1.ec2.internal/', 'public internet'],
    ['https://receiver.example.com', 'with a path'],
    ['https://Receiver.example.com/', 'small letters'],
    ['https://receiver.example.com/*', 'without ..'],
    ['https://receiver.example.com/${aws:username}', 'without ..'],
    // What is called would not be what IAM allows.
    ['https://receiver.example.com/a/../b', 'without ..'],
    ['https://receiver.example.com/.', 'without ..'],
    ['https://receiver.example.com:443/', 'small letters'],
    ['https://@receiver.example.com/', 'small letters'],
    ['https://receiver.example.com\\@evil.example.org/', 'small letters'],
    ['https://receiver.example.com/\t', 'small letters'],
    ['https:receiver.example.com/', 'small letters'],
    // A name with a dot at its end is the same name to a resolver.
    ['https://receiver.example.com./', 'no dot at its end'],
    ['https://localhost./', 'no dot at its end'],
    ['https://receiver.internal./', 'no dot at its end'],
    ['https://-a.example.com/', 'host name'],
    [`https://${'a'.repeat(64)}.example.com/`, 'host name'],
    [`https://${'a.'.repeat(125)}example.com/`, 'host name'],
    [`https://receiver.example.com/${'a'.repeat(3000)}`, 'Too big'],
    ['https://receiver.corp/', 'public internet'],
    ['https://receiver.test/', 'public internet'],
    ['https://receiver.invalid/', 'public internet'],
    // Letters that look like others, or become others; a name in its ASCII form is allowed, and reviewed as such.
    ['https://ex\u00e4mple.com/', 'small letters'],
    ['https://receiver\uff0eexample.com/', 'small letters'],
    ['https://\uff11\uff12\uff17.0.0.1/', 'loopback'],
    ['https://[::ffff:10.0.0.1]/', 'private'],
    ['https://017700000001/', 'loopback'],
    ['https://127.1/', 'loopback'],
    ['https://receiver.example.com/a%2fb', 'escapes'],
  ])('is refused: %s', (address, why) => {
    expect(refusal(address)).toContain(why);
  });

  it('stops synthesis with its path', () => {
    const [demo] = dev.clients;
    const clients = [{ ...demo, webhook: { address: 'https://10.1.2.3/', confirmedOn: '2026-11-29' } }];
    const { error } = stageConfigSchema.safeParse({ ...dev, clients });
    expect(error?.issues[0]?.path).toEqual(['clients', 0, 'webhook', 'address']);
  });

  it('is nobody’s by default, and its secret overlaps less than it lives', () => {
    expect(
      stageConfigSchema.parse({ ...dev, clients: [{ id: 'demo', description: 'x', plan: 'bulk' }] }).clients,
    ).toEqual([{ id: 'demo', description: 'x', plan: 'bulk' }]);
    const { error } = stageConfigSchema.safeParse({ ...dev, webhookSecretOverlapDays: 90 });
    expect(error?.issues[0]?.path).toEqual(['webhookSecretOverlapDays']);
  });
});
