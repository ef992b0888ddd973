// npm runs this after it installed the packages of a checkout, and once more in the folder into which it took one from a
// git URL. Only there is something to do: the gate is laid out as a package of its own, which is all that npm then packs
// (`files` of package.json). npm names what it prepares in this variable:
// https://github.com/npm/pacote/blob/main/lib/git.js
import { spawnSync } from 'node:child_process';

if (process.env._PACOTE_NO_PREPARE_ !== undefined) {
  const { status } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'bin/commands/package.ts', '--no-archive'],
    { stdio: 'inherit' },
  );
  process.exitCode = status ?? 1;
}
