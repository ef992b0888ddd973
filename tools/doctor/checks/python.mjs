import { readFileSync } from 'node:fs';
import path from 'node:path';
import { causeOf } from '../causes.mjs';
import { probe } from '../probe.mjs';
import { hasTool, needsLockedNode } from './system.mjs';

/** Those that set-up looks for, in its order. */
const CANDIDATES = JSON.parse(
  readFileSync(new URL('../../setup/python-candidates.json', import.meta.url), 'utf8'),
);
const OLDEST_MINOR = 10;
const OLDEST_MINOR_FOR_TESTS = 11;

const withoutPythonsOwn = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(PYTHON|VIRTUAL_ENV)/.test(name)));

async function find() {
  const tooOld = [];
  for (const candidate of CANDIDATES) {
    const { ok, output } = await probe(
      candidate,
      ['-c', 'import sys; print(sys.executable, *sys.version_info[:2])'],
      { env: withoutPythonsOwn() },
    );
    const [, executable, major, minor] = /^(.+) (\d+) (\d+)\s*$/.exec(ok ? output : '') ?? [];
    if (executable === undefined) continue;
    if (Number(major) === 3 && Number(minor) >= OLDEST_MINOR)
      return { executable, version: `${major}.${minor}`, minor: Number(minor) };
    tooOld.push(`${executable} (${major}.${minor})`);
  }
  return { tooOld };
}
let found;
const python = () => (found ??= find());

export const interpreter = {
  name: 'Python',
  async run() {
    const { executable, version, minor, tooOld } = await python();
    if (executable === undefined) {
      return {
        state: 'lacking',
        seen: tooOld.length > 0 ? `only ${tooOld.join(', ')}` : 'none on the PATH',
        remedy: `Install Python 3.${OLDEST_MINOR_FOR_TESTS} or newer (https://www.python.org/downloads/); 3.${OLDEST_MINOR} is the oldest that will do.`,
      };
    }
    const seen = `${version} at ${executable}`;
    const env = withoutPythonsOwn();
    const [pip, venv] = await Promise.all([
      probe(executable, ['-m', 'pip', '--version'], { env }),
      probe(executable, ['-c', 'import venv, ensurepip'], { env }),
    ]);
    if (!pip.ok && !venv.ok) {
      return {
        state: 'lacking',
        seen: `${seen} has neither pip nor venv`,
        remedy: 'Install one of them (on Debian and Ubuntu: the package python3-venv).',
      };
    }
    return minor >= OLDEST_MINOR_FOR_TESTS
      ? { state: 'ok', seen }
      : {
          state: 'note',
          seen: `${seen}: npm test needs 3.${OLDEST_MINOR_FOR_TESTS}`,
          remedy: `Install Python 3.${OLDEST_MINOR_FOR_TESTS} or newer to run the tests.`,
        };
  },
};

const TOOLS = ['ministack', 'checkov', 'cfn-lint', 'zizmor'];

export const pythonIndex = {
  name: 'Python index',
  async run({ root }) {
    const toFetch = [...(needsLockedNode() ? ['node'] : []), ...TOOLS].filter((name) => !hasTool(root, name));
    if (toFetch.length === 0) return { state: 'ok', seen: 'not needed: tools are installed' };
    const { executable } = await python();
    if (executable === undefined) return { state: 'ok', seen: 'not asked: there is no Python' };
    const [, version] = /^uv==(\S+)/m.exec(
      readFileSync(path.join(root, 'tools/requirements/uv.txt'), 'utf8'),
    );
    const env = { ...withoutPythonsOwn(), PIP_REQUIRE_VIRTUALENV: '0', PIP_NO_INPUT: '1' };
    const pip = ['-m', 'pip', '--disable-pip-version-check', '--retries', '1', '--timeout', '8'];
    if (!(await probe(executable, ['-m', 'pip', '--version'], { env })).ok)
      return { state: 'ok', seen: 'not asked: there is no pip to ask with' };
    const { ok, output } = await probe(executable, [...pip, '--verbose', 'index', 'versions', 'uv'], {
      env,
      timeout: 20_000,
    });
    if (ok && output.includes(version))
      return { state: 'ok', seen: `has uv ${version}; ${toFetch.length} tools to fetch` };
    const { cause, remedy } = ok
      ? {
          cause: `it lacks uv ${version}`,
          remedy:
            'Have the versions of tools/requirements mirrored, or name another index: see "pip config list".',
        }
      : (causeOf(output) ?? {
          cause: output.trim().split('\n').pop(),
          remedy: 'See "pip config list" for index-url, proxy and cert.',
        });
    return { state: 'lacking', seen: `asked for uv ${version}: ${cause}`, remedy };
  },
};
