import type { LookupAddress, LookupOptions } from 'node:dns';
import { lookup } from 'node:dns';
import { Agent } from 'node:https';
import { type AddressInfo, createServer, type LookupFunction } from 'node:net';

type Callback = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

// Taken now: the runtime loop puts loopbackLookup in its place.
const systemLookup = lookup;

/** `localhost`, `x.localhost` and the SDK's `sync-localhost`. */
const isLoopbackName = (host: string): boolean => /(^|[.-])localhost$/.test(host);

/** Resolves every `…localhost` name to loopback, as RFC 6761 says; not every system's resolver does. */
export const loopbackLookup: LookupFunction = (host, options: LookupOptions, callback: Callback) =>
  systemLookup(isLoopbackName(host) ? '127.0.0.1' : host, options, callback);

/** Connections to the embedded AWS: its certificate trusted, its names resolved. */
export const loopbackAgent = (certificatePem: string): Agent =>
  new Agent({ ca: certificatePem, keepAlive: true, lookup: loopbackLookup });

/** A TCP port that was free on loopback a moment ago. */
export function freeLoopbackPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
