import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findPictures } from '../../../tools/client/find-pictures';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'find-pictures-'))));
afterEach(() => {
  chmodSync(folder, 0o755);
  rmSync(folder, { recursive: true, force: true });
});

const put = (name: string): void => {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), 'x');
};
const found = async (...names: string[]) =>
  (await findPictures(names, folder)).map(({ name, unreadable }) =>
    unreadable === undefined ? name : `${name}: ${unreadable}`,
  );

describe('the pictures in a folder', () => {
  it('are named as the user named it, in order, hidden ones left out', async () => {
    ['pets/b.jpg', 'pets/a.jpg', 'pets/deep/c.jpg', 'pets/.DS_Store', 'pets/.thumbnails/d.jpg'].forEach(put);
    expect(await found('pets')).toEqual(['pets/a.jpg', 'pets/b.jpg', 'pets/deep/c.jpg']);
  });

  it('are found behind links to files and to folders', async () => {
    ['elsewhere/cat.jpg', 'pets/dog.jpg'].forEach(put);
    symlinkSync(path.join(folder, 'elsewhere'), path.join(folder, 'pets', 'album'));
    symlinkSync(path.join(folder, 'elsewhere', 'cat.jpg'), path.join(folder, 'pets', 'best.jpg'));
    expect(await found('pets')).toEqual(['pets/album/cat.jpg', 'pets/best.jpg', 'pets/dog.jpg']);
  });

  it('end where a link leads back', async () => {
    put('pets/dog.jpg');
    symlinkSync(folder, path.join(folder, 'pets', 'up'));
    symlinkSync('itself', path.join(folder, 'pets', 'itself'));
    expect(await found('.')).toEqual(['pets/dog.jpg', 'pets/itself: a link to what is not there']);
  });

  it('a link to nothing, a pipe and what does not exist have a row each', async () => {
    put('pets/dog.jpg');
    symlinkSync('/nonexistent', path.join(folder, 'pets', 'gone.jpg'));
    execFileSync('mkfifo', [path.join(folder, 'pets', 'pipe.jpg')]);
    expect(await found('pets', 'no.jpg')).toEqual([
      'pets/dog.jpg',
      'pets/gone.jpg: a link to what is not there',
      'pets/pipe.jpg: not a file, but a pipe, socket or device',
      'no.jpg: no such file',
    ]);
  });

  it('none is no error here', async () => {
    mkdirSync(path.join(folder, 'empty'));
    expect(await found('empty')).toEqual([]);
  });

  it('names that are not UTF-8 lead to their files, and are told apart', async () => {
    for (const byte of [0xe9, 0xe8])
      writeFileSync(
        Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([byte]), Buffer.from('.jpg')]),
        'x',
      );
    const files = await findPictures(['.'], folder);
    expect(files.map(({ name }) => name)).toEqual(['caf\\xE8.jpg', 'caf\\xE9.jpg']);
    expect(files.every(({ path: where }) => Buffer.isBuffer(where))).toBe(true);
    expect(await found('caf\ufffd.jpg')).toEqual([
      'caf\ufffd.jpg: no such file; a name that is not UTF-8 is found by its folder',
    ]);
  });

  // Permissions do not bind root: what the system refuses is asked of a user whom it binds.
  it('one closed folder costs only its own files', async () => {
    ['pets/a.jpg', 'pets/closed/b.jpg', 'pets/z.jpg'].forEach(put);
    // Up to the run's own temporary folder, which is closed to others.
    for (const each of [folder, process.env['SERVERLESSAPP_TEST_TEMP'] ?? folder]) chmodSync(each, 0o711);
    chmodSync(path.join(folder, 'pets', 'closed'), 0o000);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(65534);
    try {
      expect(await found('pets')).toEqual([
        'pets/a.jpg',
        'pets/closed: folder: no permission to read it',
        'pets/z.jpg',
      ]);
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(path.join(folder, 'pets', 'closed'), 0o755);
    }
  });
});
