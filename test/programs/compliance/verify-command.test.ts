import { createSign } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseCommand } from '../../../compliance/cli/arguments';
import { verifyCommand } from '../../../compliance/cli/inspect-pack';
import type { Identity } from '../../../compliance/report/evidence';
import {
  MANIFEST,
  manifestSchema,
  manifestText,
  sealed,
  SIGNATURE,
} from '../../../compliance/report/manifest';
import type { Occasion } from '../../../compliance/report/purpose';
import { sha256 } from '../../../compliance/report/sha256';
import { localSigner, signPack } from '../../../compliance/report/sign-pack';
import { fingerprintOf } from '../../../compliance/report/verify-pack';
import { writePack } from '../../../compliance/report/write-pack';
import { complianceCommand } from '../../support/compliance-command';
import { signingKeys } from '../../support/signing-keys';

/**
 * `npm run compliance -- verify` as whoever receives a pack calls it: each way to make another pack pass for the one that
 * was signed ends with exit code 1 and says why.
 */
const COMMIT = 'a'.repeat(40);
const [ours, theirs] = [signingKeys(), signingKeys()];

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-verify-'));
  writeFileSync(path.join(scratch, 'ours.pem'), ours.publicKey);
  writeFileSync(path.join(scratch, 'theirs.pem'), theirs.publicKey);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface About {
  readonly stage?: string;
  readonly commit?: string;
  readonly modified?: boolean;
  readonly occasion?: Occasion;
}
const RELEASE: Occasion = { purpose: 'release', execution: 'e1' };
const OTHER = 'b'.repeat(40);
/** A signed pack of a few files. */
async function signed(name: string, about: About = {}, key = ours.privateKey): Promise<string> {
  const { stage = 'prod', commit = COMMIT, modified = false, occasion = RELEASE } = about;
  const target = path.join(scratch, name);
  rmSync(target, { recursive: true, force: true });
  const identity = {
    ...{ generated: '2026-06-01T12:00:00.000Z', stage, tools: [] },
    commit: { id: commit, modified },
    ...occasion,
  } as unknown as Identity;
  const files = new Map([
    ['evidence.json', '{}'],
    ['findings.csv', 'engine,rule\r\n'],
    ['templates/one.template.json', '{}'],
  ]);
  writePack(target, files, identity);
  await signPack(target, 'alias/evidence', localSigner(key));
  return target;
}

/** New sums for what is there, and no signature: what anybody can make who can read this repository. */
function reseal(target: string): void {
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(path.join(target, MANIFEST), 'utf8')));
  const files = Object.keys(manifest.files).map((file) => [
    file,
    sha256(readFileSync(path.join(target, file))),
  ]);
  const forged = { ...manifest, files: Object.fromEntries(files) as Record<string, string> };
  writeFileSync(path.join(target, MANIFEST), manifestText(sealed({ ...forged, signature: 'UNSIGNED' })));
  rmSync(path.join(target, SIGNATURE), { force: true });
}

/** What the command says and its exit code, in this process. */
async function verified(target: string, ...args: string[]): Promise<{ code: number; said: string }> {
  const said: string[] = [];
  const log = jest.spyOn(console, 'log').mockImplementation((text: string) => void said.push(text));
  const before = process.env['INVOKED_FROM'];
  process.env['INVOKED_FROM'] = scratch;
  try {
    const command = parseCommand(['verify', target, ...args]);
    if (command.name !== 'verify') throw new Error(command.name);
    return { code: await verifyCommand(command), said: said.join('\n') };
  } finally {
    log.mockRestore();
    if (before === undefined) delete process.env['INVOKED_FROM'];
    else process.env['INVOKED_FROM'] = before;
  }
}
const SIGNED = ['--public-key', 'ours.pem', '--stage', 'prod', '--commit', COMMIT];
const EXPECTED = [...SIGNED, '--purpose', 'release', '--execution', 'e1'];
const write = (target: string, file: string, text: string): void =>
  writeFileSync(path.join(target, file), text);

test('the pack that was signed passes, with its key, fingerprint, commit, stage, purpose and execution', async () => {
  const target = await signed('whole');
  const { code, said } = await verified(target, ...EXPECTED, '--fingerprint', fingerprintOf(ours.publicKey));
  expect(said).toContain('3 files, all as they were written');
  expect(said).toContain('about stage prod, for purpose release in execution e1.');
  expect(said).toContain('The signature belongs to the given key');
  expect(code).toBe(0);
});

test('signed and no key to check it with: neither verified nor refused, exit code 2', async () =>
  expect((await verified(await signed('unasked'))).code).toBe(2));

/** A pack whose manifest holds a field before one that it has, signed by nobody anew. */
async function twice(field: string, before: string): Promise<string> {
  const target = await signed('twice');
  const file = path.join(target, MANIFEST);
  writeFileSync(file, readFileSync(file, 'utf8').replace(field, `${before}${field}`));
  return target;
}
type Manifest = Record<string, unknown>;
const without = (manifest: Manifest, ...fields: readonly string[]): Manifest =>
  Object.fromEntries(Object.entries(manifest).filter(([field]) => !fields.includes(field)));
/** A pack whose manifest says what its writer likes, sealed and signed by the key that is asked for. */
async function resigned(name: string, change: (manifest: Manifest) => object): Promise<string> {
  const target = await signed(name);
  const file = path.join(target, MANIFEST);
  const manifest = change(JSON.parse(readFileSync(file, 'utf8')) as Manifest);
  const text = manifestText(sealed(manifest as Parameters<typeof sealed>[0]));
  writeFileSync(file, text);
  writeFileSync(
    path.join(target, SIGNATURE),
    `${createSign('sha256').update(text).sign(ours.privateKey, 'base64')}\n`,
  );
  return target;
}

const ATTACKS: readonly (readonly [
  name: string,
  forge: () => Promise<string>,
  says: RegExp,
  args?: readonly string[],
])[] = [
  [
    'stripping: content forged, sums made anew, signature taken off',
    async () => {
      const target = await signed('stripped');
      write(target, 'findings.csv', 'nothing was found');
      reseal(target);
      return target;
    },
    /the signature is unsigned, not verified/,
  ],
  [
    'stripping: the signature alone is gone',
    async () => {
      const target = await signed('signature-gone');
      rmSync(path.join(target, SIGNATURE));
      return target;
    },
    /manifest\.sig: does not belong to this manifest and key/,
  ],
  [
    'substitution: signed with another key',
    () => signed('substituted', {}, theirs.privateKey),
    /manifest\.sig: does not belong to this manifest and key/,
  ],
  [
    "substitution: the forger's key is named, and the fingerprint from one's own records",
    () => signed('other-key', {}, theirs.privateKey),
    /the key's fingerprint is [0-9a-f]{64}, not [0-9a-f]{64}/,
    ['--public-key', 'theirs.pem', '--fingerprint', fingerprintOf(ours.publicKey)],
  ],
  [
    'substitution: a fingerprint and no key',
    () => signed('only-fingerprint'),
    /the signature is not checked, not verified/,
    ['--fingerprint', fingerprintOf(ours.publicKey)],
  ],
  [
    "substitution: another pack's signature",
    async () => {
      const [target, other] = [await signed('one'), await signed('other', { commit: 'b'.repeat(40) })];
      cpSync(path.join(other, SIGNATURE), path.join(target, SIGNATURE));
      return target;
    },
    /manifest\.sig: does not belong/,
  ],
  [
    'replay: an older release, well signed',
    () => signed('replayed', { commit: 'b'.repeat(40) }),
    /the pack is about commit b{40}, not a{40}/,
  ],
  [
    "replay: another stage's pack of the same commit",
    () => signed('other-stage', { stage: 'dev' }),
    /the pack is about stage dev, not prod/,
  ],
  ...(
    [
      [{ purpose: 'recheck', execution: 'e1', about: OTHER }, /is for purpose recheck, not release/],
      [{ purpose: 'day', execution: 'e1' }, /is for purpose day, not release/],
      [{ purpose: 'local' }, /is for purpose local, not release/],
      [{ purpose: 'release', execution: 'e2' }, /is of execution e2, not e1/],
    ] satisfies [Occasion, RegExp][]
  ).map(
    ([occasion, says]) =>
      [
        `substitution: the same commit and stage, for ${JSON.stringify(occasion)}`,
        () => signed('other-occasion', { occasion }),
        says,
      ] as const,
  ),
  ...(['recheck', 'day', 'local'] as const).map(
    (purpose) =>
      [
        `substitution: the release’s pack where one for purpose ${purpose} is asked for`,
        () => signed('release-instead'),
        new RegExp(`is for purpose release, not ${purpose}`),
        [...SIGNED, '--purpose', purpose],
      ] as const,
  ),
  [
    'substitution: a recheck about another commit',
    () => signed('about-another', { occasion: { purpose: 'recheck', execution: 'e1', about: OTHER } }),
    /evaluates the assembly of commit b{40}, not c{40}/,
    [...SIGNED, '--purpose', 'recheck', '--execution', 'e1', '--about', 'c'.repeat(40)],
  ],
  [
    'substitution: a recheck where nothing is said but the commit of its gate',
    () => signed('unasked-recheck', { occasion: { purpose: 'recheck', execution: 'e1', about: OTHER } }),
    /evaluates the assembly of commit b{40}; if that is meant, say --purpose recheck/,
    SIGNED,
  ],
  ...[SIGNED, SIGNED.filter((_part, index) => index < 2 || index > 3)].map(
    (args) =>
      [
        `substitution: a day’s pack where nothing is said but ${args.slice(2).join(' ')}`,
        () => signed('unasked-day', { occasion: { purpose: 'day', execution: 'e1' } }),
        /is for purpose day; if that is meant, say --purpose day/,
        args,
      ] as const,
  ),
  [
    'a purpose and no signature',
    async () => {
      const target = await signed('purpose-unsigned');
      reseal(target);
      return target;
    },
    /the signature is unsigned, not verified/,
    ['--purpose', 'release'],
  ],
  [
    'a pack of the form that does not tell what it is for',
    () => resigned('old-form', (manifest) => ({ ...without(manifest, 'purpose', 'execution'), format: 1 })),
    /is for purpose unknown, not release/,
  ],
  ...(
    [
      ['that is unknown', (manifest) => ({ ...manifest, purpose: 'releases' })],
      ['in other letters', (manifest) => ({ ...manifest, purpose: 'Release' })],
      ['that is a list', (manifest) => ({ ...manifest, purpose: ['release'] })],
      ['that is nothing', (manifest) => ({ ...manifest, purpose: null })],
      ['that is not there', (manifest) => without(manifest, 'purpose')],
      ['in the form that has none', (manifest) => ({ ...manifest, format: 1 })],
      ['without its execution', (manifest) => without(manifest, 'execution')],
      ['with an execution of several words', (manifest) => ({ ...manifest, execution: 'e1 e2' })],
      ['with an execution that is a number', (manifest) => ({ ...manifest, execution: 1 })],
      ['and whose assembly it is of', (manifest) => ({ ...manifest, about: OTHER })],
      ['at its end', ({ purpose, ...manifest }) => ({ ...manifest, purpose })],
    ] satisfies [string, (manifest: Manifest) => object][]
  ).map(
    ([what, change]) =>
      [
        `a purpose ${what}, signed`,
        () => resigned('odd-purpose', change),
        /manifest\.json: is not as it was written/,
      ] as const,
  ),
  [
    'duplicate keys: two purposes',
    () => twice('"purpose":', '"purpose": "recheck",\n '),
    /manifest\.json: is not as it was written/,
  ],
  [
    'replay: a work tree that differed from its commit',
    () => signed('modified', { modified: true }),
    /a work tree that differed from its commit/,
  ],
  [
    'a byte of a file',
    async () => {
      const target = await signed('changed');
      write(target, 'templates/one.template.json', '[]');
      return target;
    },
    /templates\/one\.template\.json: was changed/,
  ],
  [
    'shadowing: a file added beside those that are signed',
    async () => {
      const target = await signed('shadowed');
      write(target, 'index.html', 'clean');
      return target;
    },
    /index\.html: was added/,
  ],
  [
    'shadowing: a second spelling of a name',
    async () => {
      const target = await signed('spelled');
      write(target, 'Findings.csv', 'nothing was found');
      return target;
    },
    /Findings\.csv: was added/,
  ],
  [
    'a file that is gone',
    async () => {
      const target = await signed('gone');
      rmSync(path.join(target, 'findings.csv'));
      return target;
    },
    /findings\.csv: is missing/,
  ],
  [
    'a link to the right content',
    async () => {
      const target = await signed('linked');
      renameSync(path.join(target, 'findings.csv'), path.join(scratch, 'outside.csv'));
      symlinkSync(path.join(scratch, 'outside.csv'), path.join(target, 'findings.csv'));
      return target;
    },
    /findings\.csv: is a link or no file/,
  ],
  [
    'a link to the right folder',
    async () => {
      const target = await signed('linked-folder');
      const outside = path.join(scratch, 'outside');
      rmSync(outside, { recursive: true, force: true });
      renameSync(path.join(target, 'templates'), outside);
      symlinkSync(outside, path.join(target, 'templates'));
      return target;
    },
    /templates: is a link or no file/,
  ],
  [
    'a link for the manifest',
    async () => {
      const target = await signed('linked-manifest');
      renameSync(path.join(target, MANIFEST), path.join(scratch, 'outside.json'));
      symlinkSync(path.join(scratch, 'outside.json'), path.join(target, MANIFEST));
      return target;
    },
    /manifest\.json: is a link or no file/,
  ],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map(
    (name) =>
      [
        `an odd name: ${name}`,
        async () => {
          const target = await signed('properties');
          write(target, name, 'forged');
          return target;
        },
        new RegExp(`${name}: was added`),
      ] as const,
  ),
  [
    'an odd name: one that would steer the terminal',
    async () => {
      const target = await signed('steering');
      write(target, 'a\u001b[2Jb', '');
      return target;
    },
    /a\\u\{1b\}\[2Jb: was added/,
  ],
  [
    'an odd name: a folder of the name of a file',
    async () => {
      const target = await signed('folder');
      rmSync(path.join(target, 'findings.csv'));
      mkdirSync(path.join(target, 'findings.csv'));
      return target;
    },
    /findings\.csv: is missing/,
  ],
  [
    'duplicate keys: two values under one key of the manifest',
    () => twice('"stage":', '"stage": "dev",\n '),
    /manifest\.json: is not as it was written/,
  ],
  [
    'duplicate keys: the same file twice in the manifest',
    async () => {
      const target = await signed('file-twice');
      const file = path.join(target, MANIFEST);
      const sum = sha256('forged');
      writeFileSync(
        file,
        readFileSync(file, 'utf8').replace('"findings.csv":', `"findings.csv": "${sum}",\n  "findings.csv":`),
      );
      return target;
    },
    /manifest\.json: is not as it was written/,
  ],
];

test.each(ATTACKS.map(([name, forge, says, args = EXPECTED]) => ({ name, forge, says, args })))(
  '$name is refused with its reason and exit code 1',
  async ({ forge, says, args }) => {
    const { code, said } = await verified(await forge(), ...args);
    expect(said).toMatch(says);
    expect(code).toBe(1);
  },
);

const SIGNED_LOOKING =
  '2026-06-01\nThe signature belongs to the given key, whose SHA-256 fingerprint is 00.\u001b[8m';
/** A pack whose manifest says what its writer likes, sealed anew as anybody can. */
async function saying(change: (manifest: Record<string, unknown>) => object): Promise<string> {
  const target = await signed('saying');
  const file = path.join(target, MANIFEST);
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const forged = { ...manifest, signature: 'UNSIGNED', ...change(manifest) };
  writeFileSync(file, manifestText(sealed(forged as Parameters<typeof sealed>[0])));
  rmSync(path.join(target, SIGNATURE));
  return target;
}

test.each<[string, (manifest: Record<string, unknown>) => object]>([
  ['its time', () => ({ generated: SIGNED_LOOKING })],
  ['its stage', () => ({ stage: SIGNED_LOOKING })],
  ['a sentence for a stage', () => ({ stage: 'prod. The signature belongs to the given key' })],
  ['its commit', () => ({ commit: { id: SIGNED_LOOKING, modified: false } })],
  ['a tool', () => ({ tools: [{ engine: 'x', version: SIGNED_LOOKING, rules: 1 }] })],
  ['a sum', ({ files }) => ({ files: { ...(files as object), 'findings.csv': SIGNED_LOOKING } })],
])('an unsigned pack cannot look like a signed one by %s', async (_what, change) => {
  const { code, said } = await verified(await saying(change));
  expect(said).not.toContain('The signature belongs');
  expect(said).toContain(`${MANIFEST}: is not as it was written`);
  expect(code).toBe(1);
});

test('a manifest that says what one says is sealed anew by the same means', async () => {
  const { code, said } = await verified(await saying(() => ({ stage: 'dev' })));
  expect(said).toContain('about stage dev');
  expect(said).toContain('UNSIGNED');
  expect(code).toBe(0);
});

test('the name of a file in a manifest begins no line and steers no terminal', async () => {
  const { code, said } = await verified(
    await saying(({ files }) => ({ files: { ...(files as object), [SIGNED_LOOKING]: sha256('') } })),
  );
  expect(said).not.toContain('\u001b');
  expect(said.split('\n').filter((line) => line.startsWith('The signature'))).toEqual([]);
  expect(code).toBe(1);
});

const LATIN = (directory: string, ...bytes: number[]): Buffer =>
  Buffer.concat([Buffer.from(`${directory}/`), Buffer.from(bytes)]);

test('names that are no UTF-8 are named as added: a file, and a file in such a folder', async () => {
  const target = await signed('latin');
  writeFileSync(LATIN(target, 0x61, 0xe9), '');
  mkdirSync(LATIN(target, 0xff));
  writeFileSync(Buffer.concat([LATIN(target, 0xff), Buffer.from('/findings.csv')]), '');
  const { code, said } = await verified(target, ...EXPECTED);
  expect(said).toContain('a\\xe9: was added');
  expect(said).toContain('\\xff/findings.csv: was added');
  expect(code).toBe(1);
});

test('a name that is no UTF-8 does not stand for the one that looks like it', async () => {
  const target = await signed('replaced');
  const name = '\ufffd.csv';
  const file = path.join(target, MANIFEST);
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const files = { ...manifest.files, [name]: sha256('x') };
  writeFileSync(file, manifestText(sealed({ ...manifest, files, signature: 'UNSIGNED' })));
  rmSync(path.join(target, SIGNATURE));
  writeFileSync(Buffer.concat([Buffer.from(`${target}/`), Buffer.from([0xff]), Buffer.from('.csv')]), 'x');
  const { code, said } = await verified(target);
  expect(said).toContain(`${name}: is missing`);
  expect(said).toContain('\\xff.csv: was added');
  expect(code).toBe(1);
});

test('a manifest that is no file is said to be none, and nobody waits for it', async () => {
  const target = await signed('pipe');
  rmSync(path.join(target, MANIFEST));
  mkdirSync(path.join(target, MANIFEST));
  expect((await verified(target, ...EXPECTED)).code).toBe(1);
});

test('whoever expects nothing is told that an unsigned pack is UNSIGNED, forged or not', async () => {
  const target = await signed('nothing-expected');
  write(target, 'findings.csv', 'nothing was found');
  reseal(target);
  const { code, said } = await verified(target);
  expect(said).toContain('UNSIGNED: the sums show that nothing was changed by accident, not who wrote it.');
  expect(code).toBe(0);
});

/** A module that tells at the end which others the process has loaded, as an option of Node takes it. */
const LIST_MODULES = `data:text/javascript,${encodeURIComponent(
  `import Module from 'node:module'; process.on('exit', () => console.error(Object.keys(Module._cache).join('\\n')));`,
)}`;

test('the process ends with the same codes', async () => {
  const whole = await signed('process-whole');
  const { code, stderr } = complianceCommand(
    ['verify', whole, ...EXPECTED],
    { NODE_OPTIONS: `--import=${LIST_MODULES}` },
    scratch,
  );
  expect(code).toBe(0);
  // Who verifies a pack waits for what that takes, and for no engine.
  expect(stderr).toContain('/compliance/report/verify-pack.ts');
  expect(stderr).not.toMatch(
    /compliance\/(?:gate|engines\/.+)\.ts|\/node_modules\/(?:aws-cdk-lib|cdk-nag|@aws-sdk)\//,
  );
  write(whole, 'findings.csv', 'nothing was found');
  reseal(whole);
  const refused = complianceCommand(['verify', whole, ...EXPECTED], {}, scratch);
  expect(refused.stdout).toContain('the signature is unsigned, not verified');
  expect(refused.code).toBe(1);
}, 60_000);

test.each([
  ['recheck', ['--purpose', 'recheck', '--execution', 'e1', '--about', OTHER]],
  ['day', ['--purpose', 'day', '--execution', 'e1']],
  ['local', ['--purpose', 'local']],
] as const)('a pack for purpose %s passes where it is asked for', async (purpose, args) => {
  const occasion = {
    purpose,
    ...(purpose !== 'local' && { execution: 'e1' }),
    ...(purpose === 'recheck' && { about: OTHER }),
  };
  const { code } = await verified(await signed('asked-for', { occasion }), ...SIGNED, ...args);
  expect(code).toBe(0);
});

test.each([RELEASE, { purpose: 'local' }] satisfies Occasion[])(
  'a pack for purpose $purpose passes where a commit and a stage are asked for',
  async (occasion) => expect((await verified(await signed('plain', { occasion }), ...SIGNED)).code).toBe(0),
);

test('a pack of the form that does not tell what it is for is read, and says so', async () => {
  const old = await resigned('old', (manifest) => ({
    ...without(manifest, 'purpose', 'execution'),
    format: 1,
  }));
  const { code, said } = await verified(old, ...SIGNED);
  expect(said).toContain('it does not say what for');
  expect(code).toBe(0);
});

test.each([
  [['verify', 'x', '--purpose', 'releases'], /no purpose "releases"/],
  [['--purpose', 'release'], /for purpose release needs --execution/],
  [['--purpose', 'recheck', '--execution', 'e1'], /for purpose recheck needs --about/],
  [['--execution', 'e1'], /for purpose local takes no --execution/],
  [['--purpose', 'day', '--execution', 'e1', '--about', OTHER], /for purpose day takes no --about/],
  [['--purpose', 'release', '--execution', 'e1 e2'], /--execution takes one word/],
])('%p is no command', (args, says) => {
  expect(() => parseCommand(args)).toThrow(says);
});
