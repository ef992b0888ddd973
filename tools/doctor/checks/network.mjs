import { lookup } from 'node:dns/promises';
import { accessSync, constants } from 'node:fs';
import { createServer } from 'node:net';
import { probe, whyUnreachable } from '../probe.mjs';

const PROXIES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];

/** Every proxy that somebody is told to use, with who says so. */
async function proxies() {
  const told = PROXIES.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []));
  const { ok, output } = await probe('npm', ['config', 'get', 'https-proxy', 'proxy', '--no-workspaces']);
  for (const value of ok ? (output.match(/\bhttps?:\/\/\S+/g) ?? []) : []) told.push(['npm', value]);
  return new Map(told.map(([who, value]) => [value, who]));
}

export const proxy = {
  name: 'proxy',
  async run() {
    const told = await proxies();
    for (const [value, who] of told) {
      let url;
      try {
        url = new URL(value.includes('://') ? value : `http://${value}`);
      } catch {
        return { state: 'lacking', seen: `${who} is no address`, remedy: `Correct ${who}, or unset it.` };
      }
      const why = await whyUnreachable(
        url.hostname,
        Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
      );
      if (why)
        return {
          state: 'lacking',
          // Without its user and password.
          seen: `${url.host}, named by ${who}, takes no connection (${why})`,
          remedy: `Correct the proxy of ${who}, or take it away.`,
        };
    }
    return { state: 'ok', seen: told.size === 0 ? 'none is set' : [...told.values()].join(', ') };
  },
};

const AUTHORITIES = [
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'REQUESTS_CA_BUNDLE',
  'PIP_CERT',
  'CURL_CA_BUNDLE',
];

export const certificates = {
  name: 'authorities',
  run() {
    const told = [...AUTHORITIES, 'npm_config_cafile'].filter((name) => process.env[name]);
    for (const name of told) {
      try {
        accessSync(process.env[name], constants.R_OK);
      } catch (error) {
        return {
          state: 'lacking',
          seen: `${name} names ${process.env[name]}, which cannot be read (${error.code})`,
          remedy: `Correct ${name}, or unset it.`,
        };
      }
    }
    return { state: 'ok', seen: told.length === 0 ? "the system's" : told.join(', ') };
  },
};

const listen = (port) =>
  new Promise((resolve) => {
    const server = createServer();
    server.on('error', (error) => resolve(error.code ?? error.message));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(undefined)));
  });

export const loopback = {
  name: 'loopback',
  async run() {
    const why = await listen(0);
    if (why)
      return {
        state: 'lacking',
        seen: `nobody may listen on 127.0.0.1 here (${why})`,
        remedy: 'Bring the loopback interface up, or leave the sandbox that forbids it.',
      };
    const addresses = await lookup('localhost', { all: true }).catch(() => []);
    if (!addresses.some(({ address }) => address === '127.0.0.1' || address === '::1'))
      return {
        state: 'lacking',
        seen: 'localhost does not lead to this machine',
        remedy: 'Add the line "127.0.0.1 localhost" to /etc/hosts.',
      };
    return { state: 'ok', seen: 'ports of 127.0.0.1 can be listened on' };
  },
};
