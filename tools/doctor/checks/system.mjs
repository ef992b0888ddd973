import { existsSync, readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const SYSTEMS = ['linux', 'darwin'];
const PROCESSORS = ['x64', 'arm64'];

/** glibc tells its version; musl (Alpine) does not. */
const isMusl = () =>
  process.platform === 'linux' && process.report?.getReport().header.glibcVersionRuntime === undefined;
/** Programs built elsewhere name a loader that is not there. https://nixos.org/manual/nixos/stable/#sec-nix-ld */
const isNixOs = () => existsSync('/etc/NIXOS');

export const system = {
  name: 'system',
  run() {
    const seen = `${os.type()} ${os.release()}, ${process.arch}`;
    if (!SYSTEMS.includes(process.platform) || !PROCESSORS.includes(process.arch)) {
      return {
        state: 'lacking',
        seen: `${seen}: not one of Linux and macOS on x64 and arm64`,
        remedy: 'Run it there; on Windows inside WSL.',
      };
    }
    if (isNixOs()) {
      return {
        state: 'note',
        seen: `${seen}, NixOS: the prebuilt programs of packages do not start without nix-ld`,
        remedy: 'Enable programs.nix-ld, and install Node.js 24 and uv by Nix.',
      };
    }
    if (isMusl()) {
      return {
        state: 'note',
        seen: `${seen}, musl: no Node.js is locked for it`,
        remedy: 'Install Node.js 24 and Python by the package manager of the system.',
      };
    }
    return { state: 'ok', seen };
  },
};

export const MINIMUM_NODE = [20, 19];
export const RUNTIME_NODE = 24;

const isInstalled = (root, name) => {
  const tools = path.join(root, '.tools');
  return (
    existsSync(tools) && readdirSync(tools).some((each) => new RegExp(`^${name}-[0-9a-f]{12}$`).test(each))
  );
};
export const hasTool = isInstalled;

/** Whether a Node below 24 has to be complemented by the locked one, which comes with a Python package. */
export const needsLockedNode = () => Number(process.versions.node.split('.')[0]) < RUNTIME_NODE;

export const node = {
  name: 'Node.js',
  run({ root }) {
    const { version } = process;
    const [major, minor] = process.versions.node.split('.').map(Number);
    const own = `${version} at ${process.execPath}`;
    if (major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1])) {
      return {
        state: 'lacking',
        seen: `${own} is too old`,
        remedy: `Install Node.js ${RUNTIME_NODE} (https://nodejs.org); ${MINIMUM_NODE.join('.')} is the oldest that will do.`,
      };
    }
    if (!needsLockedNode()) return { state: 'ok', seen: own };
    const locked = JSON.parse(readFileSync(path.join(root, 'tools', 'requirements', 'node.json'), 'utf8'));
    const here = `${process.platform}-${process.arch}`;
    if (isInstalled(root, 'node'))
      return {
        state: 'ok',
        seen: `${own} begins; everything runs on the locked ${locked.version}, installed`,
      };
    if (locked.sha256[here] === undefined || isMusl()) {
      return {
        state: 'lacking',
        seen: `${own} is older than ${RUNTIME_NODE}, and none is locked for this system`,
        remedy: `Install Node.js ${RUNTIME_NODE} (https://nodejs.org) and put it first on the PATH.`,
      };
    }
    return {
      state: 'ok',
      seen: `${own} begins; the locked ${locked.version} will be fetched from the Python index (48 MB)`,
    };
  },
};
