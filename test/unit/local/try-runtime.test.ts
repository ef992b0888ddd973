import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { tryRuntime } from '../../../local/runtime/try-runtime';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'try-runtime-'))));
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const refusal = (message: RegExp, nextStep: RegExp) => ({
  name: 'SetupError',
  message: expect.stringMatching(message) as string,
  nextStep: expect.stringMatching(nextStep) as string,
});

describe("the functions' runtime, tried once", () => {
  it('starts, and leaves nothing behind', async () => {
    await tryRuntime(folder);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says that the temporary folder is not there', () =>
    expect(tryRuntime(path.join(folder, 'gone'))).rejects.toMatchObject(
      refusal(/^The temporary folder .*gone cannot be written to: ENOENT/, /TMPDIR/),
    ));

  it('says that its Node does not start', () =>
    expect(tryRuntime(folder, '/bin/false')).rejects.toMatchObject(
      refusal(/does not start as they start it/, /Install Node.js 24/),
    ));

  /** As on musl or NixOS: the program is there, the loader that it names is not. */
  it('says that its Node was built for another system', async () => {
    const binary = path.join(folder, 'node');
    copyFileSync('/bin/true', binary);
    const bytes = readFileSync(binary).toString('latin1');
    const elsewhere = bytes.replace(/\/lib(64)?\/ld-/, (name) => name.replace('lib', 'lob'));
    expect(elsewhere).not.toBe(bytes);
    writeFileSync(binary, Buffer.from(elsewhere, 'latin1'));
    chmodSync(binary, 0o755);
    await expect(tryRuntime(folder, binary)).rejects.toMatchObject(
      refusal(/does not start as they start it/, /Install Node.js 24 or newer for this system/),
    );
  });
});
