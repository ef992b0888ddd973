import CANDIDATES from './python-candidates.json';
import { CommandError, runCommand } from './run-command';
import { MachineError } from './setup-error';

const OLDEST = [3, 10] as const;

/** The interpreter's own path (shims resolved) and version. */
export interface PythonInterpreter {
  path: string;
  version: [major: number, minor: number];
}

async function inspect(candidate: string): Promise<PythonInterpreter | undefined> {
  try {
    // Isolated: a PYTHONHOME that is meant for another Python would stop it.
    const output = await runCommand(candidate, [
      '-I',
      '-c',
      'import json, sys; print(json.dumps([sys.executable, *sys.version_info[:2]]))',
    ]);
    const [path, major, minor] = JSON.parse(output) as [string, number, number];
    return { path, version: [major, minor] };
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

const isRecentEnough = ({ version: [major, minor] }: PythonInterpreter): boolean =>
  major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);

/**
 * The first Python on the PATH that is recent enough.
 * @throws SetupError when there is none.
 */
export async function findPython(candidates: readonly string[] = CANDIDATES): Promise<PythonInterpreter> {
  const tooOld: string[] = [];
  for (const candidate of candidates) {
    const found = await inspect(candidate);
    if (found && isRecentEnough(found)) return found;
    if (found) tooOld.push(`${found.path} (${found.version.join('.')})`);
  }
  throw new MachineError(
    tooOld.length > 0
      ? `Python ${OLDEST.join('.')} or newer is needed; found only ${tooOld.join(', ')}.`
      : `Python ${OLDEST.join('.')} or newer is needed, and none was found on the PATH.`,
    'Install a current Python (https://www.python.org/downloads/) and run the command again.',
  );
}
