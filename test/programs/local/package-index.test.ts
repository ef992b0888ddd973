import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pipEnvironment, readPipConfiguration, uvEnvironment } from '../../../tools/setup/package-index';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { causeOf } from '../../../tools/setup/causes';

/** As `pip config list` prints it: files first, variables last. */
const LISTED = `global.cert='/etc/company/ca.pem'
global.index-url='https://packages.example.com/simple'
global.user='true'
install.trusted-host='a.example.com b.example.com'
:env:.index-url='https://other.example.com/simple'
`;

describe("pip's own configuration", () => {
  const index = readPipConfiguration(LISTED);

  it('is read from files and variables, the later one winning', () => {
    expect(index).toEqual({
      index: 'https://other.example.com/simple',
      certificates: '/etc/company/ca.pem',
      extraIndexes: [],
      findLinks: [],
      trustedHosts: ['a.example.com', 'b.example.com'],
    });
    expect(readPipConfiguration('')).toEqual({ extraIndexes: [], findLinks: [], trustedHosts: [] });
  });

  it('reaches uv, which does not read it', () => {
    expect(uvEnvironment(index, { PATH: '/bin' })).toMatchObject({
      PATH: '/bin',
      UV_DEFAULT_INDEX: 'https://other.example.com/simple',
      SSL_CERT_FILE: '/etc/company/ca.pem',
      UV_INSECURE_HOST: 'a.example.com b.example.com',
    });
    expect(uvEnvironment(index, { UV_DEFAULT_INDEX: 'https://own.example.com' })).toMatchObject({
      UV_DEFAULT_INDEX: 'https://own.example.com',
    });
  });

  it.each([
    ['PIP_USER', '1'],
    ['PIP_TARGET', '/elsewhere'],
    ['PIP_REQUIRE_VIRTUALENV', '1'],
    ['UV_EXCLUDE_NEWER', '2020-01-01'],
    ['UV_OFFLINE', '1'],
    ['PYTHONHOME', '/elsewhere'],
    ['VIRTUAL_ENV', '/elsewhere'],
  ])('%s does not reach an installation of pinned packages', (name, value) => {
    for (const environment of [
      pipEnvironment(index, { [name]: value }),
      uvEnvironment(index, { [name]: value }),
    ])
      expect(environment).not.toHaveProperty(name);
  });

  it('has no file besides', () => {
    expect(pipEnvironment(index, {})).toMatchObject({
      PIP_CONFIG_FILE: '/dev/null',
      PIP_INDEX_URL: 'https://other.example.com/simple',
    });
  });
});

/** As pip, uv and npm word them. */
it.each([
  ['error: invalid peer certificate: UnknownIssuer', /certificate by an authority that is not known/],
  ['npm error code SELF_SIGNED_CERT_IN_CHAIN', /certificate by an authority that is not known/],
  ['OSError: [Errno 30] Read-only file system: /home/x/.cache', /closed to this user, or read-only/],
  ['No solution found: there is no version of zizmor==1', /lacks a locked version/],
  ['HTTP status client error (401 Unauthorized)', /refused the credentials/],
  ['npm error code E401', /refused the credentials/],
  ['Hash mismatch for uv', /another file/],
  ['npm error code EINTEGRITY', /another file/],
  ['ProxyError: Cannot connect to proxy.', /the proxy refused/],
  [
    'npm error network request to https://r.example.com failed, reason: getaddrinfo ENOTFOUND r',
    /name is not known/,
  ],
  ['npm error network request failed, reason: connect ECONNREFUSED 127.0.0.1:9', /does not answer/],
  ['write ENOSPC', /disk is full/],
])('"%s" is told in words', (message, cause) => {
  expect(causeOf(message)?.cause).toMatch(cause);
});

it('what nobody foresaw has no cause', () => expect(causeOf('something else')).toBeUndefined());

describe('packages that npm left out', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-packages-'));
    const manifest = {
      dependencies: { a: '1.0.0' },
      devDependencies: {
        b: '2.0.0',
        '@s/c': '3.0.0',
        'd-7': 'npm:d@7.0.0',
        'e-7': 'npm:@s/e@7.0.0',
        f: 'npm:g@1.0.0',
      },
    };
    writeFileSync(path.join(root, 'package.json'), JSON.stringify(manifest));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('are named, and so is one of another version or name, and one that npm is just writing', () => {
    for (const [folder, name, version] of [
      ['a', 'a', '1.0.0'],
      ['b', 'b', '1.9.9'],
      ['d-7', 'd', '7.0.0'],
      ['e-7', '@s/e', '7.0.1'],
      ['f', 'f', '1.0.0'],
    ] as const) {
      mkdirSync(path.join(root, 'node_modules', folder), { recursive: true });
      writeFileSync(
        path.join(root, 'node_modules', folder, 'package.json'),
        JSON.stringify({ name, version }),
      );
    }
    mkdirSync(path.join(root, 'node_modules/@s/c'), { recursive: true });
    writeFileSync(path.join(root, 'node_modules/@s/c/package.json'), '');
    // A process of its own: jest loads no ES modules.
    const module = JSON.stringify(path.join(PROJECT_ROOT, 'tools/doctor/missing-packages.mjs'));
    const script = `import(${module}).then((m) => console.log(m.missingPackages(${JSON.stringify(root)}).join()))`;
    const stdout = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' });
    expect(stdout.trim()).toBe('b,@s/c,e-7,f');
  });
});
