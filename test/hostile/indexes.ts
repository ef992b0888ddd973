import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { generate } from 'selfsigned';

const listening = async (server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

/** Package indexes and listeners as they are met in companies, on loopback; they end with this process. */
export interface Indexes {
  /** Nobody listens there. */
  readonly dead: string;
  /** Takes connections and never answers. */
  readonly silent: string;
  readonly silentPort: number;
  /** Wants credentials. */
  readonly closed: string;
  /** Shows a certificate of an authority that nobody knows. */
  readonly untrusted: string;
}

export async function startIndexes(): Promise<Indexes> {
  const silentPort = await listening(createServer(() => undefined));
  const closed = await listening(createHttp((_request, response) => response.writeHead(401).end()));
  const { cert, private: key } = await generate([{ name: 'commonName', value: '127.0.0.1' }]);
  const untrusted = await listening(createHttps({ cert, key }, (_request, response) => response.end()));
  return {
    dead: 'http://127.0.0.1:9',
    silent: `http://127.0.0.1:${silentPort}`,
    silentPort,
    closed: `http://127.0.0.1:${closed}`,
    untrusted: `https://127.0.0.1:${untrusted}`,
  };
}
