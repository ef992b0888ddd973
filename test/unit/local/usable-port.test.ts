import { once } from 'node:events';
import { Agent } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { isHealthy } from '../../../local/emulator/health';
import { freeLoopbackPort } from '../../../local/emulator/loopback';
import { usablePort } from '../../../local/emulator/usable-port';

/** Takes every connection and never says a word. */
let silent: Server;
let port: number;
beforeAll(async () => {
  silent = createServer(() => undefined).listen(0, '0.0.0.0');
  await once(silent, 'listening');
  ({ port } = silent.address() as AddressInfo);
});
afterAll(() => silent.close());

describe('a port that somebody else holds', () => {
  it('is refused with cause and remedy before anything is started', () =>
    expect(usablePort(port)).rejects.toMatchObject({
      name: 'SetupError',
      message: `Port ${port} of this machine is taken by another program.`,
      nextStep: expect.stringContaining('leave --port out') as string,
    }));

  it('and that never answers is not taken for the embedded AWS, nor waited for', async () => {
    const begin = Date.now();
    expect(await isHealthy(port, new Agent(), 200)).toBe(false);
    expect(Date.now() - begin).toBeLessThan(2000);
  });
});

it('a free port is taken as it is', async () => {
  const free = await freeLoopbackPort();
  expect(await usablePort(free)).toBe(free);
});
