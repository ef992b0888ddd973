import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { assembleGate, packGate } from '../../tools/packaging/package-gate';

/** A command line, and what it finds around it besides what this process does. */
export interface Invocation {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** One way in which another repository runs the gate, as README tells it. */
export interface Way {
  readonly name: string;
  /** `npm run test:adoption -- --quick` tries it. */
  readonly isQuick?: true;
  /** Once, in the other repository. */
  readonly prepare?: (folder: string) => void;
  /** @param places - what is named to be evaluated; one, or none by mistake. */
  readonly evaluate: (folder: string, places: readonly string[]) => Invocation;
  /** Where it cannot be tried here, why. */
  readonly lacking?: string | undefined;
}

const actionSchema = z.object({
  inputs: z.record(z.string(), z.object({ default: z.string().optional() })),
  runs: z.object({
    steps: z.tuple([z.object({ run: z.string(), env: z.record(z.string(), z.string()) })]),
  }),
});

/** What a runner makes of the action's only step: its inputs in the step's environment, its script in bash. */
function actionStep(clone: string, [templates = '']: readonly string[]): Invocation {
  const { inputs, runs } = actionSchema.parse(parse(readFileSync(path.join(clone, 'action.yml'), 'utf8')));
  const [{ run, env }] = runs.steps;
  const given: Readonly<Record<string, string>> = { templates };
  const environment = Object.fromEntries(
    Object.entries(env).map(([name, text]) => [
      name,
      text.replace(
        /\$\{\{ inputs\.(\w+) \}\}/g,
        (_whole, input: string) => given[input] ?? inputs[input]?.default ?? '',
      ),
    ]),
  );
  return {
    command: 'bash',
    args: ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run],
    environment: {
      ...environment,
      GITHUB_ACTION_PATH: clone,
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
    },
  };
}

const hasCommand = (name: string): boolean => {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** A repository whose configuration names the hook, at the clone's commit. */
function configureHook(folder: string, clone: string, args: readonly string[]): void {
  const git = (...words: string[]): string =>
    execFileSync('git', ['-C', folder, ...words], { encoding: 'utf8' });
  const rev = execFileSync('git', ['-C', clone, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
  const hooks = [{ id: 'compliance-gate', args }];
  writeFileSync(
    path.join(folder, '.pre-commit-config.yaml'),
    JSON.stringify({ repos: [{ repo: clone, rev, hooks }] }),
  );
  git('init', '--quiet');
  git('add', '--all');
}

/**
 * @param clone - of this repository, as others would fetch it.
 * @param scratch - where the archive goes.
 * @param preCommit - the command of https://pre-commit.com.
 */
export async function ways(clone: string, scratch: string, preCommit: string): Promise<Way[]> {
  const archive = packGate(await assembleGate(path.join(scratch, 'gate')));
  const npx =
    (source: string): Way['evaluate'] =>
    (_folder, places) => ({
      command: 'npx',
      args: ['--yes', '--package', source, 'serverlessapp-gate', ...places],
    });
  return [
    {
      name: 'installed from the archive',
      isQuick: true,
      prepare: (folder) => {
        const install = ['install', '--save-dev', '--no-audit', '--no-fund', '--loglevel=error', archive];
        execFileSync('npm', install, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
      },
      evaluate: (_folder, places) => ({
        command: 'npx',
        args: ['--no', 'serverlessapp-gate', ...places, ...(places.length > 0 ? ['--strict'] : [])],
      }),
    },
    { name: 'npx from the archive', evaluate: npx(archive) },
    { name: 'npx from git', evaluate: npx(`git+file://${clone}`) },
    { name: 'the action', evaluate: (_folder, places) => actionStep(clone, places) },
    {
      name: 'the pre-commit hook',
      lacking: hasCommand(preCommit) ? undefined : `there is no ${preCommit}; --pre-commit names it`,
      evaluate: (folder, places) => {
        configureHook(folder, clone, places);
        return { command: preCommit, args: ['run', '--all-files', '--verbose'] };
      },
    },
  ];
}
