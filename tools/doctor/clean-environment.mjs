// What a shell is told for other projects, and what programs below ours would take for theirs.
import { spawnSync } from 'node:child_process';

/**
 * Files and folders of others (tsx, esbuild, Node's own module path), all that the CDK is told but whether it may report of
 * itself (context, which it reads from two variables, decides what is synthesized), and the repository of a hook from which git
 * calls us: by its working directory git finds the right one.
 * https://git-scm.com/docs/githooks (GIT_DIR …), https://tsx.is/dev-api/tsx-cli, https://esbuild.github.io/getting-started/
 */
const OF_OTHERS =
  /^(NODE_ENV|NODE_PATH|NODE_PENDING_DEPRECATION|NODE_COMPILE_CACHE|NODE_PRESERVE_SYMLINKS(_MAIN)?|NODE_REDIRECT_WARNINGS|BABEL_ENV|TSX_\w+|ESBUILD_\w+|CDK_(?!DISABLE_CLI_TELEMETRY$)\w+|CONTEXT_OVERFLOW_LOCATION_ENV|GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|OBJECT_DIRECTORY|NAMESPACE|PREFIX|CEILING_DIRECTORIES))$/;

/** Takes them out of an environment. */
export function removeForeignVariables(env) {
  for (const name of Object.keys(env)) if (OF_OTHERS.test(name)) delete env[name];
}

/**
 * Takes NODE_OPTIONS out of an environment in which a Node does not start with them: they were written for another one.
 * @returns {string | undefined} what Node said of them
 */
export function removeRefusedOptions(node, env) {
  if (!env.NODE_OPTIONS) return undefined;
  const { status, stderr } = spawnSync(node, ['--eval', '0'], { env, encoding: 'utf8' });
  if (status === 0) return undefined;
  delete env.NODE_OPTIONS;
  return (stderr ?? '').split('\n').find((line) => line.trim() !== '');
}
