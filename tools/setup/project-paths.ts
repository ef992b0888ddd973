import { dirname, join } from 'node:path';

/** The root of the work tree. */
export const PROJECT_ROOT = dirname(dirname(__dirname));
/**
 * Where what is installed and made goes: the work tree, or, where the gate is a package among others' (bin/gate.mjs), a
 * place of the user's. The commands of the work tree (bin/run.mjs) do not listen to it.
 */
const KEPT = process.env['SERVERLESSAPP_GATE_HOME'] ?? PROJECT_ROOT;
/** Tools that the project installs for itself; ignored by Git. */
export const TOOLS_DIRECTORY = join(KEPT, '.tools');
/** What can be made again at any time; ignored by Git. */
export const CACHE_DIRECTORY = join(KEPT, '.cache');
