import { createPublicKey } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CreateKeyCommand, GetPublicKeyCommand, KMSClient, type KeySpec } from '@aws-sdk/client-kms';
import type { Identity } from '../../compliance/report/evidence';
import { writePack } from '../../compliance/report/write-pack';
import { clientSettings } from '../../local/emulator/clients';
import { type Emulator, ROOT_CREDENTIALS, startEmulator } from '../../local/emulator/emulator';
import { silentProgress } from '../../tools/setup/progress';
import { ensurePythonTool } from '../../tools/setup/python-tools';
import { type CommandResult, complianceCommand } from '../support/compliance-command';

jest.setTimeout(120_000);

let emulator: Emulator;
let scratch: string;
let kms: KMSClient;
beforeAll(async () => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-sign-'));
  // MiniStack makes keys only where the package cryptography is, which nothing else here needs.
  const tool = await ensurePythonTool('ministack-kms', { progress: silentProgress });
  emulator = await startEmulator({ tool, account: '111122223333', region: 'us-east-1' });
  kms = new KMSClient(clientSettings(emulator));
});
afterAll(async () => {
  await emulator.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** A pack as the gate writes one, of two files: what is signed is its manifest. */
function newPack(name: string): string {
  const pack = path.join(scratch, name);
  const identity = {
    generated: '2026-06-01T12:00:00.000Z',
    stage: 'prod',
    commit: { id: 'c0ffee', modified: false },
    purpose: 'local',
    tools: [],
  } as unknown as Identity;
  const files = new Map([
    ['evidence.json', '{}\n'],
    ['findings.csv', 'engine\r\n'],
  ]);
  writePack(pack, files, identity);
  return pack;
}

/** A key for signatures; its id, and the file with its public half. */
async function newKey(spec: KeySpec): Promise<{ id: string; publicKey: string }> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ KeySpec: spec, KeyUsage: 'SIGN_VERIFY' }));
  const id = KeyMetadata?.KeyId ?? '';
  const { PublicKey = new Uint8Array() } = await kms.send(new GetPublicKeyCommand({ KeyId: id }));
  const publicKey = path.join(scratch, `${id}.pem`);
  const pem = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
  writeFileSync(publicKey, pem.export({ format: 'pem', type: 'spki' }));
  return { id, publicKey };
}

const withKms = (args: readonly string[]): CommandResult =>
  complianceCommand(args, {
    AWS_ENDPOINT_URL_KMS: emulator.endpoint,
    AWS_REGION: emulator.region,
    AWS_ACCESS_KEY_ID: ROOT_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ROOT_CREDENTIALS.secretAccessKey,
    NODE_EXTRA_CA_CERTS: emulator.certificateFile,
  });
const sign = (pack: string, keyId: string): CommandResult => withKms(['sign', pack, '--key-id', keyId]);
/** Offline: no endpoint, no credentials. */
const verify = (pack: string, ...args: string[]): CommandResult =>
  complianceCommand(['verify', pack, ...args]);

describe('a pack signed with a KMS key', () => {
  test('is verified offline by the public key alone, and by no other', async () => {
    const [ours, theirs] = [await newKey('ECC_NIST_P256'), await newKey('ECC_NIST_P256')];
    const pack = newPack('signed');
    expect(verify(pack)).toMatchObject({ code: 0, stdout: expect.stringContaining('UNSIGNED') as string });

    expect(sign(pack, ours.id)).toMatchObject({ code: 0, stderr: '' });

    expect(readFileSync(path.join(pack, 'manifest.json'), 'utf8')).toContain(ours.id);
    expect(verify(pack, '--public-key', ours.publicKey)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('belongs to the given key') as string,
    });
    expect(verify(pack)).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('--public-key') as string,
    });
    expect(verify(pack, '--public-key', theirs.publicKey).code).toBe(1);
    expect(withKms(['verify', pack, '--key-id', ours.id])).toMatchObject({ code: 0 });
    expect(withKms(['verify', pack, '--key-id', theirs.id]).code).toBe(1);
    expect(verify(pack, '--public-key', ours.publicKey, '--commit', 'f'.repeat(40))).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('not ffff') as string,
    });

    appendFileSync(path.join(pack, 'findings.csv'), '"invented"\r\n');
    expect(verify(pack, '--public-key', ours.publicKey)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('findings.csv: was changed') as string,
    });
    expect(sign(pack, ours.id)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('will not be signed') as string,
    });
  });

  test.each([
    ['of another kind', async () => (await newKey('RSA_2048')).id],
    ['that is not there', () => Promise.resolve('11111111-2222-3333-4444-555555555555')],
  ])('is not signed by a key %s, and stays as it was', async (_case, key) => {
    const pack = newPack('unsigned');
    expect(sign(pack, await key())).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/KMS did not sign with .+ECC_NIST_P256/s) as string,
    });
    expect(verify(pack)).toMatchObject({ code: 0, stdout: expect.stringContaining('UNSIGNED') as string });
  });
});
